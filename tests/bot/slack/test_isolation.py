"""What Eve of another workspace tries on what Ada's has: nothing is changed, nothing of Ada's is told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from papers import keys
from papers.following import Subscription
from papers.settings import Settings
from tests.bot.slack.neighbours import Case, Neighbours, neighbours
from tests.fakes import slack_payloads
from tests.fakes.slack import Answer, until, words

CASES = [
    Case(),
    Case(guests="E0GUESTS"),
    Case(theirs="own", invited=True),
    Case("E0HOST", True, "E0GUESTS", "whole"),
    Case("E0HOST", False, "E0GUESTS", "own", True),
]
REFUSED = (
    "not yours to change",
    "not there any more",
    "not known any more",
    "not installed in your own workspace",
)
TOPIC = "robots that nobody but me follows"


@pytest.fixture(params=CASES, ids=str)
async def there(
    request: pytest.FixtureRequest, redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Neighbours]:
    async with neighbours(redis, settings.data_dir, monkeypatch, request.param) as there:
        yield there
        assert there.slack.violations == []


async def ada_has(there: Neighbours) -> tuple[Subscription, Subscription]:
    """The digest of the channel, and a topic of her own."""
    await there.digest_of_ada()
    form = await (await there.slack.command(there.ada, there.papers, "/papers", f"follow {TOPIC}")).form("topic")
    await there.slack.submit(form)
    (digest,) = await there.here.desk.subscriptions.of_destination(there.place)
    (topic,) = await there.here.desk.subscriptions.of_owner(f"slack:{there.host.id}/{there.ada.id}")
    return digest, topic


async def all_there_is(there: Neighbours) -> list[Subscription]:
    return sorted([one async for one in there.here.desk.subscriptions.all()], key=lambda one: one.id)


async def told(answer: Answer, sentences: tuple[str, ...]) -> None:
    """In a message, or in the form that opened."""

    def said() -> str:
        view = answer.world.views.get(str(answer.trigger.view)) if answer.trigger else None
        return "\n".join([*map(words, answer.messages), *([words(view)] if view else [])])

    await until(lambda: any(sentence in said() for sentence in sentences), said)


@pytest.mark.parametrize(
    "verb", [Verb.REMOVE, Verb.PAUSE, Verb.RESUME, Verb.CHANGE, Verb.WIDER, Verb.UNDO, Verb.INSTEAD]
)
async def test_a_forged_button_changes_nothing(there: Neighbours, verb: Verb) -> None:
    digest, topic = await ada_has(there)
    before = await all_there_is(there)
    for one in (digest, topic):
        answer = await there.forged(there.eve, action(verb, one.id, "2603.00001").encode())
        await told(answer, REFUSED)
    assert await all_there_is(there) == before


@pytest.mark.parametrize("there", [case for case in CASES if not case.invited], indirect=True, ids=str)
async def test_the_place_is_not_subscribed_by_strangers(there: Neighbours) -> None:
    """Where her own app is in the channel as well, she subscribes that one."""
    answer = await there.forged(there.eve, "subscribe")
    await told(answer, ("may not", "not installed in your own workspace"))
    assert await there.here.desk.subscriptions.of_destination(there.place) == []


async def test_a_form_of_adas_handed_in_by_eve_changes_nothing(there: Neighbours) -> None:
    await ada_has(there)
    before = await all_there_is(there)
    change = await (await there.pressing(there.ada, "following", "Change")).form("zone")
    change.user = there.eve.id
    await there.slack.submit(change, {"hour": "7"})
    assert await all_there_is(there) == before


@pytest.mark.parametrize("text", ["following", "saved", "export", "settings"])
async def test_nothing_of_adas_own_is_told(there: Neighbours, text: str) -> None:
    _, topic = await ada_has(there)
    shown = words(await there.mention(there.eve, text))
    assert TOPIC not in shown
    assert topic.id not in shown


async def test_forgetting_eve_forgets_nothing_of_adas(there: Neighbours) -> None:
    await ada_has(there)
    before = await all_there_is(there)
    await told(await there.forged(there.eve, "forget"), ("nothing is kept of you",))
    assert await all_there_is(there) == before


async def test_what_eve_does_never_moves_adas_workspace_to_another_organization(
    there: Neighbours, redis: Redis
) -> None:
    slack, eve = there.slack, there.eve
    await ada_has(there)
    await (await there.forged(eve, "trending|week||0")).message()
    opened = await there.forged(eve, "follow")
    view = await opened.view()
    for payload in (
        slack_payloads.press_in_view(slack, eve, view, {"type": "button", "action_id": "help"}, "b"),
        slack_payloads.submission(slack, eve, view),
    ):
        await slack.deliver("interactive", payload)
    organization = await there.store.organization(there.host.id)
    assert organization in {None, there.host.enterprise}
    if there.guests.enterprise:
        members: Any = await redis.smembers(keys.slack_workspaces(there.guests.enterprise))
        assert there.host.id.encode() not in members
    found = await there.store.find(there.host.id)
    assert found is not None
    assert found.bot_token.get_secret_value() == there.app.token


async def test_a_form_of_eves_is_served_by_the_workspace_it_was_opened_for(there: Neighbours) -> None:
    """Its payload names her workspace and her organization, whatever is installed there."""
    slack = there.slack
    view = await (await there.forged(there.eve, "follow")).view()
    answer = await slack.deliver("interactive", slack_payloads.submission(slack, there.eve, view))
    assert "not installed here" not in str(answer[0].ack.body)
    updated = [call for call in slack.calls if call.method.startswith("views.")]
    tokens = {call.token for call in updated}
    theirs = {there.theirs.token} if there.theirs else set()
    assert tokens in ({there.app.token}, theirs)
    assert all(call.answer["ok"] for call in updated)


async def test_links_get_their_cards_by_an_app_that_is_in_the_channel(there: Neighbours) -> None:
    await there.slack.share_link(there.eve, there.papers, "https://arxiv.org/abs/2603.00001")
    await until(lambda: there.slack.calls_of("chat.unfurl"), lambda: there.slack.calls[-3:])
    (call,) = there.slack.calls_of("chat.unfurl")
    assert call.answer["ok"], call.answer
