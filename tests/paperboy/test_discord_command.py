"""``paperboy discord`` as a process, against a Discord of our own."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.fakes.discord import discord_fake, until
from tests.paperboy.command import Paperboy, finish


def test_without_a_token_it_says_what_to_set(data_dir: Path) -> None:
    told = Paperboy(data_dir).run("discord").failed(2)
    assert told.startswith("Discord is not set up: set PAPERBOY_DISCORD_TOKEN")


async def test_a_token_that_discord_does_not_take_is_told_in_a_sentence(data_dir: Path) -> None:
    async with discord_fake() as discord:
        wrong = Paperboy(data_dir).with_environment(**discord.environment() | {"PAPERBOY_DISCORD_TOKEN": "wrong"})
        processes = [wrong.start("discord")]
        try:
            await until(lambda: discord.calls, lambda: discord.calls)
            processes.append(wrong.start("discord"))
            await asyncio.sleep(4)
            assert [process.poll() for process in processes] == [None, None]  # up would end with it
            assert [call.status for call in discord.calls] == [401]  # the other one knows of it
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            told = [await asyncio.to_thread(finish, process, 20) for process in processes]
            await asyncio.to_thread(wrong.stop)
    for finished in told:
        assert finished.code == 0
        assert "PAPERBOY_DISCORD_TOKEN" in finished.err
        assert "tries_again_in=" in finished.err
        assert "Traceback" not in finished.err


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
async def test_it_is_ready_soon_light_and_ends_when_told_to(data_dir: Path, sent: signal.Signals) -> None:
    async with discord_fake() as discord:
        ada = discord.add_user("ada")
        papers = discord.add_channel(discord.add_guild(owner=ada), "papers")
        paperboy = Paperboy(data_dir).with_environment(**discord.environment())
        process = paperboy.start("discord")
        try:
            await discord.ready()
            answer = await discord.command(ada, papers, "help")
            assert await answer.message()
            size = _megabytes(process.pid)
            await asyncio.sleep(1)  # it waits a little for servers that may still come, and answers meanwhile
        finally:
            process.send_signal(sent)
            finished = await asyncio.to_thread(finish, process, 20)
            await asyncio.to_thread(paperboy.stop)
        assert discord.violations == []
    assert finished.code == 0
    assert "discord ready" in finished.err
    assert size < 120


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
