"""Parts of the shards, held by leases in a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.discord.shards import Part, Shares, check_shares
from papers import keys
from papers.errors import BadInput
from papers.settings import DiscordSettings

LEASE = 1.0
Make = Callable[..., Shares]


@pytest.fixture
def share(redis: Redis) -> Make:
    """A process's share, by its settings."""

    def make(processes: int = 2, shards: int = 4) -> Shares:
        return Shares(redis, DiscordSettings(processes=processes, shards=shards), lease=LEASE)

    return make


@asynccontextmanager
async def kept(share: Shares) -> AsyncIterator["asyncio.Task[None]"]:
    """Renewed as long as this lasts; the task ends where it is lost."""
    task = asyncio.create_task(share.keep())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def waits(share: Shares, advised: int = 1, *, seconds: float = 3 * LEASE) -> bool:
    try:
        await asyncio.wait_for(share.take(advised), seconds)
    except TimeoutError:
        return True
    return False


@given(of=st.integers(1, 64), more=st.integers(0, 200))
def test_parts_are_all_shards_each_once_and_nearly_of_one_size(of: int, more: int) -> None:
    shards = of + more
    parts = [Part(number, of, shards).ids for number in range(of)]
    assert [one for part in parts for one in part] == list(range(shards))
    sizes = {len(part) for part in parts}
    assert min(sizes) >= 1
    assert max(sizes) - min(sizes) <= 1


async def test_two_processes_hold_different_parts(share: Make) -> None:
    first, second = await asyncio.gather(share().take(1), share().take(1))
    assert sorted([first.number, second.number]) == [0, 1]
    assert {first.shards, second.shards} == {4}


async def test_many_at_once_never_hold_the_same(share: Make) -> None:
    parts = await asyncio.gather(*(share(16, 40).take(1) for _ in range(16)))
    assert sorted(shard for part in parts for shard in part.ids) == list(range(40))


async def test_a_spare_process_waits_until_one_gives_its_part_back(share: Make) -> None:
    first, second, spare = share(), share(), share()
    held = await first.take(1)
    await second.take(1)
    async with kept(first), kept(second):
        assert await waits(spare)
        await first.give_back()
        assert await asyncio.wait_for(spare.take(1), 20) == held


async def test_a_process_that_died_is_followed_when_its_lease_has_run_out(share: Make) -> None:
    dead, alive, spare = share(), share(), share()
    held = await dead.take(1)
    await alive.take(1)
    async with kept(alive):
        assert await asyncio.wait_for(spare.take(1), 20) == held


async def test_whoever_was_slow_finds_its_part_lost_and_takes_nothing_from_whoever_has_it(share: Make) -> None:
    slow, other = share(1 + 1, 4), share()
    await slow.take(1)
    await other.take(1)
    follower = share()
    async with kept(other):
        await asyncio.wait_for(follower.take(1), 20)
        async with kept(follower) as still, kept(slow) as lost:
            await asyncio.wait_for(lost, 20)
            await slow.give_back()
            await asyncio.sleep(2 * LEASE)
            assert not still.done()


async def test_a_redis_that_forgot_all_is_told_again(share: Make, redis: Redis) -> None:
    first, second = share(), share()
    await first.take(1)
    await second.take(1)
    async with kept(first) as one, kept(second) as two:
        await redis.delete(keys.DISCORD_SHARDS)
        await asyncio.sleep(2 * LEASE)
        assert not one.done()
        assert not two.done()
        assert await waits(share())


async def test_a_part_is_left_before_another_may_have_it_when_redis_is_away(data_dir: object) -> None:
    nowhere = Redis(host="127.0.0.1", port=9, socket_connect_timeout=0.05)
    cut = Shares(nowhere, DiscordSettings(processes=2, shards=4), lease=LEASE)
    cut._part, cut._renewed = Part(0, 2, 4), asyncio.get_running_loop().time()
    began = asyncio.get_running_loop().time()
    await asyncio.wait_for(cut.keep(), 2 * LEASE)
    assert asyncio.get_running_loop().time() - began < LEASE
    await nowhere.aclose()


async def test_all_have_the_number_of_shards_of_those_who_run_though_discord_advises_another(share: Make) -> None:
    first = share(2, 0)
    assert (await first.take(4)).shards == 4
    async with kept(first):
        assert (await share(2, 0).take(9)).shards == 4


async def test_fewer_shards_than_processes_are_never_taken(share: Make) -> None:
    assert (await share(3, 0).take(1)).shards == 3
    with pytest.raises(BadInput, match="PAPERBOY_DISCORD_PROCESSES=3"):
        check_shares(DiscordSettings(processes=3, shards=2))
    check_shares(DiscordSettings(processes=3))


@pytest.mark.parametrize(("processes", "shards"), [(2, 8), (3, 4)])
async def test_other_numbers_wait_until_those_who_run_have_ended(share: Make, processes: int, shards: int) -> None:
    running, changed = share(), share(processes, shards)
    await running.take(1)
    async with kept(running):
        assert await waits(changed)
        await running.give_back()
        assert (await asyncio.wait_for(changed.take(1), 20)).shards == shards


async def test_whoever_is_alone_asks_nobody() -> None:
    nowhere = Redis(host="127.0.0.1", port=9)
    alone = Shares(nowhere, DiscordSettings(shards=3))
    assert await alone.take(1) == Part(0, 1, 3)
    await alone.give_back()
    await nowhere.aclose()
