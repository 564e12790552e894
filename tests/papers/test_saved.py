"""Papers are kept for a person: each once, the last first, and not without end."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from papers import saved as saved_module
from papers.errors import BadInput
from papers.saved import SavedPapers
from tests.papers.builders import NOON, at

ADA, BOB = "slack:T1/U1", "slack:T1/U2"


@pytest.fixture
def saved(redis: Redis) -> SavedPapers:
    return SavedPapers(redis)


async def test_the_last_saved_come_first_with_their_times(saved: SavedPapers) -> None:
    moments = [NOON, NOON + timedelta(milliseconds=250), at(1)]
    for number, when in enumerate(moments):
        assert await saved.save(ADA, f"2603.{number:05d}", when)
    assert await saved.listed(ADA) == [(f"2603.{n:05d}", moments[n]) for n in (2, 1, 0)]
    assert await saved.listed(ADA, limit=1, offset=1) == [("2603.00001", moments[1])]
    assert await saved.listed(ADA, limit=2, offset=-5) == await saved.listed(ADA, limit=2)
    assert await saved.listed(ADA, offset=10**6) == []
    assert await saved.count(ADA) == 3


async def test_saving_twice_keeps_the_first_time_and_removing_twice_is_no_harm(saved: SavedPapers) -> None:
    assert await asyncio.gather(*(saved.save(ADA, "2603.00001", NOON) for _ in range(2))) in (
        [True, False],
        [False, True],
    )
    assert not await saved.save(ADA, "2603.00001", at(5))
    assert await saved.listed(ADA) == [("2603.00001", NOON)]
    assert await saved.remove(ADA, "2603.00001")
    assert not await saved.remove(ADA, "2603.00001")
    assert await saved.listed(ADA) == []


async def test_people_have_nothing_to_do_with_one_another(saved: SavedPapers) -> None:
    await saved.save(ADA, "2603.00001", NOON)
    await saved.save(BOB, "2603.00002", NOON)
    await saved.forget(ADA)
    assert await saved.count(ADA) == 0
    assert [one for one, _ in await saved.listed(BOB)] == ["2603.00002"]


async def test_there_is_an_end_also_for_many_at_once(saved: SavedPapers, redis: Redis) -> None:
    await redis.zadd("pb:saved:{slack:T1/U1}", {f"p{n}": n for n in range(saved_module.MOST - 2)})
    results = await asyncio.gather(*(saved.save(ADA, f"new{n}", NOON) for n in range(20)), return_exceptions=True)
    assert results.count(True) == 2
    assert all(isinstance(one, BadInput) for one in results if one is not True)
    assert await saved.count(ADA) == saved_module.MOST
    assert not await saved.save(ADA, "p1", NOON)
    with pytest.raises(BadInput, match="1,000 saved papers are the most: remove some first"):
        await saved.save(ADA, "another", NOON)
    await saved.remove(ADA, "p1")
    assert await saved.save(ADA, "another", NOON)
