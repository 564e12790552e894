"""The bot as its own process in a Slack of our own, with papers to talk about and somebody who embeds questions."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from papers import charts
from papers.clock import SystemClock
from papers.embedding_server import serve_embeddings
from papers.ingestion import Ingestion, at_hand
from papers.models import Observation, Paper, Signal, SignalName
from papers.redis.connection import open_redis
from papers.settings import Settings, load_settings
from papers.store import PaperStore
from tests.conftest import short_folder
from tests.fakes.slack import Channel, Slack, Team, User, slack_fake
from tests.paperboy.command import Paperboy
from tests.papers.word_encoder import WordEncoder

HOSTILE = "<!channel> *Robots* & <@U1> `doors` <https://evil.example|click> \u202eslias"
ABSTRACT = "Learning is hard. A robot arm opens doors after watching videos of people. We propose a policy for it."
_READY = 30.0


def paper_id(number: int) -> str:
    return f"2610.{number:05}"


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
    _people: int = field(default=0)

    def person(self, *, team: Team | None = None) -> User:
        self._people += 1
        return self.slack.add_user(team or self.team, f"ada{self._people}")

    def channel(self, *members: User) -> Channel:
        return self.slack.add_channel(self.slack.teams[members[0].team], f"papers-{members[0].name}", *members)


@asynccontextmanager
async def on_stage(mode: str) -> AsyncIterator[Stage]:
    folder = short_folder()
    try:
        settings = load_settings(data_dir=folder)
        async with _library(settings), slack_fake() as slack:
            team = slack.add_team()
            async with _bot(slack, team, mode, folder) as stage:
                yield stage
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _library(settings: Settings) -> AsyncIterator[None]:
    async with open_redis(settings) as redis:
        store, stop, encoder = PaperStore(redis, settings), asyncio.Event(), WordEncoder()
        await Ingestion(store, encoder).run(at_hand(_observations()))
        await charts.refresh(store, SystemClock())
        serving = asyncio.create_task(serve_embeddings(redis, encoder, stop=stop, name="of-the-test"))
        yield
        stop.set()
        await serving


def _observations() -> list[Observation]:
    now = datetime.now(UTC)
    papers = [
        Paper(
            id=paper_id(number),
            title=HOSTILE if number == 2 else f"A robot that opens doors of kind {number}",
            abstract=ABSTRACT,
            authors=("Ada Lovelace", "Alan Turing"),
            published=now - timedelta(hours=number + 12),
            listed=now - timedelta(hours=2),
            categories=("cs.RO" if number % 2 else "cs.CV",),
        )
        for number in range(1, 13)
    ]
    seen_at = now - timedelta(hours=1)
    votes = [Signal(name=SignalName.UPVOTES, value=100 - n, at=seen_at) for n in range(len(papers))]
    return [
        Observation(source="test", seen_at=seen_at, paper=paper, signals=(vote,))
        for paper, vote in zip(papers, votes, strict=True)
    ]


@asynccontextmanager
async def _bot(slack: Slack, team: Team, mode: str, folder: Path) -> AsyncIterator[Stage]:
    settings, url = {}, ""
    if mode == "socket":
        settings = slack.environment(slack.add_grant(team, installer=slack.add_user(team, "installer")))
    else:
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        settings = {**slack.environment(), "PAPERBOY_WEB_URL": url, "PAPERBOY_WEB_PORT": str(port)}
        slack.use_http(f"{url}/slack/events")
    process = Paperboy(folder).with_environment(**settings).start("slack")
    try:
        if mode == "socket":
            await slack.lines.connected(_READY)
        else:
            await _answers(f"{url}/healthz", process)
            installed = await slack.install(f"{url}/slack/install", slack.add_user(team, "installer"))
            assert installed.status == 200, installed.page
        yield Stage(slack, team, mode, folder, process, url)
    except BaseException:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            _, log = process.communicate(timeout=10)
            print(log.decode())
        raise
    else:
        process.terminate()
        _, log = await asyncio.to_thread(process.communicate, timeout=20)
        print(log.decode())  # pytest shows it where a test failed
        assert process.returncode == 0, log
        assert b"Traceback" not in log
    finally:
        process.kill()


async def _answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    async with asyncio.timeout(_READY), aiohttp.ClientSession() as session:
        while process.poll() is None:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"the bot has ended: {process.communicate()}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
