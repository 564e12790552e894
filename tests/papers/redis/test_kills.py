"""kill -9 of anything, at any time: what was reported done is kept, and nobody has to repair anything."""

import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from papers.redis.connection import open_redis
from papers.settings import load_settings
from tests.papers.redis.processes import User, guard_pids, kill, redis_pids, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")

WRITER = """
async with open_redis(settings) as redis:
    say("open")
    for number in range(int(sys.argv[1]) if sys.argv[1:] else 1_000_000):
        await redis.rpush("numbers", number)
        say(number)
"""


async def test_killing_the_starter_leaves_the_others_at_work(data_dir: Path) -> None:
    starter = await User.attached(data_dir)
    other = await User.attached(data_dir)
    await starter.ask("SET key value")
    await starter.kill()
    assert await other.ask("GET key") == "b'value'"
    assert len(redis_pids(data_dir)) == 1
    await other.leave()
    assert redis_pids(data_dir) == []


async def test_killing_the_last_user_stops_redis(data_dir: Path) -> None:
    users = [await User.attached(data_dir) for _ in range(2)]
    for user in users:
        await user.kill()
    await until(lambda: not redis_pids(data_dir) and not guard_pids(data_dir))


async def test_a_user_does_not_notice_that_redis_was_killed(data_dir: Path) -> None:
    user = await User.attached(data_dir)
    for number in range(3):
        assert await user.ask(f"SET key {number}") == "True"
        kill(*redis_pids(data_dir))
        assert await user.ask("GET key") == f"b'{number}'"
    assert len(redis_pids(data_dir)) == 1
    await user.leave()
    assert redis_pids(data_dir) == []


async def test_nothing_acknowledged_is_lost_by_killing_redis_while_it_is_written_to(data_dir: Path) -> None:
    user = await User.start(data_dir, WRITER)
    assert await user.line() == "open"
    for _ in range(4):
        await asyncio.sleep(random.uniform(0.05, 0.3))
        kill(*redis_pids(data_dir))
    acknowledged = [int(await user.line()) for _ in range(10)]
    await asyncio.sleep(0.2)
    await user.kill()
    acknowledged += [int(line) for line in (await user.ending()).split() if line.isdigit()]
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        stored = {int(value) for value in await redis.lrange("numbers", 0, -1)}
    # The last line may have been cut short by the kill of the writer.
    assert set(acknowledged[:-1]) <= stored


async def test_killing_everything_at_once_loses_nothing(data_dir: Path) -> None:
    for turn in range(3):
        users = [await User.attached(data_dir) for _ in range(2)]
        assert await users[0].ask(f"RPUSH turns {turn}") == str(turn + 1)
        kill(*guard_pids(data_dir), *redis_pids(data_dir))
        for user in users:
            await user.kill()
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        assert await redis.lrange("turns", 0, -1) == [b"0", b"1", b"2"]
    assert redis_pids(data_dir) == []


async def test_a_killed_guard_is_replaced_while_redis_goes_on(data_dir: Path) -> None:
    user = await User.attached(data_dir)
    (guard,), (server,) = guard_pids(data_dir), redis_pids(data_dir)
    kill(guard)
    await until(lambda: guard_pids(data_dir) not in ([], [guard]))
    assert redis_pids(data_dir) == [server]
    await user.kill()
    await until(lambda: not redis_pids(data_dir) and not guard_pids(data_dir))


async def test_a_user_survives_the_kill_of_guard_and_redis_together(data_dir: Path) -> None:
    user = await User.attached(data_dir)
    assert await user.ask("SET key value") == "True"
    kill(*guard_pids(data_dir), *redis_pids(data_dir))
    assert await user.ask("GET key") == "b'value'"
    await user.leave()
    assert redis_pids(data_dir) == []


async def test_the_last_user_stops_a_redis_whose_guard_was_killed(data_dir: Path) -> None:
    user = await User.attached(data_dir)
    kill(*guard_pids(data_dir))
    await user.leave()
    assert redis_pids(data_dir) == []


async def test_a_redis_left_over_without_guard_and_users_is_taken_over(data_dir: Path) -> None:
    user = await User.attached(data_dir)
    (server,) = redis_pids(data_dir)
    assert await user.ask("SET key value") == "True"
    kill(*guard_pids(data_dir))
    await user.kill()
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        assert await redis.get("key") == b"value"
        assert redis_pids(data_dir) == [server]
    assert redis_pids(data_dir) == []


async def test_kills_during_the_start_are_got_over(data_dir: Path) -> None:
    user = await User.start(data_dir, "async with open_redis(settings) as redis:\n    say(await redis.incr('count'))")
    for _ in range(3):
        await until(lambda: bool(redis_pids(data_dir) + guard_pids(data_dir)) or user.process.returncode is not None)
        with suppress(ProcessLookupError):
            kill(*redis_pids(data_dir), *guard_pids(data_dir))
    assert await user.ending() in {"1\n", "2\n"}  # twice: its connection broke after Redis had counted
    await until(lambda: not redis_pids(data_dir) and not guard_pids(data_dir))


async def test_a_torn_append_only_file_is_cut_back_to_the_last_whole_command(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir)
    async with open_redis(settings) as redis:
        await redis.set("whole", "value")
        await redis.set("torn", "x" * 1000)
    (newest,) = (data_dir / "redis" / "appendonlydir").glob("*.incr.aof")
    os.truncate(newest, newest.stat().st_size - 500)
    async with open_redis(settings) as redis:
        assert await redis.mget("whole", "torn") == [b"value", None]


async def test_leftovers_of_a_killed_rewrite_are_removed(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir)
    async with open_redis(settings) as redis:
        await redis.set("key", "value")
    folder = data_dir / "redis"
    leftovers = [folder / "temp-rewriteaof-bg-42.aof", folder / "temp-42.rdb"]
    for file in leftovers:
        file.write_bytes(b"half")
    (folder / "redis.sock").touch()
    async with open_redis(settings) as redis:
        assert await redis.get("key") == b"value"
    assert not any(file.exists() for file in leftovers)


async def test_a_terminated_redis_is_back_for_users_who_are_still_finishing(data_dir: Path) -> None:
    # What a service manager does at a stop: SIGTERM to every process of the service at once.
    user = await User.attached(data_dir)
    for pid in redis_pids(data_dir) + guard_pids(data_dir):
        os.kill(pid, signal.SIGTERM)
    assert await user.ask("SET key value") == "True"
    await user.leave()
    assert redis_pids(data_dir) == guard_pids(data_dir) == []
