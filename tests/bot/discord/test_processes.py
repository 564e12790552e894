"""Two processes of the bot with two shards each, in a Discord of our own."""

import asyncio
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fakes.discord import AppConfig, Discord, Guild, User, discord_fake, until
from tests.paperboy.command import Paperboy

pytestmark = pytest.mark.slow
SHARDS = 4
CONFIG = AppConfig(shards=1, max_concurrency=2)
_TAKEN_OVER = 45.0
"""Seconds: a lease, and what it takes to connect."""


@dataclass
class Fleet:
    """Processes, and what is seen of the shards that they hold."""

    discord: Discord
    paperboy: Paperboy
    guilds: list[Guild]
    ada: User
    running: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    """Shards that two connections had at once."""

    def start(self) -> "subprocess.Popen[bytes]":
        log = self.paperboy.data_dir / f"discord-{len(self.running)}.log"
        with log.open("wb") as written:
            process = self.paperboy.start("discord", log=written)
        self.running.append(process)
        return process

    def log(self, process: "subprocess.Popen[bytes]") -> str:
        return (self.paperboy.data_dir / f"discord-{self.running.index(process)}.log").read_text()

    @property
    def held(self) -> list[int]:
        return sorted(one.shard for one in self.discord.gateway.connected())

    async def holds(self, *shards: int, seconds: float = _TAKEN_OVER) -> None:
        await until(lambda: self.held == list(shards), lambda: (self.held, self.discord.violations), seconds)

    async def watch(self) -> None:
        while True:
            self.twice += [shard for shard, times in Counter(self.held).items() if times > 1]
            await asyncio.sleep(0.005)

    async def each_server_is_answered_once(self) -> None:
        for guild in self.guilds:
            channel = self.discord.add_channel(guild, f"papers-{len(self.discord.channels)}")
            calls = len(self.discord.calls)
            answer = await self.discord.command(self.ada, channel, "help")
            assert await answer.message()
            await asyncio.sleep(0.1)
            said = [call for call in self.discord.calls[calls:] if call.route.startswith("POST /interactions")]
            assert [call.status for call in said] in ([200], [204])


@asynccontextmanager
async def fleet(data_dir: Path) -> AsyncIterator[Fleet]:
    async with discord_fake(CONFIG) as discord:
        ada = discord.add_user("ada")
        guilds: dict[int, Guild] = {}
        while len(guilds) < SHARDS:
            guild = discord.add_guild(f"Labs {len(discord.guilds)}", owner=ada)
            guilds.setdefault((guild.id >> 22) % SHARDS, guild)
        told = {"PAPERBOY_DISCORD_PROCESSES": "2", "PAPERBOY_DISCORD_SHARDS": str(SHARDS)}
        paperboy = Paperboy(data_dir).with_environment(**discord.environment(), **told)
        made = Fleet(discord, paperboy, list(guilds.values()), ada)
        watching = asyncio.create_task(made.watch())
        try:
            yield made
            assert made.twice == []
            assert discord.violations == []
        finally:
            watching.cancel()
            for process in made.running:
                process.kill()
                with suppress(subprocess.TimeoutExpired):
                    process.communicate(timeout=10)
                print(made.log(process))  # pytest shows it where a test failed
            await asyncio.to_thread(paperboy.stop)


async def test_two_processes_share_the_shards_and_a_spare_follows_one_that_is_killed(data_dir: Path) -> None:
    async with fleet(data_dir) as ours:
        first, second = ours.start(), ours.start()
        await ours.holds(0, 1, 2, 3)
        await ours.discord.ready(SHARDS)
        await ours.each_server_is_answered_once()
        spare = ours.start()
        await until(lambda: "this process is a spare one" in ours.log(spare), lambda: ours.log(spare), _TAKEN_OVER)
        first.kill()
        await until(lambda: len(ours.held) == 2, lambda: ours.held)
        await ours.holds(0, 1, 2, 3)
        await ours.each_server_is_answered_once()
        assert second.poll() is None


async def test_a_part_that_is_given_back_is_taken_at_once_and_other_numbers_wait(data_dir: Path) -> None:
    async with fleet(data_dir) as ours:
        first, second = ours.start(), ours.start()
        await ours.holds(0, 1, 2, 3)
        spare = ours.start()
        await until(lambda: "this process is a spare one" in ours.log(spare), lambda: ours.log(spare), _TAKEN_OVER)
        first.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(first.wait, 20) == 0
        ended = asyncio.get_running_loop().time()
        await ours.holds(0, 1, 2, 3)
        assert asyncio.get_running_loop().time() - ended < 15, "a part that was given back needs no lease to run out"
        await ours.each_server_is_answered_once()
        ours.paperboy = ours.paperboy.with_environment(PAPERBOY_DISCORD_SHARDS="6")
        changed = ours.start()
        await until(lambda: "others run with" in ours.log(changed), lambda: ours.log(changed), _TAKEN_OVER)
        for process in (second, spare):
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 20) == 0
        await ours.holds(0, 1, 2)
        assert {one.shards for one in ours.discord.gateway.connected()} == {6}
        assert "Traceback" not in "".join(ours.log(process) for process in ours.running)
