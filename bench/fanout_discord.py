"""Digests to 2,000 channels of Discord by the real adapter: how near it comes to what Discord's limits allow.

Discord (bench/discord_platform.py, a process of its own) takes 50 calls a second of everything that a bot does. A
digest of five papers is three: the message, the thread under it, the details in the thread. What the limits allow is
therefore ``calls`` / 50 seconds: ``bound_s``; ``ratio_to_bound`` is to be 1.1 or less. Two processes send. ``refused``
are answers of 429: the calls of two processes come together at times, however evenly they leave. ``twice`` and
``missing`` are channels with more or less than one digest. The limit is Discord's.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.discord_platform import CALLS_A_SECOND, read_calls
from bench.fanout import publish
from bench.scratch import scratch_settings
from papers.deliveries import Ledger
from papers.following import DigestOptions
from papers.planning import plan_due
from papers.redis.connection import open_redis
from papers.schedule import Schedule
from papers.settings import Settings
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.wishes import digest_subscription

SENDERS = 2
_PAPERS = 5
_FIRST = 81_384_788_765_712_384
_PATIENCE = 600.0
_QUIET = 10.0
"""Seconds without a call after which all is done."""


async def run(count: int = 2000) -> dict[str, Any]:
    """Measure with ``count`` channels."""
    with scratch_settings() as settings:
        log = settings.data_dir / "discord.log"
        async with open_redis(settings) as redis:
            await publish(PaperStore(redis, settings))
            subscriptions, now = Subscriptions(redis, settings), datetime.now(UTC)
            for number in range(count):
                await _subscribe(subscriptions, f"discord:{_FIRST + number}", now - timedelta(days=2))
            await plan_due(redis, Ledger(redis, settings), settings, now)
            said = await asyncio.to_thread(_send, settings, log, count)
        calls = read_calls(log)
    return _figures(count, calls, said)


def _figures(count: int, calls: list[dict[str, Any]], said: list[dict[str, Any]]) -> dict[str, Any]:
    first, last = calls[0]["at"], calls[-1]["at"]
    digests = Counter(one["channel"] for one in calls if one["kind"] == "POST messages" and one["status"] == 200)
    mains = {name: times for name, times in digests.items() if _FIRST <= int(name) < _FIRST + count}
    bound = len(calls) / CALLS_A_SECOND
    return {
        "bench": "fanout_discord",
        "channels": count,
        "senders": SENDERS,
        "calls": len(calls),
        "seconds": round(last - first, 2),
        "bound_s": round(bound, 2),
        "ratio_to_bound": round((last - first) / bound, 3),
        "refused": sum(one["status"] == 429 for one in calls),
        "twice": sum(times > 1 for times in mains.values()),
        "missing": count - len(mains),
        "cpu_s": round(sum(one["cpu_s"] for one in said), 2),
        "peak_mb": max(one["peak_mb"] for one in said),
        "limit": f"Discord's: {CALLS_A_SECOND} calls a second",
    }


async def _subscribe(subscriptions: Subscriptions, to: str, made: datetime) -> None:
    options = DigestOptions(top=_PAPERS)
    wish = digest_subscription(owner=to, destination=to, schedule=Schedule(), options=options, now=made)
    await subscriptions.save(wish, made)


def _send(settings: Settings, log: Path, count: int) -> list[dict[str, Any]]:
    """Run the senders until all is sent; what they said of themselves."""
    server = subprocess.Popen(
        (sys.executable, "-m", "bench.discord_platform", str(log)), stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    url = f"http://127.0.0.1:{int(server.stdout.readline())}/api"
    command = (sys.executable, "-m", "bench.fanout_sender", str(settings.data_dir), url, "discord")
    senders = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(SENDERS)
    ]
    try:
        give_up = time.monotonic() + _PATIENCE
        while time.monotonic() < give_up and not _is_done(log, count):
            time.sleep(1)
        for sender in senders:
            sender.terminate()
        return [json.loads(sender.communicate()[0]) for sender in senders]
    finally:
        server.terminate()
        server.wait()


def _is_done(log: Path, count: int) -> bool:
    calls = read_calls(log)
    digests = {one["channel"] for one in calls if one["kind"] == "POST messages" and one["status"] == 200}
    return len(digests) >= count and calls[-1]["at"] < time.time() - _QUIET
