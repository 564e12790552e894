"""The bot as its own process in a Slack of our own, with papers to talk about and somebody who embeds questions."""

import asyncio
import json
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from papers.ingestion import Ingestion, at_hand
from papers.settings import load_settings
from tests.bot.library import library, paper_id, robot
from tests.conftest import short_folder
from tests.fakes.ports import free_port
from tests.fakes.slack import AppConfig, Channel, Slack, Team, User, slack_fake
from tests.paperboy.command import Paperboy

__all__ = ["HOSTILE", "LOG", "Stage", "on_stage", "paper_id"]

HOSTILE = "<!channel> *Robots* & <@U1> `doors` <https://evil.example|click> \u202eslias"
LOG = "slack.log"
"""In the data folder: what the bot logs."""
_READY = 30.0


@dataclass
class Stage:
    """``mode``: socket or http. Each test has people and a channel of its own."""

    slack: Slack
    team: Team
    mode: str
    data_dir: Path
    process: "subprocess.Popen[bytes]"
    url: str = ""
    """Of the bot's web server."""
    paperboy: Paperboy = field(kw_only=True)
    """Other commands beside the bot."""
    library: Ingestion = field(kw_only=True)
    _people: int = field(default=0)

    async def run(self, *arguments: str) -> Any:
        """What another command beside the bot says as JSON, whether it succeeds or not."""
        finished = await asyncio.to_thread(self.paperboy.run, *arguments, "--json")
        assert "Traceback" not in finished.err, finished.err
        return json.loads(finished.out)

    async def stop(self, how: signal.Signals) -> None:
        """The bot is told to stop, or killed."""
        self.process.send_signal(how)
        await asyncio.to_thread(self.process.wait, timeout=_READY)

    async def start(self) -> None:
        """After ``stop``: the bot runs again, over HTTP."""
        log = self.data_dir / LOG
        with log.open("ab") as written:
            self.process = self.paperboy.start("slack", log=written)
        await _answers(f"{self.url}/healthz", self.process, log)

    async def paper_arrives(self, number: int, title: str) -> None:
        await self.library.run(at_hand([robot(number, title, hours=0)]))

    def person(self, *, team: Team | None = None, **more: Any) -> User:
        self._people += 1
        return self.slack.add_user(team or self.team, f"ada{self._people}", **more)

    def channel(self, *members: User) -> Channel:
        return self.slack.add_channel(self.slack.teams[members[0].team], f"papers-{members[0].name}", *members)


@asynccontextmanager
async def on_stage(mode: str, config: AppConfig | None = None) -> AsyncIterator[Stage]:
    folder = short_folder()
    try:
        settings = load_settings(data_dir=folder)
        async with library(settings, hostile=HOSTILE) as papers, slack_fake(config) as slack:
            team = slack.add_team()
            async with _bot(slack, team, mode, folder, papers) as stage:
                yield stage
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _bot(slack: Slack, team: Team, mode: str, folder: Path, library: Ingestion) -> AsyncIterator[Stage]:
    settings, url = {}, ""
    if mode == "socket":
        settings = slack.environment(slack.add_grant(team, installer=slack.add_user(team, "installer")))
    else:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        settings = {**slack.environment(), "PAPERBOY_WEB_URL": url, "PAPERBOY_WEB_PORT": str(port)}
        slack.use_http(f"{url}/slack/events")
    paperboy = Paperboy(folder).with_environment(**settings)
    log = folder / LOG
    with log.open("wb") as written:  # a pipe that nobody empties would stop the bot
        process = paperboy.start("slack", log=written)
    try:
        if mode == "socket":
            await slack.lines.connected(_READY)
        else:
            await _answers(f"{url}/healthz", process, log)
            installed = await slack.install(f"{url}/slack/install", slack.add_user(team, "installer"))
            assert installed.status == 200, installed.page
        stage = Stage(slack, team, mode, folder, process, url, paperboy=paperboy, library=library)
        yield stage
        process = stage.process  # it may have been started again
    except BaseException:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        print(log.read_text())
        raise
    else:
        process.terminate()
        await asyncio.to_thread(process.wait, timeout=20)
        print(log.read_text())  # pytest shows it where a test failed
        assert process.returncode == 0, log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.communicate()


async def _answers(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    async with asyncio.timeout(_READY), aiohttp.ClientSession() as session:
        while process.poll() is None:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"the bot has ended: {log.read_text()}")
