"""New papers that match what is followed, gathered by feed until the feed is due."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from papers import keys
from papers.deliveries import Ledger
from papers.delivery_models import Feed, memory_name
from papers.schedule import Cadence, end_of_quiet

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from papers.topics import TopicMatch

_PAGE = 1000


async def put_matches(redis: "Redis", ledger: Ledger, matches: "Iterable[TopicMatch]", now: datetime) -> int:
    """Put matches into the inboxes of their feeds; an instant feed falls due, after its quiet hours.

    A topic that was given another rhythm meanwhile has another feed; one that was removed has none. What a destination
    was told of already stays out. Returns how many papers are new in an inbox. May be repeated.
    """
    matches, added = list(matches), 0
    feeds = await _feeds(redis, matches)
    while matches:
        added += await _put(redis, ledger, matches, feeds, now)
        before, feeds = feeds, await _feeds(redis, matches)
        # What was for a topic that moved meanwhile was passed over.
        matches = [match for match in matches if feeds.get(match.topic) not in {None, before.get(match.topic)}]
    return added


async def _put(
    redis: "Redis", ledger: Ledger, matches: "Iterable[TopicMatch]", feeds: Mapping[str, str], now: datetime
) -> int:
    by_feed: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for match in matches:
        if match.topic in feeds:
            by_feed[feeds[match.topic]][match.paper][match.topic] = round(match.score, 4)
    if not by_feed:
        return 0
    stored: list[bytes | None] = await redis.execute_command("HMGET", keys.FEED, *by_feed)
    added = 0
    for text, papers in zip(stored, by_feed.values(), strict=True):
        if text is None:
            continue  # the subscription was removed meanwhile
        feed = Feed.model_validate_json(text)
        instant = feed.schedule.cadence is Cadence.NOW
        due = end_of_quiet(feed.schedule, now) if instant else None
        added += max(await ledger.add_matches(feed.id, told_name(feed), papers, due=due), 0)
    return added


async def _feeds(redis: "Redis", matches: "Sequence[TopicMatch]") -> dict[str, str]:
    """The present feed of each topic that there is."""
    topics = list(dict.fromkeys(match.topic for match in matches))
    found: dict[str, str] = {}
    for start in range(0, len(topics), _PAGE):
        page = topics[start : start + _PAGE]
        async with redis.pipeline(transaction=False) as pipe:
            for topic in page:
                pipe.hget(keys.subscription(topic), "feed")
            rows: list[bytes | None] = await pipe.execute()
        found |= {topic: row.decode() for topic, row in zip(page, rows, strict=True) if row is not None}
    return found


async def read_inbox(redis: "Redis", feed: str) -> dict[str, Mapping[str, float]]:
    """Paper id -> {topic: score} of what waits to be told."""
    rows: dict[bytes, bytes] = await redis.execute_command("HGETALL", keys.inbox(feed))
    return {paper.decode(): json.loads(topics) for paper, topics in rows.items()}


async def drop_told(redis: "Redis", feed: str, told: frozenset[str]) -> dict[str, Mapping[str, float]]:
    """What waits to be told, after what was told of meanwhile has left the inbox."""
    waiting = await read_inbox(redis, feed)
    stale = [name for name in waiting if name in told]
    if stale:
        await redis.execute_command("HDEL", keys.inbox(feed), *stale)
    return {name: topics for name, topics in waiting.items() if name not in told}


def told_name(feed: Feed) -> str:
    """Where it is remembered what a feed was told of."""
    return memory_name(feed.kind, feed=feed.id, destination=feed.destination)
