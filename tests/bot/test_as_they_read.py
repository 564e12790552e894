"""One rule for zone and language, wherever a person reads a date."""

import dataclasses
from datetime import date

import pytest
from redis.asyncio import Redis

from bot.actions import Verb, action
from bot.as_they_read import as_they_read
from bot.asks import Follow, Following, Saved, Search, Settings, Similar, Subscribe, Trending
from bot.commands import Commands
from bot.desk import Desk
from bot.forms import Form
from bot.replies import Reply
from papers.clock import FixedClock
from papers.models import Window
from papers.preferences import Preferences
from papers.settings import Settings as AllSettings
from tests.bot.desks import desk as made_desk
from tests.bot.desks import fill, papers
from tests.bot.people import ADA, BOB, as_filled, direct
from tests.papers.builders import at
from tests.papers.word_encoder import WordEncoder

GERMAN_IN_INDIA = Preferences(zone="Asia/Kolkata", language="de")


@pytest.fixture
async def desk(redis: Redis, settings: AllSettings) -> Desk:
    desk = made_desk(redis, settings, encoder=WordEncoder(), clock=FixedClock(at(5)))
    await fill(desk.store, papers(), WordEncoder())
    await desk.preferences.keep(ADA.person, GERMAN_IN_INDIA)
    return desk


@pytest.mark.parametrize(
    ("set_before", "told", "read"),
    [
        (Preferences(), (None, None), (None, "en")),
        (Preferences(), ("America/New_York", "de-DE"), ("America/New_York", "de-DE")),
        (GERMAN_IN_INDIA, ("America/New_York", "fr-FR"), ("Asia/Kolkata", "de")),
        (Preferences(zone="Mars", language="xx"), ("Asia/Tokyo", "ja"), ("Asia/Tokyo", "ja")),
        (Preferences(), ("Mars", "x" * 4000), (None, "en")),
    ],
)
def test_what_was_set_comes_before_what_the_platform_says(
    set_before: Preferences, told: tuple[str | None, str | None], read: tuple[str | None, str]
) -> None:
    zone, language = told
    caller = as_they_read(BOB.model_copy(update={"zone": zone, "language": language}), set_before)
    assert (caller.zone, caller.language) == read


async def test_every_answer_to_a_person_has_their_zone_and_language(desk: Desk) -> None:
    commands = Commands(desk)
    chart = await commands.answer(ADA, Trending(window=Window.DAY))
    assert "IST" in chart.text
    assert "März" in chart.text
    why = await commands.press(ADA, action(Verb.WHY, papers()[0].id))
    similar = await commands.answer(ADA, Similar(paper=papers()[0].id))
    await commands.press(ADA, action(Verb.SAVE, papers()[0].id))
    saved = await commands.answer(ADA, Saved())
    for reply in (why, similar, saved):
        assert ".03.2026" in reply.cards[0].byline
    assert any("IST" in section.text for section in (await commands.home(ADA)).sections)


async def test_every_date_that_a_person_reads_is_in_their_language(desk: Desk, redis: Redis) -> None:
    commands = Commands(desk)
    why = await commands.press(ADA, action(Verb.WHY, papers()[0].id))
    assert "Published: 5. März 2026" in why.notes[0]
    since = date(2026, 3, 1)
    assert "since 1. März 2026" in (await commands.answer(ADA, Search(text="robot", since=since))).text
    none = await commands.answer(ADA, Search(text="robot", author="Nobody Known", since=since))
    assert "since 1. März 2026" in none.text
    preview = await commands.answer(ADA, Follow(text="robots that open doors"))
    assert ".03.2026" in preview.cards[0].byline
    form = await commands.form(ADA, preview.buttons[0].action)
    assert isinstance(form, Form)
    again = await commands.refresh(ADA, as_filled(form, topic="a robot that opens doors"))
    for shown in (form, again):
        assert isinstance(shown, Form)
        assert shown.outro is not None
        assert ".03.2026" in shown.outro.cards[0].byline
    later = dataclasses.replace(desk, clock=FixedClock(at(100)))
    assert "was on 5. März 2026" in (await Commands(later).answer(ADA, Trending(window=Window.DAY))).text


