"""Calls that share a rate with messages: they wait for one another, in whatever process."""

import time

from redis.asyncio import Redis

from papers.adapters import Limits, Rate, Scope
from papers.allowance import Allowance
from papers.deliveries import Ledger
from papers.destinations import Platform
from papers.settings import Settings
from tests.papers.ledger_builders import claims, message, put

LIMITS: Limits = {Scope.PLATFORM: Rate(per_second=10, burst=2)}


def allowance(redis: Redis, patience: float = 10) -> Allowance:
    return Allowance(redis, "platform:console", LIMITS[Scope.PLATFORM], patience=patience)


async def test_calls_of_all_processes_together_keep_the_rate(redis: Redis) -> None:
    one, other = allowance(redis), allowance(redis)
    began = time.monotonic()
    for number in range(6):
        assert await (one if number % 2 else other).take() == 0
    assert 0.35 <= time.monotonic() - began < 1.5


async def test_messages_wait_for_calls(redis: Redis, settings: Settings) -> None:
    ledger = Ledger(redis, settings)
    await put(ledger, *(message(period=str(number)) for number in range(3)))
    for _ in range(2):
        await allowance(redis).take()
    found = await claims(ledger, limits={Platform.CONSOLE: LIMITS})
    assert found.claims == ()
    assert found.wait is not None
    assert 0 < found.wait <= 0.1


async def test_who_would_wait_too_long_takes_no_place(redis: Redis) -> None:
    for _ in range(2):
        await allowance(redis).take()
    wait = await allowance(redis, patience=0.01).take()
    assert 0.01 < wait <= 0.1
    assert await allowance(redis, patience=0.2).take() == 0  # nobody stood before it


async def test_a_pause_holds_for_everybody_and_is_never_shortened(redis: Redis) -> None:
    await allowance(redis).pause(60)
    await allowance(redis).pause(1)
    assert 59 < await allowance(redis).take() <= 60
