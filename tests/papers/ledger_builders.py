"""Short ways to what tests of the ledger are about: feeds, deliveries, claims."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from papers import keys
from papers.adapters import Limits
from papers.deliveries import Claim, Claims, Ledger
from papers.delivery_models import Delivery, Feed, Kind, State, delivery_id
from papers.delivery_steps import Outcome, Planned
from papers.destinations import Platform
from papers.schedule import Schedule
from tests.papers.builders import NOON

UNLIMITED: Mapping[Platform, Limits] = {platform: {} for platform in Platform}


def message(destination: str = "console:me", *, period: str = "1", due: datetime = NOON, feed: str = "") -> Delivery:
    """A delivery: of a feed a digest, else a message that is sent once."""
    kind = Kind.DIGEST if feed else Kind.CONFIRMATION
    identity = delivery_id(destination=destination, feed=feed, period=period, kind=kind)
    return Delivery(id=identity, kind=kind, feed=feed, destination=destination, period=period, due=due)


async def put(ledger: Ledger, *deliveries: Delivery, now: datetime = NOON) -> list[str]:
    """Plan messages that are sent once."""
    return await ledger.plan([Planned(one) for one in deliveries], now)


async def add_feed(
    redis: Redis,
    name: str = "feed",
    *,
    destination: str = "console:me",
    kind: Kind = Kind.DIGEST,
    due: datetime | None = NOON,
    **schedule: Any,
) -> Feed:
    """A feed, due at ``due``, as Subscriptions would have made it."""
    feed = Feed(id=name, kind=kind, destination=destination, schedule=Schedule(**schedule))
    await redis.hset(keys.FEED, name, feed.model_dump_json())
    if due is not None:
        await redis.zadd(keys.FEEDS, {name: int(due.timestamp())})
    return feed


async def put_of_feed(
    redis: Redis, ledger: Ledger, period: str = "1", *, feed: str = "feed", destination: str = "console:me"
) -> Delivery:
    """Plan one delivery of a feed that is due."""
    await add_feed(redis, feed, destination=destination)
    one = message(destination, feed=feed, period=period)
    expected = int(NOON.timestamp())
    await ledger.plan([Planned(one, expected=expected, next=expected + 86_400)], NOON)
    return one


async def claim(
    ledger: Ledger,
    holder: str = "sender",
    *,
    count: int = 50,
    now: datetime = NOON,
    limits: Mapping[Platform, Limits] = UNLIMITED,
) -> tuple[Claim, ...]:
    return (await claims(ledger, holder, count=count, now=now, limits=limits)).claims


async def claims(
    ledger: Ledger,
    holder: str = "sender",
    *,
    count: int = 50,
    now: datetime = NOON,
    limits: Mapping[Platform, Limits] = UNLIMITED,
) -> Claims:
    return await ledger.claim(holder, limits, count, now)


async def claim_one(
    ledger: Ledger,
    holder: str = "sender",
    *,
    now: datetime = NOON,
    limits: Mapping[Platform, Limits] = UNLIMITED,
) -> Claim:
    (one,) = await claim(ledger, holder, now=now, limits=limits)
    return one


async def sent(ledger: Ledger, claim: Claim, message_id: str = "m1", *, now: datetime = NOON) -> str:
    """Commit and finish, as a sender does whose message arrived."""
    await ledger.commit(claim, (), now)
    return await ledger.finish(claim, Outcome(State.SENT, message_id=message_id), now)


async def check_consistent(redis: Redis) -> None:
    """What must hold of the ledger's keys at any moment, whatever happened."""
    hashes = {
        key.decode().rpartition(":")[2]: await redis.hgetall(key) async for key in redis.scan_iter(keys.delivery("*"))
    }
    in_state = {
        state: {one.decode() for one in await redis.zrange(keys.delivery_state(state), 0, -1)} for state in State
    }
    waiting = {
        one.decode() async for key in redis.scan_iter(keys.waiting("*")) for one in await redis.zrange(key, 0, -1)
    }
    held = {one.decode() async for key in redis.scan_iter(keys.claimed("*")) for one in await redis.zrange(key, 0, -1)}
    assert sum(len(ids) for ids in in_state.values()) == len(hashes)
    for one, fields in hashes.items():
        state = State(fields[b"state"].decode())
        assert one in in_state[state]
        assert (one in waiting) == (state in {State.DUE, State.FAILED})
        assert (one in held) == (state is State.CLAIMED)
        assert (b"holder" in fields) == (state is State.CLAIMED)
        final = state not in {State.DUE, State.FAILED, State.CLAIMED}
        assert (await redis.ttl(keys.delivery(one)) > 0) == final
    assert waiting | held <= hashes.keys()
    lanes = {one.decode() async for key in redis.scan_iter(keys.lanes("*")) for one in await redis.zrange(key, 0, -1)}
    async for key in redis.scan_iter(keys.waiting("*")):
        assert key.decode().removeprefix(keys.waiting("")) in lanes
