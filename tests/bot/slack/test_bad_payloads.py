"""Payloads that are not as documented, not for us, or come when nothing works."""

import asyncio
import copy
import json
import logging
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.slack.receiving import NOT_INSTALLED, Receiver
from papers.once import Once
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes import slack_payloads

Json = dict[str, Any]
ODD: list[Any] = [
    *(None, True, 0, -1, 1e308, "", "x" * 5000, "<!channel>", "\u202e\u0000", "🦊" * 20, [], {}, [[]], {"id": None}),
    *({"type": "home"}, [{"action_id": "more|"}], "D1", "E1", "T1", "save|" + "%" * 250),
]


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch, connect=False) as here:
        yield here


def _payloads(here: Office) -> list[Json]:
    slack, ada, papers = here.slack, here.ada, here.papers
    said = slack.say(ada, papers, "search robots")
    element = {"type": "button", "action_id": "save|2603.00001", "text": {"type": "plain_text", "text": "Save"}}
    view: Json = {
        "id": "V1",
        "type": "modal",
        "hash": "1.a",
        "callback_id": "paperboy-form",
        "private_metadata": json.dumps({"form": "settings", "context": "", "channel": papers.id}),
        "state": {"values": {"zone": {"zone": {"type": "plain_text_input", "value": "UTC"}}}},
        "blocks": [],
    }
    who = {"user": {"id": ada.id, "team_id": ada.team}, "team": {"id": ada.team}, "trigger_id": "1.2.a"}
    events = [
        {**slack_payloads.said(ada, said), "type": "app_mention"},
        slack_payloads.said(ada, said, channel_type="im"),
        {"type": "app_home_opened", "user": ada.id, "channel": "D1", "tab": "home"},
        slack.link_event(ada, said, "https://arxiv.org/abs/2603.00001"),
    ]
    return [
        slack_payloads.command(slack, ada, papers, "/papers", "search robots"),
        slack_payloads.command(slack, ada, papers, "/papers", "subscribe"),
        slack_payloads.press(slack, ada, said, element, "b"),
        {"type": "block_actions", **who, "container": {"type": "view"}, "view": view, "actions": [element]},
        {"type": "view_submission", **who, "view": view},
        {"type": "view_closed", **who, "view": view},
        {"type": "block_suggestion", **who, "action_id": "zone", "block_id": "zone", "value": "Ber", "view": view},
        slack_payloads.shortcut(slack, ada, said, "find_similar"),
        *(slack_payloads.event(slack, ada.team, event, papers) for event in events),
    ]


async def test_whatever_a_payload_holds_it_is_answered_and_nothing_is_raised(
    here: Office, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(3)
    kinds = _payloads(here)
    with caplog.at_level(logging.ERROR):
        for number in range(400):
            payload = _changed(copy.deepcopy(dice.choice(kinds)), dice)
            for name in ("event_id", "trigger_id"):
                if isinstance(payload.get(name), str):
                    payload[name] = f"{payload[name]}{number}"
            async with asyncio.timeout(5):
                answer = await here.app.receiver.receive(payload)
            assert answer.status in {200, 400}, payload
            if number % 20 == 0:
                await here.app.errands.close(5)
    await here.app.errands.close(10)
    assert [r.getMessage() for r in caplog.records if r.exc_info or "never retrieved" in r.getMessage()] == []


def _changed(payload: Json, dice: random.Random) -> Json:
    for _ in range(dice.choice([1, 1, 2, 5])):
        holder: Any = payload
        while True:
            names = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not names:
                break
            name = dice.choice(names)
            if isinstance(holder[name], dict | list) and holder[name] and dice.random() < 0.7:
                holder = holder[name]
                continue
            if dice.random() < 0.3:
                del holder[name]
            else:
                holder[name] = copy.deepcopy(dice.choice(ODD))
            break
    return payload


async def test_a_workspace_without_the_app_is_told_so(here: Office) -> None:
    other = here.slack.add_team("Elsewhere")
    eve = here.slack.add_user(other, "eve")
    channel = here.slack.add_channel(other, "papers", eve, app=False)
    answer = await here.app.receiver.receive(slack_payloads.command(here.slack, eve, channel, "/papers", "help"))
    assert (answer.status, answer.body) == (200, NOT_INSTALLED)


async def test_without_redis_nothing_is_taken_and_it_may_come_again(here: Office) -> None:
    away = Receiver(here.app.bolt, Once(Redis(host="127.0.0.1", port=9)))
    said = slack_payloads.said(here.ada, here.slack.say(here.ada, here.papers, "hello"))
    payload = slack_payloads.event(here.slack, here.team.id, said)
    assert (await away.receive(payload)).status == 503
    assert (await here.app.receiver.receive(payload)).status == 200


async def test_what_slack_could_not_tell_an_end_of_comes_again(here: Office) -> None:
    payload = slack_payloads.event(here.slack, here.team.id, {"type": "app_uninstalled"})
    here.ends.error = ConnectionError("Redis is away")
    assert (await here.app.receiver.receive(payload)).status == 503
    here.ends.error = None
    assert (await here.app.receiver.receive(payload)).status == 200
    assert here.ends.told == [("uninstalled", here.team.id, None)]


@pytest.mark.parametrize(
    "changed",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"edited": {"user": "U1", "ts": "1.1"}},
        {"user": None},
        {"channel_type": "channel"},
        {"channel_type": "mpim"},
    ],
)
async def test_bots_edits_and_other_peoples_messages_are_not_answered(here: Office, changed: Json) -> None:
    direct = here.slack.direct(here.ada.id, here.slack.bot_of(here.team.id).bot_user)
    said = {**slack_payloads.said(here.ada, here.slack.say(here.ada, direct, "help"), channel_type="im"), **changed}
    answer = await here.app.receiver.receive(slack_payloads.event(here.slack, here.team.id, said, direct))
    await here.app.errands.close(5)
    assert answer.status == 200
    assert [m for m in here.slack.messages if m.bot_id] == []
