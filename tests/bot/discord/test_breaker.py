"""The count of refused calls, which all processes keep together, and what stops because of it."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.discord.breaker import Breaker
from papers import keys
from papers.adapters import Scope
from papers.errors import TryLater


async def test_many_refused_calls_stop_everything_whoever_made_them(redis: Redis) -> None:
    one, other = Breaker(redis, "token", most=5), Breaker(redis, "token", most=5)
    for number in range(4):
        await (one if number % 2 else other).note(403)
    await Breaker(redis, "token", most=5).check()
    await one.note(429)
    for breaker in (one, Breaker(redis, "token"), Breaker(redis, "another token")):
        with pytest.raises(TryLater, match="refused 5 calls") as told:
            await breaker.check()
        assert told.value.scope is Scope.PLATFORM
        assert 590 < (told.value.seconds or 0) <= 600
    assert await one.invalid() == 5


async def test_what_is_answered_and_limits_that_others_used_up_do_not_count(redis: Redis) -> None:
    breaker = Breaker(redis, "token", most=1)
    for status in (200, 204, 400, 404, 500):
        await breaker.note(status)
    await breaker.note(429, shared=True)
    await breaker.check()
    assert await breaker.invalid() == 0


async def test_what_is_older_than_the_window_is_forgotten(redis: Redis) -> None:
    seconds, _ = await redis.time()
    minute = seconds // 60
    await redis.hset(keys.DISCORD_INVALID, mapping={str(minute - 12): 4999, str(minute - 3): 2})
    breaker = Breaker(redis, "token")
    await breaker.note(403)
    assert await breaker.invalid() == 3
    assert breaker.calm


async def test_a_refused_token_stops_everything_until_there_is_another(redis: Redis) -> None:
    await Breaker(redis, "old").note(401)
    with pytest.raises(TryLater, match="PAPERBOY_DISCORD_TOKEN") as told:
        await Breaker(redis, "old").check()
    assert told.value.seconds is None  # which would hold for whoever has another token, too
    await Breaker(redis, "new").check()
    assert not [key for key in await redis.keys() if b"old" in key]


async def test_a_token_that_is_refused_does_not_keep_another_from_being_stopped(redis: Redis) -> None:
    await Breaker(redis, "old").note(401)
    await Breaker(redis, "older").note(401)
    with pytest.raises(TryLater, match="PAPERBOY_DISCORD_TOKEN"):
        await Breaker(redis, "older").check()
    await Breaker(redis, "new", most=1).note(403)
    with pytest.raises(TryLater, match="refused 3 calls"):
        await Breaker(redis, "new", most=1).check()


async def test_a_refused_call_that_cannot_be_counted_fails_nothing(redis_server: Path) -> None:
    nowhere = Redis(unix_socket_path=str(redis_server / "no-such.sock"))
    await Breaker(nowhere, "token").note(403)
    await nowhere.aclose()
