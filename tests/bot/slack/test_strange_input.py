"""Whatever is typed is answered, whatever comes is acknowledged, and nothing is said that Slack would refuse."""

import asyncio
import copy
import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.slack.stage import Stage, paper_id
from tests.fakes import slack_payloads
from tests.fakes.slack import Channel, Slack, User, find_button

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "300"))
"""Of each kind; 10,000 take about three minutes."""
_AT_ONCE = 20
_WORDS = [
    *("search", "trending", "similar", "follow", "following", "settings", "saved", "help", "export", "subscribe"),
    *(
        "robot",
        "doors",
        "in:cs.RO",
        "by:Turing",
        "since:2026-01-01",
        "--limit",
        paper_id(1),
        "day",
        "week",
        "1234.5678",
    ),
    *("<!channel>", "<@U1>", "<#C1|papers>", "<https://arxiv.org/abs/2610.00001|x>", "&lt;b&gt;", "`code`", "*bold*"),
    *(
        "“robot”",
        "‘doors’",
        "—",
        "–",
        "🤖",
        "👩‍🔬",
        "机器人",
        "روبوت",
        "\u202eevil",
        "\u200b",
        "\x07",
        "\n",
        "\t",
        "|",
        "%",
        "$()",
    ),
    *("a" * 300, "@type:{x}", "(", ")", "[", '"', "\\", "~", "-", "*", "?", "KNN 1000000", "\ufffd", "é", "ß", "İ"),
]
_VALUES: list[Any] = [
    None, "", 0, -1, 10**30, 1.5, True, [], {}, [[]], {"a": {}}, "x" * 5000, "\x00", "T404", "\u202e", "a|b|c",
    ["x"] * 200, {"id": None}, "remove|x", "more|nothing|99999", "follow|x", "trending|year|cs.XX", "save|../..",
]  # fmt: skip


def words_of(dice: random.Random) -> str:
    return " ".join(dice.choice(_WORDS) for _ in range(dice.randint(0, 8)))[:3000]


async def all_at_once(rounds: int, one: Callable[[random.Random], Any]) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def run(number: int) -> None:
        async with gate:
            await one(random.Random(number))

    await asyncio.gather(*(run(number) for number in range(rounds)))


async def test_every_command_is_answered(stage: Stage) -> None:
    slack = stage.slack
    people = [stage.person() for _ in range(10)]
    channel = stage.channel(*people)
    slack.may_ping = {f"<@{user.id}>" for user in people}

    async def one(dice: random.Random) -> None:
        text = words_of(dice)
        answer = await slack.command(dice.choice(people), channel, "/papers", text)
        assert answer.ack.ok, text
        async with asyncio.timeout(10):
            while not (answer.url and answer.url.messages) and not (answer.trigger and answer.trigger.view):
                assert not slack.violations, (text, slack.violations)
                await asyncio.sleep(0.01)
        del slack.messages[:-500]

    await all_at_once(ROUNDS, one)
    assert slack.violations == []


async def test_every_payload_is_acknowledged_whatever_is_wrong_with_it(stage: Stage) -> None:
    slack, ada = stage.slack, stage.person()
    channel = stage.channel(ada)
    kinds = await payloads(stage, ada, channel)

    async def one(dice: random.Random) -> None:
        kind, payload = dice.choice(kinds)
        payload = mutated(dice, payload)
        ack = await slack.lines.send(kind, payload)
        assert 200 <= ack.status < 500, (kind, payload, ack)

    await all_at_once(ROUNDS, one)
    await until_quiet(slack)
    slack.violations.clear()  # what was made up here may be answered where nobody is
    answer = await slack.command(ada, channel, "/papers", "search robot")
    assert (await answer.message()).text
    assert slack.violations == []


async def until_quiet(slack: Slack) -> None:
    """Until what was acknowledged is answered too."""
    before = -1
    while before != (now := len(slack.calls) + len(slack.violations)):
        before = now
        await asyncio.sleep(0.5)


async def payloads(stage: Stage, ada: User, channel: Channel) -> list[tuple[str, dict[str, Any]]]:
    """One of each that Slack sends, all of them as they should be."""
    slack = stage.slack
    found = await (await slack.command(ada, channel, "/papers", "search robot")).message()
    view = await (await slack.command(ada, channel, "/papers", "follow a robot arm")).form("topic", "zone")
    home = await slack.open_home(ada)
    said = slack.say(ada, channel, f"https://arxiv.org/abs/{paper_id(1)}")
    direct = slack.direct(ada.id, slack.bot_of(ada.team).bot_user)
    block, button = find_button(found, "Next page")
    home_block, home_button = find_button(home, "Help")
    element = next(b["element"] for b in view.blocks if b["block_id"] == "zone")
    topic = next(b["element"] for b in view.blocks if b["block_id"] == "topic")
    events = [
        {**slack_payloads.said(ada, said), "type": "app_mention"},
        slack_payloads.said(ada, said, channel_type="im"),
        slack.link_event(ada, said, said.text),
        {"type": "app_home_opened", "user": ada.id, "channel": direct.id, "tab": "home"},
    ]
    return [
        ("slash_commands", slack_payloads.command(slack, ada, channel, "/papers", "search robot")),
        ("interactive", slack_payloads.press(slack, ada, found, button, block)),
        ("interactive", slack_payloads.press_in_view(slack, ada, home, home_button, home_block)),
        ("interactive", slack_payloads.press_in_view(slack, ada, view, topic, "topic")),
        ("interactive", slack_payloads.submission(slack, ada, view)),
        ("interactive", slack_payloads.suggestion(slack, ada, view, element, "zone", "berl")),
        ("interactive", slack_payloads.shortcut(slack, ada, said, "find_similar")),
        *(("events_api", slack_payloads.event(slack, ada.team, what, channel)) for what in events),
    ]


def mutated(dice: random.Random, payload: dict[str, Any]) -> dict[str, Any]:
    """A copy with one to three of its parts gone, doubled or something else; each event is a new one."""
    changed = copy.deepcopy(payload)
    if "event_id" in changed:
        changed["event_id"] = f"Ev{dice.getrandbits(60)}"
    for _ in range(dice.randint(1, 3)):
        place: Any = changed
        while True:
            names = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not names:
                break
            name = dice.choice(names)
            if isinstance(place[name], dict | list) and place[name] and dice.random() < 0.8:
                place = place[name]
                continue
            if dice.random() < 0.3:
                del place[name]
            else:
                place[name] = copy.deepcopy(dice.choice(_VALUES))
            break
    return changed
