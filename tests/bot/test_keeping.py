"""Whoever nothing can be kept for hears why, whatever they ask that would keep something."""

import pytest
from redis.asyncio import Redis

from bot import asks
from bot.actions import Verb, action
from bot.commands import Commands
from bot.desk import Desk
from bot.forms import Form, FormName
from bot.replies import Reply
from papers.settings import Settings
from tests.bot.people import ADA, as_filled, desk_at_noon, filled, stock

WHY = "Paperboy is not installed where you are from."
EVE = ADA.model_copy(update={"person": "slack:T2/U9", "may_manage": False, "unreachable": WHY})


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


async def test_nothing_is_kept_and_the_reason_is_told(desk: Desk) -> None:
    (paper,) = await stock(desk, "Robots that open doors")
    commands = Commands(desk)
    told = [
        *[
            await commands.answer(EVE, ask)
            for ask in (asks.Follow(text="robots"), asks.Subscribe(), asks.Settings(), asks.Keep(paper=paper))
        ],
        *[await commands.press(EVE, action(verb, paper)) for verb in (Verb.SAVE, Verb.UP, Verb.DOWN)],
        *[await commands.form(EVE, action(verb)) for verb in (Verb.FOLLOW, Verb.SUBSCRIBE, Verb.SETTINGS)],
        await commands.form_for(EVE, filled(FormName.FOLLOW, topic="robots")),
    ]
    assert told == [Reply(text=WHY)] * len(told)
    form = await commands.form(ADA, action(Verb.FOLLOW))
    assert isinstance(form, Form)
    assert await commands.submit(EVE, as_filled(form, topic="robots")) == Reply(text=WHY)
    assert not await desk.personal_data.anything(EVE.person)
    assert [one async for one in desk.subscriptions.all()] == []


async def test_asking_and_what_ends_something_goes_on(desk: Desk) -> None:
    (paper,) = await stock(desk, "Robots that open doors")
    commands = Commands(desk)
    for ask in (asks.Search(text="robots"), asks.Trending(), asks.Following(), asks.Saved(), asks.Export()):
        assert (await commands.answer(EVE, ask)).text != WHY, ask
    for verb in (Verb.SIMILAR, Verb.WHY, Verb.UNSAVE, Verb.FORGET):
        assert (await commands.press(EVE, action(verb, paper))).text != WHY, verb
