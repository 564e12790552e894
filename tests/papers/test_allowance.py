"""Calls that share a rate with messages: they wait for one another, in whatever process."""

import time

from redis.asyncio import Redis

from papers.adapters import Limits, Rate, Scope
from papers.allowance import Allowance
from papers.deliveries import Ledger
from papers.destinations import Platform
from papers.settings import Settings
from tests.papers.ledger_builders import claims, elapse, message, put

LIMITS: Limits = {Scope.PLATFORM: Rate(per_second=0.01, burst=2)}
"""So slow that no pause of the machine makes room for another call."""


def allowance(redis: Redis, patience: float = 10, rate: Rate = LIMITS[Scope.PLATFORM]) -> Allowance:
    return Allowance(redis, "platform:console", rate, patience=patience)


async def test_calls_of_all_processes_together_keep_the_rate(redis: Redis) -> None:
    quick = Rate(per_second=10, burst=2)
    one, other = allowance(redis, rate=quick), allowance(redis, rate=quick)
    began = time.monotonic()
    for number in range(6):
        assert await (one if number % 2 else other).take() == 0
    assert time.monotonic() - began >= 0.35


async def test_messages_wait_for_calls(redis: Redis, settings: Settings) -> None:
    ledger = Ledger(redis, settings)
    await put(ledger, *(message(period=str(number)) for number in range(3)))
    for _ in range(2):
        await allowance(redis).take()
    found = await claims(ledger, limits={Platform.CONSOLE: LIMITS})
    assert found.claims == ()
    assert found.wait is not None
    assert 50 < found.wait <= 100


async def test_who_would_wait_too_long_takes_no_place(redis: Redis) -> None:
    for _ in range(2):
        await allowance(redis).take()
    wait = await allowance(redis).take()
    assert 50 < wait <= 100
    await elapse(redis, wait)
    assert await allowance(redis).take() == 0  # nobody stood before it


async def test_a_pause_holds_for_everybody_and_is_never_shortened(redis: Redis) -> None:
    await allowance(redis).pause(60)
    await allowance(redis).pause(1)
    assert 59 < await allowance(redis).take() <= 60