async def test_the_next_digest_is_told_in_their_language(desk: Desk) -> None:
    commands = Commands(desk)
    await commands.answer(direct(ADA), Subscribe())
    form = await commands.form(direct(ADA), action(Verb.SUBSCRIBE))
    assert not isinstance(form, Reply)
    await commands.submit(direct(ADA), as_filled(form))
    (card,) = (await commands.answer(direct(ADA), Following())).cards
    assert "März 2026" in card.text
    assert "IST" in card.text
    (made,) = await desk.subscriptions.of_owner(ADA.person)
    assert made.digest is not None
    assert made.digest.language == "de"


async def test_what_is_shared_stays_in_english(desk: Desk) -> None:
    shared = await Commands(desk).press(ADA, action(Verb.SHARE, papers()[0].id))
    assert "Mar 2026" in shared.cards[0].byline


async def test_settings_name_the_language_that_the_platform_tells_by_a_tag(desk: Desk) -> None:
    caller = BOB.model_copy(update={"language": "en-US"})
    assert (await Commands(desk).answer(caller, Settings())).text.endswith("dates in English.")


async def test_a_zone_chosen_in_a_form_is_theirs_if_they_had_none(desk: Desk) -> None:
    commands = Commands(desk)
    form = await commands.form(BOB, action(Verb.SUBSCRIBE))
    assert not isinstance(form, Reply)
    done = await commands.submit(BOB, as_filled(form, zone="Asia/Tokyo"))
    assert isinstance(done, Reply)
    assert "Your time zone is Asia/Tokyo from now on" in done.text
    assert done.cards[0].text.endswith("09:00 JST.")
    assert (await desk.preferences.get(BOB.person)).zone == "Asia/Tokyo"
    again = await commands.submit(BOB, as_filled(form, zone="Europe/Berlin"))
    assert isinstance(again, Reply)
    assert "from now on" not in again.text
    assert (await desk.preferences.get(BOB.person)).zone == "Asia/Tokyo"


async def test_a_zone_that_was_set_stays_whatever_a_form_says(desk: Desk) -> None:
    form = await Commands(desk).form(ADA, action(Verb.SUBSCRIBE))
    assert not isinstance(form, Reply)
    done = await Commands(desk).submit(ADA, as_filled(form, zone="Asia/Tokyo"))
    assert isinstance(done, Reply)
    assert "from now on" not in done.text
    assert await desk.preferences.get(ADA.person) == GERMAN_IN_INDIA


async def test_who_has_no_zone_is_told_the_next_one_in_its_own(desk: Desk) -> None:
    commands = Commands(desk)
    form = await commands.form(ADA, action(Verb.SUBSCRIBE))
    assert not isinstance(form, Reply)
    await commands.submit(ADA, as_filled(form, zone="Asia/Tokyo", hour="09:30"))
    (card,) = (await commands.answer(BOB, Following())).cards
    assert card.text.endswith("09:30 JST.")


async def test_the_zone_that_somebody_else_chose_for_a_place_is_not_theirs(desk: Desk) -> None:
    commands = Commands(desk)
    form = await commands.form(ADA, action(Verb.SUBSCRIBE))
    assert not isinstance(form, Reply)
    await commands.submit(ADA, as_filled(form, zone="Asia/Tokyo"))
    (made,) = await desk.subscriptions.of_destination(ADA.place or "")
    change = await commands.form(BOB, action(Verb.CHANGE, made.id))
    assert not isinstance(change, Reply)
    changed = await commands.submit(BOB, as_filled(change, top="3"))
    assert isinstance(changed, Reply)
    assert changed.text == "Changed."
    assert (await desk.preferences.get(BOB.person)).zone is None
