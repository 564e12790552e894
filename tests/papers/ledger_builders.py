"""Short ways to what tests of the ledger are about: feeds, deliveries, claims."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from papers import keys
from papers.adapters import Limits
from papers.deliveries import Claim, Claims, Ledger
from papers.delivery_models import FINAL, Delivery, Feed, Kind, State, delivery_id
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
    """A feed, due at ``due``, as Subscriptions would have made it; of topics that of t1 and t2."""
    feed = Feed(id=name, kind=kind, destination=destination, schedule=Schedule(**schedule))
    await redis.hset(keys.FEED, name, feed.model_dump_json())
    if kind is Kind.TOPICS:
        for of_feed in (keys.members(name), keys.active(name)):
            await redis.sadd(of_feed, "t1", "t2")
    if due is not None:
        await redis.zadd(keys.FEEDS, {name: int(due.timestamp())})
    return feed


async def add_topic(redis: Redis, topic: str, feed: str) -> None:
    """A topic of a feed, as far as the inbox asks."""
    await redis.hset(keys.subscription(topic), "feed", feed)
    await redis.sadd(keys.members(feed), topic)
    await redis.sadd(keys.active(feed), topic)


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


async def elapse(redis: Redis, seconds: float) -> None:
    """Let time pass in the ledger, however fast the machine is: leases, pauses and lanes' next looks come nearer."""
    names = [f"{keys.LEDGER}:buckets"]
    for times in (keys.claimed("*"), keys.lanes("*")):
        names += [name.decode() async for name in redis.scan_iter(times, count=1000)]
    for name in names:
        for member in await redis.execute_command("ZRANGE", name, 0, -1):
            await redis.execute_command("ZINCRBY", name, -seconds * 1000, member)


async def everything(redis: Redis) -> dict[str, Any]:
    """All that is in Redis but the scores: a hash as a dict, a set, sorted or not, as a set."""
    names = sorted([key async for key in redis.scan_iter("*", count=1000)])
    async with redis.pipeline(transaction=False) as pipe:
        for key in names:
            pipe.type(key)
        kinds = [kind.decode() for kind in await pipe.execute()]
        for key, kind in zip(names, kinds, strict=True):
            pipe.execute_command(*_READ[kind][:1], key, *_READ[kind][1:])
        rows = await pipe.execute()
    return {_text(key): _plain(kind, row) for key, kind, row in zip(names, kinds, rows, strict=True)}


_READ = {"string": ("GET",), "hash": ("HGETALL",), "set": ("SMEMBERS",), "zset": ("ZRANGE", 0, -1)}


def _plain(kind: str, row: Any) -> Any:
    if kind == "hash":
        return {_text(name): _text(value) for name, value in row.items()}
    return {_text(one) for one in row} if kind in {"set", "zset"} else _text(row)


def _text(raw: Any) -> str:
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)


async def check_consistent(redis: Redis) -> None:
    """What must hold of the ledger's keys at any moment, whatever happened."""
    kept = await everything(redis)

    def under(prefix: str) -> dict[str, Any]:
        return {key.removeprefix(prefix): value for key, value in kept.items() if key.startswith(prefix)}

    deliveries, states = under(keys.delivery("")), under(keys.delivery_state(""))
    waiting = {one for lane in under(keys.waiting("")).values() for one in lane}
    held = {one for platform in under(keys.claimed("")).values() for one in platform}
    assert sum(len(ids) for ids in states.values()) == len(deliveries)
    for one, fields in deliveries.items():
        state = State(fields["state"])
        assert one in states[state]
        assert (one in waiting) == (state in {State.DUE, State.FAILED})
        assert (one in held) == (state is State.CLAIMED)
        assert ("holder" in fields) == (state is State.CLAIMED)
        assert (await redis.ttl(keys.delivery(one)) > 0) == (state in FINAL)
    assert waiting | held <= deliveries.keys()
    lanes = {lane for platform in under(keys.lanes("")).values() for lane in platform}
    assert under(keys.waiting("")).keys() <= lanes
