"""The bot as its own process in a Discord of our own, with papers to talk about and somebody who embeds questions."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from papers.ingestion import Ingestion, at_hand
from papers.settings import load_settings
from tests.bot.library import library, robot
from tests.conftest import short_folder
from tests.fakes.discord import AppConfig, Channel, Discord, Guild, Message, User, discord_fake, until
from tests.paperboy.command import Paperboy

HOSTILE = (
    "@everyone **Robots** ||hidden|| <@12345> `doors` [click](https://evil.example) discord.gg/evil \u202eslias\u200b"
)
LOG = "discord.log"
"""In the data folder: what the bot logs."""
_READY = 30.0
QUICK = AppConfig(identify_seconds=0.2)


@dataclass
class Stage:
    """Each test has people and a channel of its own, in a server that the bot is in."""

    discord: Discord
    guild: Guild
    paperboy: Paperboy
    library: Ingestion
    process: "subprocess.Popen[bytes]"
    log: Path
    _people: int = field(default=0)

    def person(self, *guilds: Guild, **more: Any) -> User:
        self._people += 1
        return self.discord.add_user(f"ada{self._people}", *(guilds or (self.guild,)), **more)

    def manager(self, *guilds: Guild) -> User:
        """A person who may subscribe channels."""
        user = self.person(*guilds)
        for guild in guilds or (self.guild,):
            self.discord.add_role(guild, "editors", user, permissions=("manage_channels",))
        return user

    def channel(self, guild: Guild | None = None) -> Channel:
        self._people += 1
        return self.discord.add_channel(guild or self.guild, f"papers-{self._people}")

    async def ask(self, user: User, channel: Channel, name: str, /, **options: Any) -> Message:
        answer = await self.discord.command(user, channel, name, **options)
        assert answer.seconds < 2.5
        return await answer.message()

    async def follow(self, user: User, channel: Channel, **options: Any) -> Message:
        """Follow a topic with options, of which the form shows what they would bring."""
        form = await self.ask(user, channel, "follow", **options)
        await (await self.discord.press(form, "Follow", user)).changed()
        return form

    async def paper_arrives(self, number: int, title: str) -> None:
        await self.library.run(at_hand([robot(number, title, hours=0)]))

    async def run(self, *arguments: str) -> Any:
        """What another command beside the bot says as JSON, whether it succeeds or not."""
        finished = await asyncio.to_thread(self.paperboy.run, *arguments, "--json")
        assert "Traceback" not in finished.err, finished.err
        return json.loads(finished.out)

    async def restart(self) -> None:
        """End the bot's process as an operator does, and start another."""
        await self._end()
        await self._begin()

    @asynccontextmanager
    async def another(self) -> AsyncIterator[None]:
        """A second process of the bot beside the first, as while an operator replaces one by the other."""
        before = len(self.discord.gateway.connected())
        with self.log.open("ab") as written:
            process = self.paperboy.start("discord", log=written)
        try:
            await until(
                lambda: len(self.discord.gateway.connected()) > before, lambda: self.discord.gateway.sessions, _READY
            )
            yield
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, timeout=20)

    async def _begin(self) -> None:
        with self.log.open("ab") as written:  # a pipe that nobody empties would stop the bot
            self.process = self.paperboy.start("discord", log=written)
        await self.discord.ready(seconds=_READY)

    async def _end(self) -> None:
        self.process.terminate()
        await asyncio.to_thread(self.process.wait, timeout=20)
        text = self.log.read_text()
        assert self.process.returncode == 0, text
        assert "Traceback" not in text, text


@asynccontextmanager
async def on_stage(config: AppConfig = QUICK) -> AsyncIterator[Stage]:
    folder = short_folder()
    log = folder / LOG
    try:
        settings = load_settings(data_dir=folder)
        async with library(settings, hostile=HOSTILE) as papers, discord_fake(config) as discord:
            guild = discord.add_guild()
            paperboy = Paperboy(folder).with_environment(**discord.environment())
            with log.open("ab") as written:
                process = paperboy.start("discord", log=written)
            stage = Stage(discord, guild, paperboy, papers, process, log)
            try:
                await discord.ready(seconds=_READY)
                yield stage
                await stage._end()
            finally:
                stage.process.kill()
                with suppress(subprocess.TimeoutExpired):
                    stage.process.communicate(timeout=10)
                print(log.read_text())  # pytest shows it where a test failed
    finally:
        shutil.rmtree(folder, ignore_errors=True)
