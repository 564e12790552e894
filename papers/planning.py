"""What is due becomes deliveries: of each feed the latest period only, however many were missed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from papers import keys
from papers.deliveries import Ledger
from papers.delivery_models import Delivery, Feed, delivery_id
from papers.delivery_steps import Planned
from papers.log import get_logger
from papers.schedule import Cadence, latest_due, next_due, period, spread
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

_BATCH = 500
_AGAIN = 3600
"""Seconds until a feed is tried again that cannot be planned: its zone may be unknown to this machine."""

log = get_logger("scheduler")


async def plan_due(redis: "Redis", ledger: Ledger, settings: Settings, now: datetime) -> int:
    """Make a delivery of every feed that is due; any number of processes may do so at once. Returns how many."""
    made = 0
    crowd = int(await redis.zcard(keys.FEEDS))
    while True:
        rows: list[tuple[bytes, float]] = await redis.execute_command(
            "ZRANGEBYSCORE", keys.FEEDS, "-inf", int(now.timestamp()), "WITHSCORES", "LIMIT", 0, _BATCH, withscores=True
        )
        if not rows:
            return made
        due = [(feed, int(score)) for feed, score in rows]
        stored: Sequence[bytes | None] = await redis.execute_command("HMGET", keys.FEED, *(feed for feed, _ in due))
        orphans = [feed for (feed, _), text in zip(due, stored, strict=True) if text is None]
        if orphans:
            await redis.zrem(keys.FEEDS, *orphans)
        planned: list[Planned] = []
        for (feed, expected), text in zip(due, stored, strict=True):
            if text is None:
                continue
            try:
                one = Feed.model_validate_json(text)
                planned.append(plan_feed(one, expected, now, crowd, settings.delivery.spread_seconds))
            except Exception:
                # It must not keep the others waiting; what is wrong may be mended by then.
                log.exception("a feed cannot be planned", feed=feed.decode("utf-8", "replace"))
                await redis.zadd(keys.FEEDS, {feed: int(now.timestamp()) + _AGAIN}, xx=True)
        made += len(await ledger.plan(planned, now))


def plan_feed(feed: Feed, expected: int, now: datetime, crowd: int, longest_spread: int) -> Planned:
    """A due feed's delivery, and when it is due next; ``expected`` is when it was due, in seconds since 1970."""
    if feed.schedule.cadence is Cadence.NOW:
        due, following = datetime.fromtimestamp(expected, UTC), None
        name = due.isoformat()
    else:
        due = latest_due(feed.schedule, now)
        following = int(next_due(feed.schedule, due).timestamp()) + spread(feed.id, crowd, longest_spread)
        name = period(feed.schedule, due)
    identity = delivery_id(destination=feed.destination, feed=feed.id, period=name, kind=feed.kind)
    delivery = Delivery(id=identity, kind=feed.kind, feed=feed.id, destination=feed.destination, period=name, due=due)
    return Planned(delivery, expected=expected, next=following)
