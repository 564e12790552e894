"""Which digest of a place is meant: the only one that fits, else it is asked. Nothing is guessed."""

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from bot.caller import Caller
from bot.commands import Commands
from bot.desk import Desk
from bot.digest_forms import ANOTHER
from bot.forms import Form, FormName
from bot.replies import Button, Reply
from bot.wishing import Wishing
from papers.delivery_models import Disabled
from papers.errors import BadInput, NotFound
from papers.following import Subscription
from papers.schedule import Cadence, parse_hour
from papers.settings import Settings
from tests.bot.people import ADA, BOB, GUEST, as_filled, desk_at_noon, direct, filled
from tests.papers.builders import NOON

ELSEWHERE = ADA.model_copy(update={"place": "slack:T1/C9", "place_name": "#elsewhere"})


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


async def there(desk: Desk, caller: Caller = ADA) -> list[Subscription]:
    found = await desk.subscriptions.of_destination(caller.place or caller.person)
    return sorted(found, key=lambda one: (one.schedule.cadence, one.schedule.at))


async def add(desk: Desk, caller: Caller = ADA, **changed: str | tuple[str, ...]) -> Subscription:
    """One more digest, with the form for that."""
    form = await Wishing(desk).form(caller, action(Verb.SUBSCRIBE, ANOTHER))
    assert isinstance(form, Form)
    reply = await Wishing(desk).submit(caller, as_filled(form, **changed))
    assert isinstance(reply, Reply), reply
    return await desk.subscriptions.get(reply.cards[0].buttons[0].action.about[0])


async def named(desk: Desk, caller: Caller = ADA, **options: str | tuple[str, ...]) -> Reply:
    """Subscribe with nothing but these options, as where they have names."""
    asked = filled(FormName.SUBSCRIBE, "", **options)
    form = await Wishing(desk).form_for(caller, asked)
    if isinstance(form, Reply):
        return form
    done = await Wishing(desk).submit(caller, as_filled(form, **options))
    assert isinstance(done, Reply), done
    return done


def buttons(reply: Reply, verb: Verb) -> list[Button]:
    every = [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]
    return [button for button in every if button.action.verb is verb]


# options that are named


async def test_an_hour_alone_means_the_digest_that_is_there(desk: Desk) -> None:
    made = await add(desk, cadence="weekly-friday", categories=("cs.CL",), top="5", empty="yes", zone="Asia/Tokyo")
    reply = await named(desk, hour="07:00")
    assert "it is changed to what you asked now" in reply.text
    (changed,) = await there(desk)
    assert changed.id == made.id
    assert changed.digest == made.digest
    assert changed.schedule == made.schedule.model_copy(update={"at": parse_hour("7:00")})


async def test_where_nothing_comes_yet_options_make_a_digest(desk: Desk) -> None:
    assert (await named(desk, hour="07:00")).text == "Subscribed."
    assert [one.schedule.at for one in await there(desk)] == [parse_hour("7:00")]


async def test_another_weekday_is_no_other_rhythm(desk: Desk) -> None:
    await add(desk, cadence="weekly-friday")
    await named(desk, cadence="weekly-monday")
    assert [one.schedule.weekday for one in await there(desk)] == [0]


async def test_what_is_named_tells_which_of_several(desk: Desk) -> None:
    daily, weekly = await add(desk), await add(desk, cadence="weekly-friday", categories=("cs.CL",))
    await named(desk, categories=("cs.CL",), hour="07:00")
    await named(desk, cadence="daily", top="3")
    assert {one.id for one in await there(desk)} == {daily.id, weekly.id}
    first, second = await there(desk)
    assert first.digest is not None
    assert (first.digest.top, first.schedule.at, second.schedule.at) == (3, parse_hour("9:00"), parse_hour("7:00"))


async def test_of_several_that_fit_it_is_asked_which(desk: Desk) -> None:
    await add(desk)
    weekly = await add(desk, cadence="weekly-friday")
    before = await there(desk)
    reply = await named(desk, hour="07:00")
    assert reply.text == "Several digests come to #papers: which of them is to be changed?"
    assert await there(desk) == before
    pressed = next(one for one in buttons(reply, Verb.INSTEAD) if weekly.id in one.action.about)
    done = await Wishing(desk).instead(ADA, pressed.action)
    assert (done.text, done.replaces) == ("Changed.", True)
    assert [one.schedule.at for one in await there(desk)] == [parse_hour("9:00"), parse_hour("7:00")]


@pytest.mark.parametrize("options", [{"cadence": "weekly-friday"}, {"categories": ("cs.CL",), "hour": "07:00"}])
async def test_another_rhythm_or_other_categories_are_asked_about(
    desk: Desk, options: dict[str, str | tuple[str, ...]]
) -> None:
    made = await add(desk, top="5")
    reply = await named(desk, ADA, **options)
    assert "comes to #papers already" in reply.text
    assert await there(desk) == [made]
    (instead,), (beside,) = buttons(reply, Verb.INSTEAD), buttons(reply, Verb.BESIDE)
    assert (await Wishing(desk).beside(ADA, beside.action)).text == "Subscribed."
    assert len(await there(desk)) == 2
    again = await Wishing(desk).beside(ADA, beside.action)
    assert again.text == "This is subscribed already, just like that."
    assert len(await there(desk)) == 2
    twin = await Wishing(desk).instead(ADA, instead.action)
    assert "just such a digest already" in twin.text
    assert len(await there(desk)) == 2


