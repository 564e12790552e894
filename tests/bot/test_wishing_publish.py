"""Where what is posted can be published elsewhere, the form of a digest asks whether it is to be."""

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from bot.caller import Caller
from bot.desk import Desk
from bot.digest_form import PUBLISH
from bot.forms import Form
from bot.replies import Reply
from bot.wishing import Wishing
from papers.following import Subscription
from papers.settings import Settings
from tests.bot.people import ADA, as_filled, desk_at_noon, direct

ANNOUNCING = ADA.model_copy(update={"may_publish": True})


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


async def form_of(desk: Desk, caller: Caller, verb: Verb, *about: str) -> Form:
    form = await Wishing(desk).form(caller, action(verb, *about))
    assert isinstance(form, Form)
    return form


async def hand_in(desk: Desk, caller: Caller, form: Form, **changed: str) -> Subscription:
    assert isinstance(await Wishing(desk).submit(caller, as_filled(form, **changed)), Reply)
    assert caller.place is not None
    (made,) = await desk.subscriptions.of_destination(caller.place)
    return made


def asks_to_publish(form: Form) -> bool:
    return any(field.name == PUBLISH for field in form.fields)


async def test_it_is_asked_where_it_can_be_and_kept(desk: Desk) -> None:
    form = await form_of(desk, ANNOUNCING, Verb.SUBSCRIBE)
    assert asks_to_publish(form)
    made = await hand_in(desk, ANNOUNCING, form, publish="yes")
    assert made.digest is not None
    assert made.digest.publish
    change = await form_of(desk, ANNOUNCING, Verb.CHANGE, made.id)
    assert next(field.value for field in change.fields if field.name == PUBLISH) == ("yes",)
    changed = await hand_in(desk, ANNOUNCING, change, publish="")
    assert changed.digest is not None
    assert not changed.digest.publish


async def test_elsewhere_it_is_not_asked_and_stays_as_it_is(desk: Desk) -> None:
    assert not asks_to_publish(await form_of(desk, ADA, Verb.SUBSCRIBE))
    assert not asks_to_publish(await form_of(desk, direct(ANNOUNCING), Verb.SUBSCRIBE))
    form = await form_of(desk, ANNOUNCING, Verb.SUBSCRIBE)
    made = await hand_in(desk, ANNOUNCING, form, publish="yes")
    changed = await hand_in(desk, ADA, await form_of(desk, ADA, Verb.CHANGE, made.id), top="5")
    assert changed.digest is not None
    assert (changed.digest.top, changed.digest.publish) == (5, True)


async def test_a_forged_yes_publishes_nothing(desk: Desk) -> None:
    made = await hand_in(desk, ADA, await form_of(desk, ADA, Verb.SUBSCRIBE), publish="yes")
    assert made.digest is not None
    assert not made.digest.publish
