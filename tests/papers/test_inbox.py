"""Matches gathered by feed until they are told."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.deliveries import Ledger
from papers.delivery_models import Feed, Kind, short_digest
from papers.inbox import put_matches, read_inbox, told_name
from papers.planning import plan_due
from papers.schedule import Cadence, QuietHours, Schedule
from papers.settings import Settings
from papers.topics import TopicMatch
from tests.papers.builders import NOON, at
from tests.papers.ledger_builders import add_feed, add_topic

NIGHT = QuietHours(start=time(22), end=time(7))


@pytest.fixture
def ledger(redis: Redis, settings: Settings) -> Ledger:
    return Ledger(redis, settings)


@pytest.fixture(autouse=True)
async def topics(redis: Redis) -> None:
    for topic in ("t1", "t2"):
        await add_topic(redis, topic, "feed")


def match(paper: str, topic: str = "t1", *, score: float = 0.5, feed: str = "feed") -> TopicMatch:
    return TopicMatch(feed=feed, topic=topic, paper=paper, score=score)


async def test_a_paper_that_matches_several_topics_of_a_feed_is_there_once_and_names_them(
    redis: Redis, ledger: Ledger
) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None)
    found = [match("p1", "t1", score=0.50004), match("p1", "t2", score=0.7), match("p2", "t1")]
    assert await put_matches(redis, ledger, found, NOON) == 2
    assert await read_inbox(redis, "feed") == {"p1": {"t1": 0.5, "t2": 0.7}, "p2": {"t1": 0.5}}


async def test_the_same_matches_put_again_change_nothing(redis: Redis, ledger: Ledger) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None, cadence=Cadence.NOW)
    found = [match(f"p{i}") for i in range(20)]
    assert await put_matches(redis, ledger, found, NOON) == 20
    before = await read_inbox(redis, "feed")
    assert await put_matches(redis, ledger, found, at(1)) == 0
    assert await read_inbox(redis, "feed") == before
    assert await redis.zscore(keys.FEEDS, "feed") == NOON.timestamp()


async def test_a_match_put_after_its_message_was_planned_but_not_told_is_due_again(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None, cadence=Cadence.NOW)
    await put_matches(redis, ledger, [match("p1")], NOON)
    assert await plan_due(redis, ledger, settings, NOON) == 1
    await put_matches(redis, ledger, [match("p1")], at(1))
    assert await plan_due(redis, ledger, settings, at(1)) == 1
    assert len(await ledger.of_destination("console:me")) == 2


async def test_what_was_told_of_stays_out(redis: Redis, ledger: Ledger) -> None:
    feed = await add_feed(redis, kind=Kind.TOPICS, due=None, cadence=Cadence.NOW)
    await redis.zadd(keys.told(told_name(feed)), {"p1": NOON.timestamp()})
    assert await put_matches(redis, ledger, [match("p1")], NOON) == 0
    assert await read_inbox(redis, "feed") == {}
    assert await redis.zscore(keys.FEEDS, "feed") is None


async def test_matches_of_what_was_removed_meanwhile_are_dropped(redis: Redis, ledger: Ledger) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None)
    await add_topic(redis, "t3", "gone")
    assert await put_matches(redis, ledger, [match("p1", "t3"), match("p2", "never"), match("p3")], NOON) == 1
    assert await redis.exists(keys.inbox("gone")) == 0
    assert await read_inbox(redis, "feed") == {"p3": {"t1": 0.5}}
    assert await put_matches(redis, ledger, [], NOON) == 0


async def test_a_match_goes_where_its_topic_is_now_even_if_that_moves_in_the_middle(
    redis: Redis, settings: Settings
) -> None:
    class Slow(Ledger):
        async def add_matches(self, feed: str, *rest: Any, **more: Any) -> int:
            if feed == "feed":  # the topic is given another rhythm just now
                await redis.srem(keys.members("feed"), "t1")
                await add_topic(redis, "t1", "moved")
            return await super().add_matches(feed, *rest, **more)

    await add_feed(redis, kind=Kind.TOPICS, due=None)
    await add_feed(redis, "moved", kind=Kind.TOPICS, due=None)
    assert await put_matches(redis, Slow(redis, settings), [match("p1")], NOON) == 1
    assert await read_inbox(redis, "moved") == {"p1": {"t1": 0.5}}


@pytest.mark.parametrize(
    ("hour", "due"),
    [
        (21.5, datetime(2026, 3, 5, 21, 30, tzinfo=UTC)),
        (23, datetime(2026, 3, 6, 7, tzinfo=UTC)),
        (26, datetime(2026, 3, 6, 7, tzinfo=UTC)),
        (31, datetime(2026, 3, 6, 7, tzinfo=UTC)),
    ],
)
async def test_what_comes_in_quiet_hours_is_due_at_their_end(
    redis: Redis, ledger: Ledger, settings: Settings, hour: float, due: datetime
) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None, cadence=Cadence.NOW, quiet=NIGHT)
    now = at(hour - 12)
    await put_matches(redis, ledger, [match("p1")], now)
    assert await redis.zscore(keys.FEEDS, "feed") == due.timestamp()
    assert await plan_due(redis, ledger, settings, now) == (due <= now)
    assert await plan_due(redis, ledger, settings, due) == (due > now)


async def test_a_feed_with_an_hour_is_not_due_before_it(redis: Redis, ledger: Ledger) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=at(5), cadence=Cadence.DAILY)
    await put_matches(redis, ledger, [match("p1")], NOON)
    assert await redis.zscore(keys.FEEDS, "feed") == at(5).timestamp()


def test_a_persons_topics_share_one_memory_and_each_digest_has_its_own() -> None:
    def name(kind: Kind, feed: str) -> str:
        return told_name(Feed(id=feed, kind=kind, destination="console:me", schedule=Schedule()))

    assert name(Kind.TOPICS, "a") == name(Kind.TOPICS, "b") == short_digest("console:me")
    assert name(Kind.DIGEST, "a") != name(Kind.DIGEST, "b")
