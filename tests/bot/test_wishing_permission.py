"""Whatever a button or a form says, nobody sees, changes or learns of what is none of their business."""

from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from bot.actions import Action, Verb, action
from bot.caller import Caller
from bot.commands import Commands
from bot.desk import Desk
from bot.forms import Filled, Form, FormName, Mistake
from bot.replies import Reply
from bot.wishing import Wishing
from papers.delivery_models import Disabled
from papers.following import DigestOptions, Subscription, TopicOptions
from papers.schedule import Schedule
from papers.settings import Settings
from papers.wishes import digest_subscription, topic_subscription
from tests.bot.people import ADA, BOB, GUEST, STRANGER, as_filled, desk_at_noon, direct, stock
from tests.papers.builders import NOON

NO_SUCH_ID = "aaaaaaaaaaaa"
ELSEWHERE = ADA.model_copy(update={"person": "slack:T1/U7", "place": "slack:T1/C7"})
PRESSED = (Verb.PAUSE, Verb.RESUME, Verb.REMOVE, Verb.WIDER, Verb.NARROWER, Verb.UNDO)


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


async def topic_of(desk: Desk, person: str) -> Subscription:
    wish = topic_subscription(
        owner=person, destination=person, schedule=Schedule(), topic=TopicOptions(text="secret cats"), now=NOON
    )
    return (await desk.subscriptions.save(wish, NOON))[1]


async def digest_of(desk: Desk, place: str | None) -> Subscription:
    assert place is not None
    wish = digest_subscription(
        owner=place, destination=place, schedule=Schedule(), options=DigestOptions(), now=NOON, notify=ADA.person
    )
    return (await desk.subscriptions.save(wish, NOON))[1]


async def answers(desk: Desk, caller: Caller, subscription_id: str, paper: str) -> list[object]:
    """All that somebody hears who presses every button and hands in every form with this id."""
    commands = Commands(desk)
    heard: list[object] = [
        await commands.press(caller, action(verb, subscription_id, *rest))
        for verb in PRESSED
        for rest in ((), (paper,), ("0",))
    ]
    heard.append(await commands.form(caller, action(Verb.CHANGE, subscription_id)))
    for name, values in FORMS.items():
        filled = Filled(name=name, context=subscription_id, values=values)
        heard.append(await commands.submit(caller, filled))
        if name is FormName.CHANGE_TOPIC:
            heard.append(await commands.refresh(caller, filled))
    return heard


CLOCK = {"cadence": ("daily",), "hour": ("10:00",), "zone": ("UTC",)}
FORMS = {
    FormName.CHANGE_TOPIC: {**CLOCK, "topic": ("dogs",), "threshold": ("0.5",)},
    FormName.CHANGE_DIGEST: {**CLOCK, "top": ("3",)},
}


@pytest.mark.parametrize("caller", [BOB, GUEST, STRANGER, ELSEWHERE, direct(BOB)], ids=lambda c: c.person)
async def test_a_topic_of_another_is_answered_like_one_that_is_not_there(desk: Desk, caller: Caller) -> None:
    (paper,) = await stock(desk, "Cats and cats")
    secret = await topic_of(desk, ADA.person)
    there = await answers(desk, caller, secret.id, paper)
    assert there == await answers(desk, caller, NO_SUCH_ID, paper)
    assert all("not there any more" in one.text for one in there if isinstance(one, Reply | Mistake))
    assert not any("cats" in repr(one) for one in there)
    assert await desk.subscriptions.get(secret.id) == secret


@pytest.mark.parametrize("caller", [GUEST, STRANGER, ELSEWHERE, direct(ADA)], ids=lambda c: f"{c.person} {c.place}")
async def test_a_digest_is_changed_only_from_its_place_by_who_may_manage_it(desk: Desk, caller: Caller) -> None:
    (paper,) = await stock(desk, "Cats and cats")
    shared = await digest_of(desk, ADA.place)
    assert await answers(desk, caller, shared.id, paper) == await answers(desk, caller, NO_SUCH_ID, paper)
    assert await desk.subscriptions.get(shared.id) == shared


@pytest.mark.parametrize("caller", [BOB, GUEST, STRANGER, ELSEWHERE, direct(BOB)], ids=lambda c: c.person)
async def test_a_list_shows_nobody_what_others_follow(desk: Desk, caller: Caller) -> None:
    await topic_of(desk, ADA.person)
    await digest_of(desk, "slack:T1/C99")
    shown = repr(await Wishing(desk).following(caller))
    assert "secret cats" not in shown
    assert "C99" not in shown


