"""Saved papers, thumbs, settings, export, forgetting and the home page, through the real classes."""

import json
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.actions import Action, Verb, action
from bot.asks import Keep, Saved, Search
from bot.commands import Commands
from bot.desk import Desk
from bot.finding import Finding
from bot.forms import Form, FormName, Mistake
from bot.personal import Personal
from bot.replies import Reply
from bot.wishing import Wishing
from papers import keys
from papers.clock import FixedClock
from papers.settings import Settings
from tests.bot.desks import fill, papers
from tests.bot.people import ADA, BOB, as_filled, desk_at_noon, direct, filled, stock
from tests.papers.builders import at

ONE = "2603.00001"


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return desk_at_noon(redis, settings)


def personal(desk: Desk) -> Personal:
    return Personal(desk, Finding(desk), Wishing(desk))


def later(desk: Desk) -> Desk:
    """At a time at which the papers on it have been voted for."""
    return replace(desk, clock=FixedClock(at(5)))


async def follow(desk: Desk, topic: str) -> None:
    form = await Wishing(desk).form(ADA, action(Verb.FOLLOW))
    assert isinstance(form, Form)
    assert isinstance(await Wishing(desk).submit(ADA, as_filled(form, topic=topic)), Reply)


# saved papers


async def test_a_paper_is_saved_listed_and_removed(desk: Desk) -> None:
    await stock(desk, "Cats and cats", "Dogs")
    mine = personal(desk)
    assert "None yet" in (await mine.saved(ADA)).text
    saved = await mine.save(ADA, action(Verb.SAVE, ONE))
    assert saved.text == "Saved: “Cats and cats”."
    assert (await mine.save(ADA, action(Verb.SAVE, ONE))).text.startswith("Saved already")
    listed = await mine.saved(ADA)
    assert [card.title for card in listed.cards] == ["Cats and cats"]
    assert Verb.UNSAVE in [button.action.verb for button in listed.cards[0].buttons]
    assert (await mine.saved(BOB)).cards == ()
    removed = await mine.unsave(ADA, action(Verb.UNSAVE, ONE))
    assert "Removed “Cats and cats”" in removed.text
    assert "had not saved" in (await mine.unsave(ADA, action(Verb.UNSAVE, ONE))).text
    assert (await mine.saved(ADA)).cards == ()


async def test_many_saved_papers_come_in_pages(desk: Desk) -> None:
    mine = personal(desk)
    for paper in await stock(desk, *(f"Cats of breed {n}" for n in range(12))):
        await mine.save(ADA, action(Verb.SAVE, paper))
    first = await mine.saved(ADA)
    assert (len(first.cards), first.text) == (10, "1 to 10 of 12")
    second = await mine.saved_again(ADA, first.buttons[0].action)
    assert (len(second.cards), second.replaces) == (2, True)
    assert len((await mine.saved_again(ADA, action(Verb.SAVED, "-3"))).cards) == 10


async def test_a_saved_paper_that_is_gone_can_still_be_removed(desk: Desk, redis: Redis) -> None:
    await stock(desk, "Cats and cats")
    mine = personal(desk)
    await mine.save(ADA, action(Verb.SAVE, ONE))
    await redis.delete(keys.paper(ONE))
    listed = await mine.saved(ADA)
    assert "not stored any more" in listed.cards[0].title
    await mine.unsave(ADA, listed.cards[0].buttons[0].action)
    assert await desk.saved.count(ADA.person) == 0


@pytest.mark.parametrize("about", [(), ("",), ("9999.99999",), ("\udcff",), ("x" * 5000,), ("a\nb",)])
@pytest.mark.parametrize("verb", [Verb.SAVE, Verb.UNSAVE, Verb.UP, Verb.DOWN])
async def test_a_forged_paper_is_told_in_a_sentence_and_leaves_nothing(
    desk: Desk, redis: Redis, verb: Verb, about: tuple[str, ...]
) -> None:
    reply = await Commands(desk).press(ADA, Action(verb=verb, about=about))
    assert reply.text
    assert "went wrong" not in reply.text
    assert [key async for key in redis.scan_iter("pb:votes:*")] == []
    assert await desk.saved.count(ADA.person) == 0


# thumbs