async def test_what_is_put_in_its_place_keeps_what_was_not_named(desk: Desk) -> None:
    made = await add(desk, top="5", categories=("cs.CL",))
    await desk.subscriptions.pause(made.id, NOON)
    await desk.ledger.disable(made.destination, Disabled(reason="is_archived", at=NOON))
    (instead,) = buttons(await named(desk, cadence="weekly-friday"), Verb.INSTEAD)
    await Wishing(desk).instead(ADA, instead.action)
    (changed,) = await there(desk)
    assert (changed.id, changed.digest, changed.schedule.cadence) == (made.id, made.digest, Cadence.WEEKLY)
    assert not changed.paused
    assert await desk.ledger.disabled(made.destination) is None


async def test_a_digest_that_was_changed_into_another_is_known_as_what_it_is(desk: Desk) -> None:
    """Its id is still that of what it was."""
    made = await add(desk)
    form = await Wishing(desk).form(ADA, action(Verb.CHANGE, made.id))
    assert isinstance(form, Form)
    await Wishing(desk).submit(ADA, as_filled(form, cadence="weekly-friday"))
    await named(desk, cadence="weekly-friday", hour="07:00")
    assert [(one.id, one.schedule.at) for one in await there(desk)] == [(made.id, parse_hour("7:00"))]
    daily = await add(desk, hour="10:00")
    assert daily.id != made.id
    assert [one.schedule.cadence for one in await there(desk)] == [Cadence.DAILY, Cadence.WEEKLY]
    form = await Wishing(desk).form(ADA, action(Verb.CHANGE, made.id))
    assert isinstance(form, Form)
    await Wishing(desk).submit(ADA, as_filled(form, cadence="daily"))
    assert [one.schedule.cadence for one in await there(desk)] == [Cadence.DAILY, Cadence.WEEKLY]


# forms


async def test_the_form_where_one_comes_is_about_that_one(desk: Desk) -> None:
    made = await add(desk, cadence="weekly-friday", categories=("cs.CL",))
    form = await Wishing(desk).form(BOB, action(Verb.SUBSCRIBE))
    assert isinstance(form, Form)
    assert form.intro is not None
    assert "It comes already" in form.intro.text
    assert isinstance(await Wishing(desk).submit(BOB, as_filled(form, hour="07:00")), Reply)
    (changed,) = await there(desk)
    assert (changed.id, changed.schedule.at) == (made.id, parse_hour("7:00"))


async def test_a_form_with_another_rhythm_is_asked_about_with_all_that_was_filled_in(desk: Desk) -> None:
    await add(desk, categories=("cs.CL",), empty="yes")
    form = await Wishing(desk).form(ADA, action(Verb.SUBSCRIBE))
    assert isinstance(form, Form)
    reply = await Wishing(desk).submit(ADA, as_filled(form, cadence="weekdays", categories="", empty=""))
    assert isinstance(reply, Reply)
    (instead,) = buttons(reply, Verb.INSTEAD)
    await Wishing(desk).instead(ADA, instead.action)
    (changed,) = await there(desk)
    assert changed.digest is not None
    assert changed.digest.categories == ()
    assert not changed.digest.say_when_empty
    assert changed.schedule.cadence is Cadence.WEEKDAYS


async def test_of_several_the_form_is_chosen(desk: Desk) -> None:
    made = [await add(desk), await add(desk, cadence="weekly-friday")]
    reply = await Wishing(desk).form(ADA, action(Verb.SUBSCRIBE))
    assert isinstance(reply, Reply)
    assert {one.action.about[0] for one in buttons(reply, Verb.CHANGE)} == {one.id for one in made}
    (another,) = buttons(reply, Verb.SUBSCRIBE)
    assert isinstance(await Wishing(desk).form(ADA, another.action), Form)


async def test_a_persons_own_digest_is_asked_about_as_well(desk: Desk) -> None:
    await add(desk, direct(ADA))
    await named(desk, direct(ADA), hour="07:00")
    assert [one.schedule.at for one in await there(desk, direct(ADA))] == [parse_hour("7:00")]
    (beside,) = buttons(await named(desk, direct(ADA), cadence="weekly-friday"), Verb.BESIDE)
    await Wishing(desk).beside(direct(ADA), beside.action)
    assert len(await there(desk, direct(ADA))) == 2


# buttons of others, forged, of another place


async def test_who_may_not_manage_the_place_changes_nothing(desk: Desk) -> None:
    await add(desk)
    reply = await named(desk, cadence="weekly-friday")
    (instead,), (beside,) = buttons(reply, Verb.INSTEAD), buttons(reply, Verb.BESIDE)
    before = await there(desk)
    assert "You may not subscribe #papers" in (await Wishing(desk).beside(GUEST, beside.action)).text
    with pytest.raises(NotFound):
        await Wishing(desk).instead(GUEST, instead.action)
    for caller in (direct(ADA), ELSEWHERE):
        for press in (instead.action, beside.action):
            with pytest.raises(BadInput):
                await (Wishing(desk).beside if press == beside.action else Wishing(desk).instead)(caller, press)
    assert await there(desk) == before
    assert not await there(desk, ELSEWHERE)


@pytest.mark.parametrize("kept", ["robots", "{}", '{"name": "subscribe", "values": {"cadence": ["hourly"]}}'])
async def test_what_nobody_asked_is_not_done(desk: Desk, kept: str) -> None:
    made = await add(desk, direct(ADA))
    key = await desk.asked.keep(kept)
    for press in (action(Verb.INSTEAD, made.id, key), action(Verb.BESIDE, key), action(Verb.BESIDE)):
        told = (await Commands(desk).press(direct(ADA), press)).text
        assert "not known any more" in told or "Choose how often" in told
    assert await there(desk, direct(ADA)) == [made]
