"""Where Paperboy may not write, whoever subscribes the place hears it before and after."""

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from bot.desk import Desk
from bot.forms import Form
from bot.replies import Reply
from bot.wishing import Wishing
from papers.settings import Settings
from tests.bot.people import ADA, as_filled, desk_at_noon, direct

LACKS = "Paperboy lacks the permission “Send Messages” in #papers. Ask Grace."
HINDERED = ADA.model_copy(update={"hindrance": LACKS})


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


async def test_the_offer_the_form_and_the_answer_say_what_is_missing(desk: Desk) -> None:
    wishing = Wishing(desk)
    offered = await wishing.offer_subscribe(HINDERED)
    assert offered.text.endswith(f"\n\n{LACKS}")
    assert offered.buttons  # nobody is kept from it: it may be mended before the digest is due
    form = await wishing.form(HINDERED, action(Verb.SUBSCRIBE))
    assert isinstance(form, Form)
    assert form.intro is not None
    assert form.intro.text.endswith(LACKS)
    done = await wishing.submit(HINDERED, as_filled(form))
    assert isinstance(done, Reply)
    assert done.text == f"Subscribed.\n\n{LACKS}"


async def test_where_nothing_is_missing_nothing_is_said(desk: Desk) -> None:
    wishing = Wishing(desk)
    form = await wishing.form(ADA, action(Verb.SUBSCRIBE))
    assert isinstance(form, Form)
    assert form.intro == Reply(text="What is trending comes to #papers.")
    done = await wishing.submit(ADA, as_filled(form))
    assert isinstance(done, Reply)
    assert done.text == "Subscribed."


async def test_what_comes_by_direct_message_is_not_hindered_by_a_channel(desk: Desk) -> None:
    wishing = Wishing(desk)
    alone = direct(HINDERED)
    elsewhere = alone.model_copy(update={"placeless": "Add the bot."})
    assert (await wishing.offer_subscribe(elsewhere)).text.endswith("\n\nAdd the bot.")
    assert LACKS not in (await wishing.offer_subscribe(alone)).text
    form = await wishing.form(alone, action(Verb.SUBSCRIBE))
    assert isinstance(form, Form)
    done = await wishing.submit(alone, as_filled(form))
    assert isinstance(done, Reply)
    assert LACKS not in done.text
    done = await wishing.submit(elsewhere, as_filled(form))
    assert isinstance(done, Reply)
    assert done.text.endswith("\n\nAdd the bot.")
