"""Subscriptions that were stored by an earlier version, and where an owner hears that a destination is disabled."""

import json

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.settings import Settings
from papers.subscriptions import Saved, Subscriptions
from tests.papers.builders import NOON, at
from tests.papers.subscription_builders import check_indexes, digest, topic


@pytest.fixture
def subs(redis: Redis, settings: Settings) -> Subscriptions:
    return Subscriptions(redis, settings)


async def age(redis: Redis, subscription_id: str) -> None:
    """Store it as a version would have that knew nothing of what has a default."""
    key = keys.subscription(subscription_id)
    kept = json.loads((await redis.execute_command("HGET", key, "data")).decode())
    for name in ("paused", "confirmed", "notify"):
        del kept[name]
    for part, names in (("digest", ("language", "say_when_empty")), ("topic", ("feedback", "revisions"))):
        for name in names if kept[part] else ():
            del kept[part][name]
    await redis.execute_command("HSET", key, "data", json.dumps(kept, indent=1))


async def test_what_an_earlier_version_stored_is_read_changed_and_removed(redis: Redis, subs: Subscriptions) -> None:
    for one in (digest(), topic()):
        await subs.save(one, NOON)
        await age(redis, one.id)
        assert await subs.get(one.id) == one
        assert await subs.save(one, NOON) == (Saved.UNCHANGED, one)
        assert (await subs.pause(one.id, NOON)).paused
        await age(redis, one.id)  # not paused, as far as that version knew
        assert not (await subs.resume(one.id, NOON)).paused
        await age(redis, one.id)
        assert await subs.remove(one.id)
    assert await check_indexes(redis) == {}


async def test_elsewhere_is_the_place_that_was_named_else_another_of_the_owner(
    redis: Redis, subs: Subscriptions
) -> None:
    await subs.save(digest("console:here", owner="user:ada"), NOON)
    assert await subs.elsewhere("console:here") is None
    _, other = await subs.save(digest("console:other", owner="user:ada", now=at(1)), NOON)
    assert await subs.elsewhere("console:here") == "console:other"
    await subs.save(digest("console:here", owner="user:ada", notify="console:ops"), NOON)
    assert await subs.elsewhere("console:here") == "console:ops"
    # Not where nothing is sent either.
    await redis.execute_command("HSET", keys.DISABLED, "console:ops", "{}")
    assert await subs.elsewhere("console:here") == "console:other"
    await subs.pause(other.id, NOON)
    assert await subs.elsewhere("console:here") is None
    assert await subs.elsewhere("console:unknown") is None


async def test_elsewhere_is_no_address_that_has_not_confirmed(subs: Subscriptions) -> None:
    await subs.save(digest("console:here", owner="user:ada"), NOON)
    await subs.save(digest("email:abc", owner="user:ada", confirmed=False), NOON)
    assert await subs.elsewhere("console:here") is None
