"""Messages to 2,000 channels in 200 workspaces, as fast as the platform's limits allow: how near it comes to them.

The platform (bench/chat_platform.py, a process of its own) answers 429 beyond a message a second and channel, a message
a second and workspace, and 50 a second in all. What these limits alone allow follows from the token buckets: the n-th
message of a bucket with ``burst`` b and r tokens a second cannot leave before (n - b) / r seconds, so all of them need
at least the largest of these times over all buckets: ``bound_s``. Goals: ``ratio_to_bound`` 1.1 or less, and
``ratio_with_failing`` near 1: the same again with 20 more destinations, of which half never answer and half always
fail; each of their tries takes one of the platform's tokens, 0.02 s. ``cpu_s`` and ``peak_mb`` are of the sender's
process. The limit is the platform's.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.chat_platform import Event, limits_text, read_log
from bench.fanout_server import BROKEN, HANGING
from bench.scratch import scratch_settings
from papers.adapters import Limits, Rate, Scope
from papers.deliveries import Ledger
from papers.following import DigestOptions
from papers.ingestion import Ingestion
from papers.models import Observation, Paper, Signal
from papers.planning import plan_due
from papers.redis.connection import open_redis
from papers.schedule import Schedule
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.wishes import digest_subscription

CHANNELS_IN_A_WORKSPACE = 10
FAILING = 20
_PATIENCE = 600.0
LIMITS: Limits = {Scope.CHANNEL: Rate(1.0), Scope.WORKSPACE: Rate(1.0), Scope.PLATFORM: Rate(50.0, 50)}


async def run(count: int = 2000) -> dict[str, Any]:
    """Measure with ``count`` channels."""
    channels = [f"slack:T{n // CHANNELS_IN_A_WORKSPACE}/C{n}" for n in range(count)]
    failing = [f"slack:TF{n}/{HANGING if n % 2 else BROKEN}{n}" for n in range(FAILING)]
    alone = await _measure(channels, [])
    beside = await _measure(channels, failing)
    bound = _bound(channels)
    return {
        "bench": "fanout",
        "channels": count,
        "limits": limits_text(LIMITS),
        "bound_s": round(bound, 2),
        "alone_s": alone["seconds"],
        "ratio_to_bound": round(alone["seconds"] / bound, 3),
        "failing": FAILING,
        "with_failing_s": beside["seconds"],
        "ratio_with_failing": round(beside["seconds"] / alone["seconds"], 3),
        "refused": alone["refused"] + beside["refused"],
        "cpu_s": alone["cpu_s"],
        "peak_mb": beside["peak_mb"],
        "limit": "the platform's: 50 messages a second",
    }


def _bound(destinations: list[str]) -> float:
    """Seconds that the limits alone make it last."""
    names = [(Scope.PLATFORM, "") for _ in destinations]
    names += [(Scope.WORKSPACE, one.partition("/")[0]) for one in destinations]
    names += [(Scope.CHANNEL, one) for one in destinations]
    counts = Counter(names)
    return max((n - LIMITS[scope].burst) / LIMITS[scope].per_second for (scope, _), n in counts.items())


async def _measure(channels: list[str], failing: list[str]) -> dict[str, Any]:
    with scratch_settings() as settings:
        log = settings.data_dir / "chat.log"
        async with open_redis(settings) as redis:
            await publish(PaperStore(redis, settings))
            subscriptions = Subscriptions(redis, settings)
            now = datetime.now(UTC)
            for one in (*failing, *channels):
                await _subscribe(subscriptions, one, now - timedelta(days=2))
            await plan_due(redis, Ledger(redis, settings), settings, now)
            with _chat(log) as url:
                said = await asyncio.to_thread(_send, settings.data_dir, url, log, len(channels))
        figures: dict[str, Any] = json.loads(said)
        taken = _taken(log)
        assert len({event.delivery for event in taken}) == len(taken) == len(channels)
        refused = sum(event.kind == "refused" for event in read_log(log))
        return {**figures, "seconds": round(max(e.at for e in taken) - figures["began"], 2), "refused": refused}


def _taken(log: Path) -> list[Event]:
    return [event for event in read_log(log) if event.kind == "taken"]


def _send(folder: Path, url: str, log: Path, count: int) -> str:
    """Run a sender until so many messages have come; what it said of itself."""
    command = (sys.executable, "-m", "bench.fanout_sender", str(folder), url, limits_text(LIMITS))
    sender = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    give_up = time.monotonic() + _PATIENCE
    while time.monotonic() < give_up and (not log.exists() or len(_taken(log)) < count):
        time.sleep(0.5)
    sender.terminate()
    return sender.communicate()[0]


async def _subscribe(subscriptions: Subscriptions, to: str, made: datetime) -> None:
    wish = digest_subscription(owner=to, destination=to, schedule=Schedule(), options=DigestOptions(), now=made)
    await subscriptions.save(wish, made)


async def publish(store: PaperStore) -> None:
    """Ten papers that trend now and trended this morning."""
    now = datetime.now(UTC)

    async def seen() -> AsyncIterator[Observation]:
        for number in range(10):
            paper = Paper(id=f"2603.{number:05d}", title=f"Result {number} of many", published=now)
            votes = tuple(
                Signal(name="upvotes", value=60 - hours, at=now - timedelta(hours=hours)) for hours in (60, 50, 12, 1)
            )
            yield Observation(source="bench", seen_at=now - timedelta(hours=60), paper=paper, signals=votes)

    await Ingestion(store, None).run(seen())


@contextmanager
def _chat(log: Path) -> Iterator[str]:
    command = (sys.executable, "-m", "bench.fanout_server", str(log), limits_text(LIMITS))
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.wait()
