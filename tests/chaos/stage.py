"""What a scenario plays on: a Redis with papers and subscriptions, receivers that keep count, and real processes."""

import asyncio
import itertools
import json
import multiprocessing
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from bench.chat_platform import Event, read_log
from paperboy.post import Post, open_post
from paperboy.wiring import open_app
from papers import keys
from papers.delivery_models import Delivery, State
from papers.destinations import parse_destination
from papers.following import DigestOptions, Subscription
from papers.ingestion import Ingestion
from papers.models import Observation, Paper, Signal
from papers.schedule import Schedule
from papers.store import PaperStore
from papers.wishes import digest_subscription
from tests.chaos import sender
from tests.chaos.clock import SharedClock
from tests.chaos.steps import Ambush, last_step
from tests.conftest import short_folder
from tests.fakes.smtp import Mailbox, serving

START = datetime(2026, 3, 5, 10, tzinfo=UTC)
"""What the application's clock shows first; digests are due at nine."""
PER_FILE = 5
"""Digests that go to one file."""
_PER_WORKSPACE = 30
_LONGEST_JUMP = 320.0
_CATEGORIES = tuple(f"cs.{letter}{letter}" for letter in "ABCDE")
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.chaos.sender"])


@dataclass(frozen=True)
class Cast:
    """How many destinations of each kind there are; each is due once a day."""

    files: int = 0
    chats: int = 0
    emails: int = 0

    @property
    def total(self) -> int:
        return self.files + self.chats + self.emails

    @classmethod
    def mixed(cls, total: int) -> "Cast":
        emails, files = total // 5, total * 3 // 10 // PER_FILE * PER_FILE
        return cls(files=files, emails=emails, chats=total - files - emails)


class Child:
    """A sender or planner that runs."""

    def __init__(self, orders: sender.Orders) -> None:
        self.orders = orders
        self.process = _processes.Process(target=sender.run, args=(orders,), daemon=True)
        self.process.start()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    @property
    def step(self) -> str:
        return last_step(self.orders.track)

    @property
    def running(self) -> bool:
        return self.process.is_alive()

    def send(self, number: signal.Signals) -> None:
        if self.running:
            os.kill(self.pid, number)

    async def ended(self, seconds: float) -> int | None:
        """Its exit code; None: it has not ended in time."""
        await asyncio.to_thread(self.process.join, seconds)
        return self.process.exitcode

    async def kill(self) -> None:
        self.send(signal.SIGKILL)
        await self.ended(10)


