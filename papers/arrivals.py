"""The to-do list of papers that wait to be matched with topics.

A paper is put on the list before it is written, so that a writer that dies in between loses none; and leaves it when
its matches are in the inboxes. Members are ``ID``, or ``ID|v2`` for a new version; scores say when it was first seen.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from papers import keys
from papers.changes import Change
from papers.news import news_name, read_news

if TYPE_CHECKING:
    from redis.asyncio import Redis

NEWS = timedelta(days=60)
"""What was published longer before it was first seen is no news but a back-fill; what has been on the list longer
leaves it."""


class Waiting(NamedTuple):
    """One member of the list."""

    paper: str
    version: int | None
    """Of a revision; None for a new paper."""
    seen: float
    """Seconds since 1970."""

    @property
    def member(self) -> str:
        return news_name(self.paper, self.version)


def news(changes: Iterable[Change]) -> list[Waiting]:
    """Of what is about to be written, papers that are new and papers with a new version."""
    return [one for change in changes if (one := _news(change)) is not None]


def _news(change: Change) -> Waiting | None:
    paper = change.paper
    if change.known is None:
        is_new = not change.absorbed and _is_recent(paper.first_seen, paper.published, paper.listed)
        return Waiting(paper.id, None, _seconds(paper.first_seen)) if is_new else None
    before = change.known.paper.version
    if before is None or paper.version is None or paper.version <= before:
        return None
    is_new = _is_recent(paper.as_of, paper.updated or paper.published)
    return Waiting(paper.id, paper.version, _seconds(paper.as_of)) if is_new else None


async def put(redis: "Redis", waiting: Sequence[Waiting]) -> None:
    """Put these on the list, in one command, and take off what has been there too long."""
    if not waiting:
        return
    oldest = max(one.seen for one in waiting) - NEWS.total_seconds()
    async with redis.pipeline(transaction=False) as pipe:
        pipe.zadd(keys.ARRIVALS, {one.member: one.seen for one in waiting}, nx=True)
        pipe.zremrangebyscore(keys.ARRIVALS, "-inf", f"({oldest}")
        await pipe.execute()


async def put_renamed(redis: "Redis", changes: Sequence[Change]) -> None:
    """Papers that go by another id from now on, as when an arXiv id becomes known: if one waits, it waits on."""
    pairs = [(twin.id, c.paper) for c in changes if c.known is None for twin in c.absorbed]
    if pairs:
        scores = await redis.zmscore(keys.ARRIVALS, [old for old, _ in pairs])
        waits = zip(pairs, scores, strict=True)
        await put(redis, [Waiting(paper.id, None, float(s)) for (_, paper), s in waits if s is not None])


async def page(redis: "Redis", now: datetime, *, start: int, count: int) -> list[Waiting]:
    """Those first seen until ``now``, the oldest first, from the place ``start`` on."""
    limits = ("-inf", now.timestamp(), "WITHSCORES", "LIMIT", start, count)
    rows: list[tuple[bytes, float]] = await redis.execute_command(
        "ZRANGEBYSCORE", keys.ARRIVALS, *limits, withscores=True
    )
    return [Waiting(*read_news(member.decode()), float(score)) for member, score in rows]


async def remove(redis: "Redis", done: Sequence[Waiting]) -> None:
    if done:
        await redis.zrem(keys.ARRIVALS, *(one.member for one in done))


def _is_recent(seen: datetime | None, *born: datetime | None) -> bool:
    return seen is not None and any(moment is not None and seen - moment <= NEWS for moment in born)


def _seconds(moment: datetime | None) -> float:
    return (moment or datetime.fromtimestamp(0, UTC)).timestamp()