async def test_thumbs_are_counted_on_the_buttons_and_taken_back(desk: Desk) -> None:
    await stock(desk, "Cats and cats")
    mine = personal(desk)
    up, down = action(Verb.UP, ONE), action(Verb.DOWN, ONE)
    first = await mine.vote(ADA, up)
    renamed = {up.encode(): "👍 1", down.encode(): "👎"}
    assert first == Reply(renamed=renamed, renamed_at=first.renamed_at)
    second = await mine.vote(BOB, up)
    assert second.renamed[up.encode()] == "👍 2"
    assert second.renamed_at > first.renamed_at > 0
    assert (await mine.vote(BOB, down)).renamed == {up.encode(): "👍 1", down.encode(): "👎 1"}
    assert (await mine.vote(ADA, up)).renamed == {up.encode(): "👍", down.encode(): "👎 1"}


async def test_each_place_votes_for_itself(desk: Desk) -> None:
    await stock(desk, "Cats and cats")
    up = action(Verb.UP, ONE)
    await personal(desk).vote(ADA, up)
    elsewhere = BOB.model_copy(update={"place": "slack:T1/C2"})
    assert (await personal(desk).vote(elsewhere, up)).renamed[up.encode()] == "👍 1"
    assert (await personal(desk).vote(direct(BOB), up)).renamed[up.encode()] == "👍 1"


# settings


async def test_settings_are_filled_in_kept_and_used(desk: Desk) -> None:
    mine = personal(desk)
    offered = await mine.offer_settings(ADA)
    assert "Europe/Berlin" in offered.text
    assert "09:00" in offered.text
    form = await mine.form(ADA.model_copy(update={"language": "de-AT"}), action(Verb.SETTINGS))
    assert {field.name: field.value for field in form.fields} == {
        "zone": ("Europe/Berlin",),
        "hour": ("09:00",),
        "language": ("de",),
    }
    reply = await mine.submit(ADA, as_filled(form, zone="asia/tokyo", hour="7:30", language="ja"))
    assert isinstance(reply, Reply)
    assert reply.text == "Time zone Asia/Tokyo, messages at 07:30, dates in 日本語."
    kept = await desk.preferences.get(ADA.person)
    assert (kept.zone, kept.language) == ("Asia/Tokyo", "ja")


@pytest.mark.parametrize(
    ("name", "value"),
    [("zone", "Mars"), ("zone", ""), ("hour", "24:00"), ("language", "xx"), ("language", "x" * 4000), ("language", "")],
)
async def test_wrong_settings_are_named(desk: Desk, name: str, value: str) -> None:
    mine = personal(desk)
    form = await mine.form(ADA, action(Verb.SETTINGS))
    mistake = await mine.submit(ADA, as_filled(form, **{name: value}))
    assert isinstance(mistake, Mistake)
    assert mistake.field == name


async def test_an_empty_form_is_a_mistake(desk: Desk) -> None:
    assert isinstance(await personal(desk).submit(ADA, filled(FormName.SETTINGS)), Mistake)


# what is kept


async def test_what_is_kept_is_handed_over_as_a_file(desk: Desk) -> None:
    mine = personal(desk)
    nothing = await mine.export(ADA)
    assert nothing.file is None
    assert "Nothing is kept" in nothing.text
    await follow(desk, "cats")
    exported = await mine.export_again(ADA, action(Verb.EXPORT))
    assert exported.private
    assert exported.file is not None
    assert exported.file.name == "papers-data.json"
    assert json.loads(exported.file.text)["subscriptions"][0]["topic"]["text"] == "cats"


async def test_one_is_forgotten_after_being_asked(desk: Desk) -> None:
    await stock(desk, "Cats and cats")
    mine = personal(desk)
    await follow(desk, "cats")
    await mine.save(ADA, action(Verb.SAVE, ONE))
    await mine.vote(ADA, action(Verb.UP, ONE))
    await mine.submit(ADA, as_filled(await mine.form(ADA, action(Verb.SETTINGS)), zone="Asia/Tokyo"))
    offered = await mine.offer_forget(ADA)
    assert "1 subscription, 1 saved paper" in offered.text
    assert offered.buttons[0].confirm
    assert len(await desk.subscriptions.of_owner(ADA.person)) == 1
    done = await mine.forget(ADA, offered.buttons[0].action)
    assert "1 subscription ended" in done.text
    assert (await mine.export(ADA)).file is None
    assert await desk.saved.count(ADA.person) == 0
    assert (await desk.preferences.get(ADA.person)).zone is None
    assert (await desk.votes.tally(ADA.place or "", ONE)).up == 0


