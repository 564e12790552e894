"""What is subscribed for another channel than the one where somebody speaks: seen, changed and ended all the same."""

import asyncio

import pytest

from tests.bot.discord.stage import Stage
from tests.fakes.discord import Channel, Message, User, buttons, words

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@pytest.fixture
def boss(stage: Stage) -> User:
    return stage.manager()


@pytest.fixture
def here(stage: Stage) -> Channel:
    return stage.channel()


@pytest.fixture
def forum(stage: Stage, here: Channel) -> Channel:
    return stage.discord.add_forum(stage.guild, f"reading-{here.name}")


async def subscribed(stage: Stage, who: User, here: Channel, there: Channel) -> Message:
    return await stage.ask(who, here, "subscribe", how_often="Daily", time="10:00", zone="UTC", papers=5, channel=there)


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in buttons(message)]


async def test_the_buttons_of_the_answer_work_for_who_named_the_channel(
    stage: Stage, boss: User, here: Channel, forum: Channel
) -> None:
    discord = stage.discord
    answer = await subscribed(stage, boss, here, forum)
    assert labels(answer) == ["Change", "Pause", "Remove"]
    await (await discord.press(answer, "Pause", boss)).changed()
    assert "Paused the daily digest" in words(answer)
    await stage.restart()
    await (await discord.press(answer, "Resume", boss)).changed()
    form = await (await discord.press(answer, "Change", boss)).message()
    modal = await (await discord.press(form, "What…", boss)).modal()
    await (await discord.submit(modal, {"top": "7"})).changed()
    await (await discord.press(form, "Save", boss)).changed()
    assert "Digest of 7 trending papers" in words(form)
    sure = await (await discord.press(form, "Remove", boss)).message()
    await (await discord.press(sure, "Remove", boss)).changed()
    assert "Removed the daily digest" in words(sure)


async def test_a_channel_that_is_named_alone_opens_its_form_and_then_shows_what_comes_there(
    stage: Stage, boss: User, here: Channel, forum: Channel
) -> None:
    form = await stage.ask(boss, here, "subscribe", channel=forum)
    assert f"comes to #{forum.name}" in words(form)
    await (await stage.discord.press(form, "Subscribe", boss)).changed()
    assert f"In #{forum.name}" in words(form)
    again = await stage.ask(boss, here, "subscribe", channel=forum)
    assert "comes to" in words(again)
    assert labels(again) == ["Change", "Pause", "Remove", "Add another digest"]
    another = await (await stage.discord.press(again, "Add another digest", boss)).message()
    assert f"comes to #{forum.name}" in words(another)


async def test_what_is_not_named_stays(stage: Stage, boss: User, here: Channel, forum: Channel) -> None:
    await subscribed(stage, boss, here, forum)
    answer = await stage.ask(boss, here, "subscribe", zone="Berlin", channel=forum)
    assert "Digest of 5 trending papers, daily at 10\\:00 (Europe/Berlin)" in words(answer)


async def test_a_post_of_a_forum_shows_what_comes_to_the_forum_and_lets_its_managers_change_it(
    stage: Stage, boss: User, here: Channel, forum: Channel
) -> None:
    await subscribed(stage, boss, here, forum)
    post = stage.discord.add_thread(forum, "Trending today")
    reader = stage.person()
    seen = await stage.ask(reader, post, "following")
    assert "Digest of 5 trending papers" in words(seen)
    assert "Remove" not in labels(seen)
    mine = await stage.ask(boss, post, "following")
    await (await stage.discord.press(mine, "Pause", boss)).changed()
    assert "Paused the daily digest" in words(mine)


async def test_who_may_not_manage_the_channel_that_they_name_changes_nothing_there(
    stage: Stage, boss: User, here: Channel, forum: Channel
) -> None:
    answer = await subscribed(stage, boss, here, forum)
    pause = next(one["custom_id"] for one in buttons(answer) if one["label"] == "Pause")
    ada = stage.person()
    refused = await stage.ask(ada, here, "subscribe", channel=forum)
    pressed = await stage.discord.press_id(refused, pause, ada)
    assert "not yours to change" in words(await pressed.message())
    assert "Paused" not in words(await stage.ask(boss, stage.discord.add_thread(forum, "A post"), "following"))
    other = await stage.ask(boss, here, "help")
    elsewhere = await stage.discord.press_id(other, pause, boss)
    assert "not yours to change" in words(await elsewhere.message())


async def test_a_topic_with_options_is_shown_with_its_preview_and_followed_by_one_click(
    stage: Stage, boss: User, here: Channel
) -> None:
    form = await stage.ask(boss, here, "follow", topic="robots that open doors", threshold=0.55, exclude="survey")
    assert "With a threshold of 0.55" in words(form)
    await (await stage.discord.press(form, "Follow", boss)).changed()
    assert "You follow this now" in words(form)
    again = await stage.ask(boss, here, "follow", topic="robots that open doors", time="8:00")
    assert "**Without papers that mention:** survey" in words(again)
    assert "0.55" in words(again)
    assert "**At:** 08\\:00" in words(again)
    await (await stage.discord.press(again, "Save", boss)).changed()
    await asyncio.sleep(0)
    assert "without “survey”, daily at 08\\:00" in words(again)
