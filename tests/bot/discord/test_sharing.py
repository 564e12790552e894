"""What somebody shows to everybody in a channel: as much as they could write there themselves, and not without end."""

import pytest

from tests.bot.discord.stage import Stage
from tests.bot.library import paper_id
from tests.fakes.discord import Message, buttons, words
from tests.fakes.discord_permissions import Overwrite, bits
from tests.fakes.discord_state import Channel

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]


def closed(stage: Stage, channel: Channel, *permissions: str) -> Channel:
    """Nobody has these there who has no role for it."""
    channel.overwrites = [Overwrite(stage.guild.id, 0, deny=bits(*permissions))]
    return channel


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in buttons(message)]


async def test_whoever_may_not_write_in_a_channel_has_nothing_posted_there(stage: Stage) -> None:
    news = closed(stage, stage.discord.add_announcements(stage.guild), "send_messages")
    reader = stage.person()
    found = await stage.ask(reader, news, "search", words="robot")
    assert "Save" in labels(found)
    assert "Share" not in labels(found)
    forged = await stage.discord.press_id(found, f"pb:share|{paper_id(1)}", reader)
    assert "you may not write in" in words(await forged.message()).lower()
    assert stage.discord.in_channel(news) == []


async def test_a_thread_has_its_own_permission_and_a_lock(stage: Stage) -> None:
    papers = closed(stage, stage.channel(), "send_messages")
    reader = stage.person()
    thread = stage.discord.add_thread(papers, "on robots")
    assert "Share" in labels(await stage.ask(reader, thread, "search", words="robot"))
    locked = stage.discord.add_thread(papers, "said enough", locked=True)
    assert "Share" not in labels(await stage.ask(reader, locked, "search", words="robot"))
    closed(stage, papers, "send_messages_in_threads")
    assert "Share" not in labels(await stage.ask(reader, thread, "search", words="robot"))


async def test_nobody_floods_a_channel(stage: Stage) -> None:
    papers, ada = stage.channel(), stage.person()
    found = await stage.ask(ada, papers, "search", words="robot")
    for number in range(1, 8):
        pressed = await stage.discord.press_id(found, f"pb:share|{paper_id(number)}", ada)
        told = await pressed.message()
    assert len(stage.discord.in_channel(papers)) == 5
    assert "share it in a few minutes" in words(told)