async def test_words_that_a_button_asks_again_name_nobody_and_stay_for_whoever_else_asked_them(
    desk: Desk, redis: Redis
) -> None:
    await fill(desk.store, papers())
    commands = Commands(later(desk))
    await commands.answer(ADA, Search(text="robot doors"))
    kept = {key async for key in redis.scan_iter("pb:asked:*")}
    asked = await commands.answer(BOB, Search(text="robot doors"))
    assert {key async for key in redis.scan_iter("pb:asked:*")} == kept, "the same for whoever asks"
    assert not any("U1" in str(value) for value in await redis.mget(kept))
    await commands.press(ADA, action(Verb.FORGET))
    turned = await commands.press(BOB, next(b.action for b in asked.buttons if b.label == "Next page"))
    assert "robot doors" in turned.heading


async def test_of_whom_nothing_is_kept_nothing_is_to_be_erased(desk: Desk) -> None:
    mine = personal(desk)
    offered = await mine.offer_forget(ADA)
    assert "Nothing is kept of you" in offered.text
    assert not offered.buttons
    await mine.submit(ADA, as_filled(await mine.form(ADA, action(Verb.SETTINGS)), zone="Asia/Tokyo"))
    assert "This erases your settings" in (await mine.offer_forget(ADA)).text


async def test_the_digest_of_a_channel_outlives_who_asked_for_it(desk: Desk) -> None:
    form = await Wishing(desk).form(ADA, action(Verb.SUBSCRIBE))
    assert isinstance(form, Form)
    await Wishing(desk).submit(ADA, as_filled(form))
    await personal(desk).forget(ADA, action(Verb.FORGET))
    (left,) = await desk.subscriptions.of_destination(ADA.place or "")
    assert left.notify is None


# the home page


async def test_home_shows_what_trends_what_is_followed_and_what_is_saved(desk: Desk) -> None:
    desk = later(desk)
    await fill(desk.store, papers())
    mine = personal(desk)
    for paper in papers()[:6]:
        await mine.save(ADA, action(Verb.SAVE, paper.id))
    await follow(desk, "robots that open doors")
    trending, followed, saved, foot = (await mine.home(ADA)).sections
    assert [section.heading for section in (trending, followed, saved)] == [
        "Trending today",
        "What you follow",
        "Saved papers",
    ]
    assert (len(trending.cards), len(followed.cards), len(saved.cards)) == (5, 1, 5)
    assert Verb.SAVE in [button.action.verb for button in trending.cards[0].buttons]
    assert Verb.CHANGE in [button.action.verb for button in followed.cards[0].buttons]
    assert saved.buttons[0].label == "Show all 6"
    assert [button.action.verb for button in foot.buttons] == [Verb.SETTINGS, Verb.EXPORT, Verb.FORGET, Verb.HELP]
    assert foot.buttons[2].confirm


async def test_home_of_a_newcomer_says_what_to_do_first(desk: Desk) -> None:
    _, followed, saved, _ = (await personal(desk).home(ADA)).sections
    assert "/papers follow" in followed.text
    assert "Press Save" in saved.text
    assert {button.action.verb for button in followed.buttons} == {Verb.FOLLOW, Verb.SUBSCRIBE}


async def test_one_section_that_fails_leaves_the_others(desk: Desk, redis: Redis) -> None:
    desk = later(desk)
    await fill(desk.store, papers())
    await redis.set(keys.saved(ADA.person), "damaged")
    trending, _, saved, foot = (await personal(desk).home(ADA)).sections
    assert len(trending.cards) == 5
    assert saved.heading == "Saved papers"
    assert saved.text
    assert foot.buttons


async def test_a_paper_can_be_saved_in_words(desk: Desk) -> None:
    (paper_id,) = await stock(desk, "Cats and cats")
    assert "Saved: “Cats and cats”." in (await personal(desk).keep(ADA, Keep(paper=paper_id))).text
    assert await desk.saved.count(ADA.person) == 1


async def test_remove_in_the_list_of_saved_papers_shows_the_list_without_it(desk: Desk) -> None:
    first, second = await stock(desk, "Cats and cats", "Dogs and dogs")
    commands = Commands(desk)
    for paper_id in (first, second):
        await commands.press(ADA, action(Verb.SAVE, paper_id))
    listed = await commands.answer(ADA, Saved())
    remove = next(button for button in listed.cards[0].buttons if button.action.verb is Verb.UNSAVE)
    after = await commands.press(ADA, remove.action)
    assert after.replaces
    assert after.text.startswith("Removed “Dogs and dogs”")
    assert [card.title for card in after.cards] == ["Cats and cats"]
    assert after.buttons[-1].label == "Save it again"