async def test_everybody_in_a_place_may_change_its_digest_who_may_manage_it(desk: Desk) -> None:
    shared = await digest_of(desk, ADA.place)
    assert isinstance(await Wishing(desk).form(BOB, action(Verb.CHANGE, shared.id)), Form)
    await Wishing(desk).pause(BOB, action(Verb.PAUSE, shared.id))
    assert (await desk.subscriptions.get(shared.id)).paused


async def test_who_set_a_digest_up_may_resume_it_from_its_notice_but_not_what_others_paused(desk: Desk) -> None:
    shared = await digest_of(desk, ADA.place)
    commands, resume = Commands(desk), action(Verb.RESUME, shared.id)
    await desk.ledger.disable(shared.destination, Disabled(reason="not_in_channel", at=NOON))
    assert "not there any more" in (await commands.press(direct(BOB), resume)).text
    assert await desk.ledger.disabled(shared.destination)
    resumed = await commands.press(direct(ADA), resume)
    assert "Resumed the daily digest" in resumed.text
    assert (resumed.cards[0].byline, resumed.cards[0].buttons) == ("Elsewhere on Slack", ())
    assert not await desk.ledger.disabled(shared.destination)
    await desk.subscriptions.pause(shared.id, NOON)
    assert "not there any more" in (await commands.press(direct(ADA), resume)).text


async def test_a_form_made_for_one_place_is_not_taken_in_another(desk: Desk) -> None:
    wishing = Wishing(desk)
    form = await wishing.form(ADA, action(Verb.SUBSCRIBE))
    assert isinstance(form, Form)
    for context in ("slack:T1/C2", "slack:T2/C1", "", "x" * 1000):
        forged = as_filled(form).model_copy(update={"context": context})
        assert isinstance(await wishing.submit(ADA, forged), Mistake)
    for caller in (GUEST, STRANGER, direct(ADA)):
        assert isinstance(await wishing.submit(caller, as_filled(form)), Mistake)
    assert [one async for one in desk.subscriptions.all()] == []


async def test_a_guest_is_told_what_they_can_do_instead(desk: Desk) -> None:
    wishing = Wishing(desk)
    form = await wishing.form(GUEST, action(Verb.SUBSCRIBE))
    assert isinstance(form, Reply)
    assert "direct message" in form.text
    assert (await wishing.offer_subscribe(GUEST)).buttons == ()
    own = await wishing.form(direct(GUEST), action(Verb.SUBSCRIBE))
    assert isinstance(own, Form)
    assert isinstance(await wishing.submit(direct(GUEST), as_filled(own)), Reply)


async def test_a_topic_is_no_digest_whatever_the_form_is_called(desk: Desk) -> None:
    topic, digest = await topic_of(desk, ADA.person), await digest_of(desk, ADA.place)
    wishing = Wishing(desk)
    for name, about in ((FormName.CHANGE_DIGEST, topic.id), (FormName.CHANGE_TOPIC, digest.id)):
        assert isinstance(await wishing.submit(ADA, Filled(name=name, context=about, values=FORMS[name])), Mistake)
    assert await desk.subscriptions.get(topic.id) == topic
    assert await desk.subscriptions.get(digest.id) == digest


@pytest.mark.parametrize(
    "forged", ["", "*", "pb:*", "../x", "\udcff", "ä" * 12, "a" * 255, "aaaa\r\nDEL", "{x}", "AAAA"]
)
async def test_a_forged_id_is_one_that_is_not_there(desk: Desk, forged: str) -> None:
    await topic_of(desk, ADA.person)
    commands = Commands(desk)
    pressed: Callable[[Verb], Awaitable[Reply]] = lambda verb: commands.press(  # noqa: E731
        ADA, Action(verb=verb, about=(forged,))
    )
    for verb in PRESSED:
        assert "not there any more" in (await pressed(verb)).text
    assert len(await desk.subscriptions.of_owner(ADA.person)) == 1


async def test_the_beginning_of_an_id_is_not_enough(desk: Desk) -> None:
    mine = await topic_of(desk, ADA.person)
    reply = await Commands(desk).press(ADA, action(Verb.REMOVE, mine.id[:6]))
    assert "not there any more" in reply.text
    assert await desk.subscriptions.get(mine.id) == mine
