"""What people do on Discord, with the bot as its own process."""

import asyncio
import json

import pytest

from tests.bot.discord.stage import Stage
from tests.bot.library import paper_id
from tests.fakes.discord import Channel, User, buttons, find_component, until, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@pytest.fixture
def ada(stage: Stage) -> User:
    return stage.person()


async def test_papers_are_found_looked_into_saved_and_shared(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    found = await stage.ask(ada, papers, "search", words="robot opens doors")
    assert "Papers 1 to 5, found by meaning and by words." in words(found)
    assert "opens doors after watching videos" in words(found)
    assert found.seen_by == ada.id
    await (await discord.press(found, "Next page", ada)).changed()
    assert "Papers 6 to 10" in words(found)
    similar = await (await discord.press(found, "Similar", ada)).message()
    assert "Papers like" in words(similar)
    await (await discord.press(similar, "Save", ada)).changed()
    why = await (await discord.press(similar, "Why", ada)).message()
    assert "votes" in words(why)
    assert all(message.seen_by == ada.id for message in discord.in_channel(papers, seen_by=ada))
    shared = await (await discord.press(similar, "Share", ada)).message()
    assert shared.seen_by is None
    assert discord.in_channel(papers) == [shared]
    bob = stage.person()
    await (await discord.press(shared, "Save", bob)).changed()
    for reader in (ada, bob):
        assert "A robot that opens doors" in words(await stage.ask(reader, papers, "saved"))


async def test_a_hostile_title_is_only_words(stage: Stage, ada: User, papers: Channel) -> None:
    found = await stage.ask(ada, papers, "search", words="Robots hidden doors click")
    assert "click" in words(found)
    assert "](https://evil" not in words(found)
    shared = await (await stage.discord.press(found, f"share|{paper_id(2)}", ada)).message()
    assert "click" in words(shared)
    assert shared.pings == []


async def test_commands_answer_the_asker_alone(stage: Stage, ada: User, papers: Channel) -> None:
    for name, options, said in (
        ("trending", {}, "A robot that opens doors of kind 1"),
        ("trending", {"window": "today", "category": "cs.RO"}, "cs.RO"),
        ("trending", {"category": "nonsense!"}, "categories"),
        ("similar", {"paper": paper_id(1)}, "Papers like"),
        ("similar", {"paper": "1234.56789"}, "known here"),
        ("help", {}, "/papers search"),
        ("help", {"command": "search"}, "search"),
        ("following", {}, "follow"),
        ("saved", {}, "None yet"),
        ("search", {"words": "🤖🤖"}, "no words in"),
        ("search", {"words": "robot", "since": "yesterday"}, "2026-03-01"),
        ("search", {"words": "robot", "author": "Lovelace", "category": "cs.RO"}, "robot"),
        ("search", {"words": "x" * 1000}, ""),
        ("search", {"words": "@everyone <@12345> ||robot|| `x`"}, ""),
    ):
        answer = await stage.ask(ada, papers, name, **options)
        assert said in words(answer), (name, options, words(answer))
        assert answer.seen_by == ada.id


async def test_what_is_typed_is_completed(stage: Stage, ada: User, papers: Channel) -> None:
    for name, option, typed, wanted in (
        ("search", "category", "robot", "cs.RO"),
        ("search", "category", "cs.RO cs.C", "cs.CV"),
        ("similar", "paper", "robot that opens", paper_id(1)),
        ("subscribe", "zone", "tok", "Asia/Tokyo"),
    ):
        answer = await stage.discord.autocomplete(ada, papers, name, option, typed)
        assert answer.seconds < 0.5
        assert wanted in json.dumps(answer.choices), (name, option, answer.choices)


async def test_a_topic_is_previewed_followed_changed_and_left(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    modal = await (await discord.command(ada, papers, "follow")).modal()
    preview = await (await discord.submit(modal, {"topic": "robots that open doors"})).message()
    assert "robots that open doors" in words(preview)
    assert "A robot that opens doors" in words(preview)
    await (await discord.press(preview, "Follow", ada)).changed()
    assert "You follow this now" in words(preview)
    following = await stage.ask(ada, papers, "following")
    assert "robots that open doors" in words(following)
    change = await (await discord.press(following, "Change", ada)).message()
    when = await (await discord.press(change, "When…", ada)).modal()
    await (await discord.submit(when, {"cadence": "daily", "hour": "17:30"})).changed()
    await (await discord.press(change, "Save", ada)).changed()
    assert "Changed" in words(change)
    following = await stage.ask(ada, papers, "following")
    assert "17:30" in words(following).replace("\\", "")
    asked = await (await discord.press(following, "Remove", ada)).changed()
    if any(one["label"] == "Remove" for one in buttons(asked)) and asked is not following:
        await (await discord.press(asked, "Remove", ada)).changed()
    assert "robots that open doors" not in words(await stage.ask(ada, papers, "following"))


async def test_a_topic_is_followed_by_options_alone(stage: Stage, ada: User, papers: Channel) -> None:
    done = await stage.follow(ada, papers, topic="robots", how_often="Daily", time="08:15", zone="Berlin")
    assert "You follow this now" in words(done)
    assert "08:15" in words(await stage.ask(ada, papers, "following")).replace("\\", "")
    wrong = await stage.ask(ada, papers, "follow", topic="robots", time="25 o'clock", how_often="Daily")
    assert "You follow" not in words(wrong)


async def test_only_whoever_manages_a_channel_subscribes_it(stage: Stage, ada: User, papers: Channel) -> None:
    refused = await stage.ask(ada, papers, "subscribe")
    assert "Manage Channels" in words(refused) or "may not" in words(refused)
    manager = stage.manager()
    form = await stage.ask(manager, papers, "subscribe")
    modal = await (await stage.discord.press(form, "When…", manager)).modal()
    await (await stage.discord.submit(modal, {"hour": "08:15", "zone": "Berlin"})).changed()
    assert "Berlin" in words(form)
    await (await stage.discord.press(form, "Subscribe", manager)).changed()
    assert "ubscribed" in words(form)
    assert "08:15" in words(await stage.ask(ada, papers, "following")).replace("\\", "")


async def test_own_settings_are_kept(stage: Stage, ada: User, papers: Channel) -> None:
    modal = await (await stage.discord.command(ada, papers, "settings")).modal()
    kept = await (await stage.discord.submit(modal, {"zone": "Tokyo", "hour": "07:00", "language": "ja"})).message()
    assert kept.seen_by == ada.id
    again = await (await stage.discord.command(ada, papers, "settings")).modal()
    assert "Asia/Tokyo" in words(again)
    assert "07:00" in words(again)


async def test_what_cannot_be_taken_is_told_and_can_be_mended(stage: Stage, ada: User, papers: Channel) -> None:
    modal = await (await stage.discord.command(ada, papers, "settings")).modal()
    told = await (await stage.discord.submit(modal, {"zone": "Atlantis"})).message()
    assert "Atlantis" in words(told)
    again = await (await stage.discord.press(told, buttons(told)[0]["label"], ada)).modal()
    await (await stage.discord.submit(again, {"zone": "Oslo"})).changed()
    assert "Atlantis" not in words(told)
    await (await stage.discord.press(told, "Save", ada)).changed()
    assert "Europe/Oslo" in words(await (await stage.discord.command(ada, papers, "settings")).modal())


async def test_what_is_kept_is_handed_over_and_erased(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    found = await stage.ask(ada, papers, "search", words="robot")
    await (await discord.press(found, "Save", ada)).changed()
    answer = await discord.command(ada, papers, "export")
    await until(lambda: any(one.files for one in answer.messages), lambda: [words(one) for one in answer.messages])
    (file,) = next(one.files for one in answer.messages if one.files)
    assert b"2610." in file.content
    assert all(one.seen_by == ada.id for one in answer.messages)
    asked = await stage.ask(ada, papers, "forget-me")
    sure = await (await discord.press(asked, "Forget me", ada)).message()
    done = await (await discord.press(sure, "Forget me", ada)).changed()
    assert "nothing is kept of you" in words(done)
    assert "A robot" not in words(await stage.ask(ada, papers, "saved"))


async def test_papers_like_a_message_are_found(stage: Stage, ada: User, papers: Channel) -> None:
    discord = stage.discord
    for text in ("we need a robot for our doors", f"see https://arxiv.org/abs/{paper_id(3)}"):
        said = discord.say(ada, papers, text)
        found = await (await discord.context_menu("Papers like this", said, ada)).message()
        assert "A robot that opens doors" in words(found)
        assert found.seen_by == ada.id
    nothing = await (await discord.context_menu("Papers like this", discord.say(ada, papers, "🤖"), ada)).message()
    assert "no words" in words(nothing)


async def test_it_is_there_in_direct_messages_groups_and_servers_without_it(stage: Stage) -> None:
    discord = stage.discord
    elsewhere = discord.add_guild("Elsewhere", app=False)
    ada = stage.person(elsewhere, installed=True)
    for place in (discord.direct(ada), discord.group(ada, stage.person()), discord.add_channel(elsewhere)):
        found = await stage.ask(ada, place, "search", words="robot opens doors")
        assert "Papers 1 to 5" in words(found)
        await (await discord.press(found, "Save", ada)).changed()
        assert "Subscribe" not in [one["label"] for one in buttons(await stage.ask(ada, place, "following"))][2:]
    assert "A robot that opens doors" in words(await stage.ask(ada, discord.direct(ada), "saved"))


async def test_threads_and_forum_posts_are_places_too(stage: Stage, papers: Channel) -> None:
    discord, manager = stage.discord, stage.manager()
    for thread in (discord.add_thread(papers, "about robots"), discord.add_thread(discord.add_forum(stage.guild))):
        form = await stage.ask(manager, thread, "subscribe")
        await (await discord.press(form, "Subscribe", manager)).changed()
        assert thread.name in words(form)


async def test_ten_people_ask_at_once(stage: Stage, papers: Channel) -> None:
    people = [stage.person() for _ in range(10)]
    answers = await asyncio.gather(
        *(stage.discord.command(one, papers, "search", words=f"robot doors {one.name}") for one in people)
    )
    for answer in answers:
        assert answer.seconds < 2.5
        assert "robot" in words(await answer.message())


async def test_buttons_tell_what_they_are(stage: Stage, ada: User, papers: Channel) -> None:
    found = await stage.ask(ada, papers, "search", words="robot")
    assert find_component(found, "Next page")["custom_id"].startswith("pb:more|")
    assert all(len(one["custom_id"]) <= 100 for one in buttons(found))
