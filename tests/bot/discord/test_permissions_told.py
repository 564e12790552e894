"""Where the bot may not write, whoever subscribes the channel hears what is missing and who can give it."""

import pytest

from tests.bot.discord.stage import Stage
from tests.fakes.discord import User, buttons, words
from tests.fakes.discord_state import PRIVATE_THREAD, VOICE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


@pytest.fixture
def manager(stage: Stage) -> User:
    return stage.manager()


async def test_it_is_told_in_the_form_and_after_it(stage: Stage, manager: User) -> None:
    papers = stage.channel()
    await stage.discord.forbid(papers, "send_messages")
    form = await stage.ask(manager, papers, "subscribe")
    told = f"Paperboy lacks the permission “Send Messages” in #{papers.name}."
    assert told in words(form)
    assert "Manage Permissions" in words(form)
    await (await stage.discord.press(form, "Subscribe", manager)).changed()
    assert "Subscribed." in words(form)
    assert told in words(form)
    await stage.discord.permit(papers)
    again = await stage.ask(manager, papers, "subscribe", time="10:00")
    assert "lacks" not in words(again)


async def test_a_thread_lacks_what_threads_need(stage: Stage, manager: User) -> None:
    papers = stage.channel()
    thread = stage.discord.add_thread(papers, "on robots")
    await stage.discord.forbid(papers, "send_messages_in_threads")
    done = await stage.ask(manager, thread, "subscribe", time="10:00")
    assert "“Send Messages in Threads” in #on robots" in words(done)
    assert "the channel that it belongs to" in words(done)


async def test_a_post_of_a_forum_lacks_what_is_called_otherwise_there(stage: Stage, manager: User) -> None:
    forum = stage.discord.add_forum(stage.guild, "reading rooms")
    post = stage.discord.add_thread(forum, "on robots")
    await stage.discord.forbid(forum, "send_messages_in_threads")
    done = await stage.ask(manager, post, "subscribe", time="10:00")
    assert "“Send Messages in Posts” in #on robots" in words(done)
    assert "the channel that it belongs to" in words(done)


async def test_a_private_thread_is_told_to_want_the_bot_in_it(stage: Stage, manager: User) -> None:
    papers = stage.channel()
    secret = stage.discord.add_thread(papers, "secret plans", type=PRIVATE_THREAD)
    told = "Paperboy is not in the private thread #secret plans. Mention"
    inside = await stage.ask(manager, secret, "subscribe", time="10:00")
    assert "Subscribed." in words(inside)
    assert told in words(inside)
    outside = await stage.ask(manager, papers, "subscribe", time="11:00", channel=secret)
    assert told in words(outside)
    assert "lacks" not in words(outside)
    stage.discord.say(manager, secret, f"<@{stage.discord.app.id}> come in")
    assert "Paperboy is not" not in words(await stage.ask(manager, secret, "subscribe", time="12:00"))
    await stage.discord.forbid(papers, "view_channel")
    hidden = await stage.ask(manager, stage.channel(), "subscribe", time="13:00", channel=secret)
    assert "lacks the permission “View Channel” in #secret plans" in words(hidden)


async def test_a_voice_channel_wants_what_its_chat_is_read_with(stage: Stage, manager: User) -> None:
    talk = stage.discord.add_channel(stage.guild, "talk", VOICE)
    await stage.discord.forbid(talk, "connect")
    done = await stage.ask(manager, talk, "subscribe", time="10:00")
    assert "Paperboy lacks the permission “Connect” in #talk" in words(done)


async def test_a_server_that_has_the_commands_alone_hears_how_to_add_the_bot(stage: Stage) -> None:
    without = stage.discord.add_guild("Grace Labs", app=False, commands=True)
    grace = stage.manager(without)
    form = await stage.ask(grace, stage.channel(without), "subscribe")
    assert "you alone, by direct message" in words(form)
    assert "which has its commands and not its bot" in words(form)
    assert "scope=bot" in words(form)
    assert "lacks" not in words(form)
    found = await stage.ask(grace, stage.channel(without), "search", words="robot")
    assert "Share" not in [one["label"] for one in buttons(found)]


async def test_it_is_told_of_another_channel_too(stage: Stage, manager: User) -> None:
    here, reading, hidden = stage.channel(), stage.discord.add_forum(stage.guild, "reading"), stage.channel()
    good = await stage.ask(manager, here, "subscribe", channel=reading, papers=5)
    assert "Subscribed." in words(good)
    assert "lacks" not in words(good)
    await stage.discord.forbid(reading, "send_messages")
    done = await stage.ask(manager, here, "subscribe", channel=reading, time="10:00")
    assert "Paperboy lacks the permission “Create Posts” in #reading" in words(done)
    await stage.discord.forbid(hidden, "view_channel")
    done = await stage.ask(manager, here, "subscribe", channel=hidden)
    assert f"Paperboy lacks the permission “View Channel” in #{hidden.name}" in words(done)


async def test_a_channel_that_was_deleted_meanwhile_lacks_no_permission(stage: Stage, manager: User) -> None:
    gone = stage.channel()
    form = await stage.ask(manager, stage.channel(), "subscribe", channel=gone)
    await stage.discord.delete_channel(gone)
    await (await stage.discord.press(form, "Subscribe", manager)).changed()
    assert f"#{gone.name} is not there any more" in words(form)
    assert "lacks" not in words(form)


async def test_where_the_bot_is_no_member_nothing_is_said_of_permissions(stage: Stage) -> None:
    elsewhere = stage.discord.add_guild("Grace Labs", app=False)
    grace = stage.manager(elsewhere)
    grace.installed = True
    form = await stage.ask(grace, stage.channel(elsewhere), "subscribe")
    assert "you alone, by direct message" in words(form)
    assert "lacks" not in words(form)
