"""Short ways to subscriptions, and what must hold of their keys at any moment."""

import json
from datetime import datetime, time
from typing import Any

from redis.asyncio import Redis

from papers import keys
from papers.delivery_models import Feed, Kind, short_digest
from papers.following import DigestOptions, Subscription, TopicOptions
from papers.schedule import Cadence, Schedule
from papers.wishes import digest_subscription, feed_of, is_active, is_timed, topic_subscription
from tests.papers.builders import NOON
from tests.papers.ledger_builders import everything


def rhythm(cadence: str = "daily", hour: int = 9, **fields: Any) -> Schedule:
    return Schedule(cadence=Cadence(cadence), at=time(hour), **fields)


def digest(
    destination: str = "console:me",
    schedule: Schedule | None = None,
    *,
    owner: str = "",
    now: datetime = NOON,
    confirmed: bool = True,
    notify: str | None = None,
    **options: Any,
) -> Subscription:
    return digest_subscription(
        owner=owner or destination,
        destination=destination,
        schedule=schedule or rhythm(),
        options=DigestOptions(**options),
        now=now,
        confirmed=confirmed,
        notify=notify,
    )


def topic(
    text: str = "protein folding",
    destination: str = "console:me",
    schedule: Schedule | None = None,
    *,
    owner: str = "",
    now: datetime = NOON,
    confirmed: bool = True,
    **options: Any,
) -> Subscription:
    return topic_subscription(
        owner=owner or destination,
        destination=destination,
        schedule=schedule or rhythm(),
        topic=TopicOptions(text=text, **options),
        now=now,
        confirmed=confirmed,
    )


async def due_of(redis: Redis, subscription: Subscription) -> float | None:
    due: float | None = await redis.zscore(keys.FEEDS, subscription.feed)
    return due


async def check_indexes(redis: Redis) -> dict[str, Subscription]:
    """Every index says what the subscriptions themselves say, and no more. Returns these."""
    kept = await everything(redis)
    for key in (keys.SUBSCRIPTIONS, keys.FEEDS, keys.TOPICS, keys.TOPICS_GONE):
        rows: list[tuple[bytes, float]] = await redis.execute_command(
            "ZRANGE", key, 0, -1, "WITHSCORES", withscores=True
        )
        kept[key] = {one.decode(): score for one, score in rows}
    prefix = keys.subscription("")
    subs = {
        key.removeprefix(prefix): Subscription.model_validate_json(value["data"])
        for key, value in kept.items()
        if key.startswith(prefix)
    }
    active = {i for i, s in subs.items() if is_active(s)}
    assert all(i == s.id for i, s in subs.items())
    assert kept[keys.SUBSCRIPTIONS] == {i: s.created.timestamp() for i, s in subs.items()}
    _same_sets(kept, keys.owner(""), [(short_digest(s.owner), s.id) for s in subs.values()])
    _same_sets(kept, keys.destination(""), [(short_digest(s.destination), s.id) for s in subs.values()])
    _same_sets(kept, keys.members(""), [(s.feed, s.id) for s in subs.values()])
    _same_sets(kept, keys.active(""), [(s.feed, s.id) for s in subs.values() if s.id in active])

    feeds = {name: Feed.model_validate_json(text) for name, text in kept.get(keys.FEED, {}).items()}
    assert feeds == {s.feed: feed_of(s) for s in subs.values()}
    scheduled = kept[keys.FEEDS]
    assert scheduled.keys() >= {s.feed for s in subs.values() if s.id in active and is_timed(s)}
    assert scheduled.keys() <= {s.feed for s in subs.values() if s.id in active}
    assert all(due == int(due) for due in scheduled.values())

    topics, gone = kept[keys.TOPICS], kept[keys.TOPICS_GONE]
    assert topics.keys() == {i for i in active if subs[i].kind is Kind.TOPICS}
    assert not topics.keys() & gone.keys()
    assert gone.keys() >= {i for i, s in subs.items() if s.kind is Kind.TOPICS and i not in active}
    revisions = [*topics.values(), *gone.values()]
    assert len(set(revisions)) == len(revisions)
    assert max(revisions, default=0) <= int(kept.get(keys.TOPICS_REVISION, 0))

    for name in (keys.inbox(""), keys.told(""), keys.active("")):
        of_feeds = {key.removeprefix(name) for key in kept if key.startswith(name)}
        assert of_feeds <= feeds.keys()
    for feed in feeds:
        for topics_of_paper in kept.get(keys.inbox(feed), {}).values():
            assert set(json.loads(topics_of_paper)) <= kept[keys.members(feed)]
    return subs


def _same_sets(kept: dict[str, Any], prefix: str, pairs: list[tuple[str, str]]) -> None:
    expected: dict[str, set[str]] = {}
    for name, member in pairs:
        expected.setdefault(prefix + name, set()).add(member)
    assert {key: value for key, value in kept.items() if key.startswith(prefix)} == expected