@dataclass
class Stage:
    folder: Path
    data_dir: Path
    post: Post
    clock: SharedClock
    mailbox: Mailbox
    lease: float
    chat_url: str = ""
    chat_log: Path = field(default_factory=Path)
    chat_limits: str = ""
    slack_url: str = ""
    """Of a Slack that senders write to in place of the chat server."""
    slack_token: str = ""
    children: list[Child] = field(default_factory=list)
    feeds: list[Subscription] = field(default_factory=list)
    _number: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def redis(self) -> Redis:
        return self.post.app.store.redis

    @property
    def log(self) -> Path:
        return self.folder / "processes.log"

    def start(self, role: sender.Role, ambush: Ambush | None = None) -> Child:
        orders = sender.Orders(
            role=role,
            data_dir=self.data_dir,
            smtp_port=self.mailbox.port,
            clock=self.folder / "clock",
            track=self.folder / f"step{next(self._number)}",
            log=self.log,
            lease=self.lease,
            chat_url=self.chat_url,
            chat_limits=self.chat_limits,
            slack_url=self.slack_url,
            slack_token=self.slack_token,
            ambush=ambush,
        )
        child = Child(orders)
        self.children.append(child)
        return child

    async def ready(self) -> None:
        """Wait until all processes have Redis open."""
        while any(child.step == "start" for child in self.children):  # noqa: ASYNC110 - they send none
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        for child in self.children:
            child.send(signal.SIGCONT)
            child.send(signal.SIGTERM)
        for child in self.children:
            if await child.ended(12) is None:
                await child.kill()
        self.children.clear()

    async def subscribe(self, cast: Cast, *, every: float | None = 0.0) -> None:
        """Subscribe destinations; the first falls due at the clock's now, the others ``every`` seconds after it.

        None: all of them at nine, as they are.
        """
        self.feeds = [await self._subscribe(to, category) for to, category in self._destinations(cast)]
        if every is None:
            return
        now = self.clock.now().timestamp()
        order = self.feeds[::7] + [feed for place, feed in enumerate(self.feeds) if place % 7]
        await self.redis.zadd(keys.FEEDS, {one.feed: int(now + place * every) for place, one in enumerate(order)})

    def _destinations(self, cast: Cast) -> Sequence[tuple[str, str]]:
        categories = itertools.cycle(_CATEGORIES)
        files = [f"file:{self.folder}/received/{n // PER_FILE}.jsonl" for n in range(cast.files)]
        chats = [f"slack:T{n // _PER_WORKSPACE}/C{n}" for n in range(cast.chats)]
        emails = [f"email:reader{n}@example.org" for n in range(cast.emails)]
        return list(zip([*files, *chats, *emails], categories, strict=False))

    async def _subscribe(self, to: str, category: str) -> Subscription:
        reference = await self.post.addresses.refer(parse_destination(to))
        wish = digest_subscription(
            owner=reference,
            destination=reference,
            schedule=Schedule(),
            options=DigestOptions(top=3, categories=(category,)),
            now=self.clock.now(),
        )
        await self.post.subscriptions.save(wish, self.clock.now())
        return wish

    def sprung(self) -> list[str]:
        """Every ambush that somebody, or Redis, fell into."""
        lines = self.folder / "sprung"
        return lines.read_text().splitlines() if lines.exists() else []

    # what came of it

    async def deliveries(self) -> list[Delivery]:
        return [one for state in State for one in await self.post.ledger.listed(state, limit=1_000_000)]

    def received(self) -> Counter[str]:
        """How often each delivery was received, counted at the receivers."""
        lines = [line for path in (self.folder / "received").iterdir() for line in path.read_text().splitlines()]
        found = Counter(json.loads(line)["delivery_id"] for line in lines)
        found.update(event.delivery for event in self.chat_events() if event.kind == "taken")
        for message_id, count in self.mailbox.counted.items():
            found[message_id.strip("<>").partition("@")[0]] += count
        return found

    def chat_events(self) -> list[Event]:
        return read_log(self.chat_log)

    async def finish(self, expected: int, *, patience: float = 80.0, hurry: bool = True) -> None:
        """Wait until so many deliveries have come to their end; ``hurry``: the clock jumps over what only waits."""
        loop = asyncio.get_running_loop()
        deadline, quiet_since = loop.time() + patience, loop.time()
        before: dict[State, int] = {}
        jump = 10.0
        while loop.time() < deadline:
            counts = await self.post.ledger.counts()
            under_way = counts[State.DUE] + counts[State.CLAIMED] + counts[State.FAILED]
            if sum(counts.values()) >= expected and not under_way:
                return
            if counts != before:
                before, quiet_since, jump = counts, loop.time(), 10.0
            elif hurry and loop.time() - quiet_since > 0.7:
                self.clock.jump(jump)
                quiet_since, jump = loop.time(), min(2 * jump, _LONGEST_JUMP)
            await asyncio.sleep(0.1)


@asynccontextmanager
async def staged(*chat_options: str, limits: str = "", lease: float = 8.0) -> AsyncIterator[Stage]:
    """A stage with a chat server of these options (see tests.fakes.chat), gone when it ends."""
    folder = short_folder()
    (folder / "received").mkdir()
    data_dir = folder / "data"
    chat_log = folder / "chat.log"
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = await stack.enter_async_context(_chat(chat_log, limits, chat_options))
        mailbox = stack.enter_context(serving(Mailbox()))
        clock = SharedClock(folder / "clock")
        clock.set(START)
        app = await stack.enter_async_context(open_app(sender.settings_of(data_dir, mailbox.port)))
        await _publish(app.store)
        post = await stack.enter_async_context(open_post(app))
        stage = Stage(folder, data_dir, post, clock, mailbox, lease, url, chat_log, limits)
        stack.push_async_callback(stage.stop)
        yield stage


@asynccontextmanager
async def _chat(log: Path, limits: str, options: Sequence[str]) -> AsyncIterator[str]:
    command = (sys.executable, "-m", "tests.fakes.chat", "--log", str(log), "--limits", limits, *options)
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.terminate()
        await process.wait()


async def _publish(store: PaperStore) -> None:
    """Papers that trend as the scenario begins, and for days after it."""

    async def seen() -> AsyncIterator[Observation]:
        for number in range(5):
            paper = Paper(
                id=f"2603.{number:05d}", title=f"Result {number} of many", categories=_CATEGORIES, published=START
            )
            votes = tuple(
                Signal(name="upvotes", value=30.0 + 10 * number + hours, at=START + timedelta(hours=hours))
                for hours in (-20, -4, 6, 20)
            )
            yield Observation(source="chaos", seen_at=START - timedelta(hours=20), paper=paper, signals=votes)

    await Ingestion(store, None).run(seen())
