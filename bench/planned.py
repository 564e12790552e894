"""How long it takes to make deliveries of many feeds that fall due at the same time.

Feeds of daily digests, in 200 workspaces and four zones, are all due; ``plan_due`` plans them in one process, as the
scheduler does. Goal: ``planned_s`` 10 or less for 100,000. ``again_s`` is a look that finds nothing due. The limit is
the script in Redis that makes a delivery, a dozen commands each.
"""

import time
from datetime import UTC, datetime
from typing import Any

from bench.scratch import scratch_settings, used_memory
from papers import keys
from papers.deliveries import Ledger
from papers.delivery_models import Feed, Kind, State, short_digest
from papers.planning import plan_due
from papers.redis.connection import open_redis
from papers.schedule import Schedule

_ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo")
_WORKSPACES = 200
_NOW = datetime(2026, 3, 5, 15, tzinfo=UTC)
_BATCH = 1000


async def run(count: int = 100_000) -> dict[str, Any]:
    """Measure with ``count`` feeds."""
    feeds = [_feed(number) for number in range(count)]
    with scratch_settings() as settings:
        async with open_redis(settings) as redis:
            for start in range(0, count, _BATCH):
                batch = feeds[start : start + _BATCH]
                await redis.hset(keys.FEED, mapping={feed.id: feed.model_dump_json() for feed in batch})
                await redis.zadd(keys.FEEDS, {feed.id: int(_NOW.timestamp()) for feed in batch})
            before, ledger = await used_memory(redis), Ledger(redis, settings)
            start_s = time.perf_counter()
            made = await plan_due(redis, ledger, settings, _NOW)
            planned = time.perf_counter() - start_s
            start_s = time.perf_counter()
            again = await plan_due(redis, ledger, settings, _NOW)
            nothing = time.perf_counter() - start_s
            assert (made, again) == (count, 0)
            assert (await ledger.counts())[State.DUE] == count
            bytes_each = (await used_memory(redis) - before) / count
    return {
        "bench": "planned",
        "feeds": count,
        "planned_s": round(planned, 2),
        "planned_per_s": round(count / planned),
        "again_s": round(nothing, 4),
        "bytes_per_delivery": round(bytes_each),
        "limit": "the script that makes a delivery",
    }


def _feed(number: int) -> Feed:
    destination = f"slack:T{number % _WORKSPACES}/C{number}"
    schedule = Schedule(zone=_ZONES[number % len(_ZONES)])
    return Feed(id=short_digest(destination)[:12], kind=Kind.DIGEST, destination=destination, schedule=schedule)
