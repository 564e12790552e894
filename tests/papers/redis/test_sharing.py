"""Several processes on one data folder: the first starts Redis, the last one out stops it."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from papers.redis.connection import open_redis
from papers.settings import RedisSettings, load_settings
from tests.papers.redis.processes import User, guard_pids, redis_pids, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


async def test_the_first_user_starts_redis_and_the_last_one_out_stops_it(data_dir: Path) -> None:
    first = await User.attached(data_dir)
    second = await User.attached(data_dir)
    assert len(redis_pids(data_dir)) == len(guard_pids(data_dir)) == 1
    await first.leave()
    assert await second.ask("PING") == "True"
    assert len(redis_pids(data_dir)) == 1
    await second.leave()
    # Already gone when the last command returns, not some time after.
    assert redis_pids(data_dir) == guard_pids(data_dir) == []


async def test_many_processes_starting_at_once_share_one_server(data_dir: Path) -> None:
    users = await asyncio.gather(*(User.start(data_dir, STARTER) for _ in range(8)))
    lines = await asyncio.gather(*(user.line() for user in users))
    assert len(set(lines)) == 1, lines
    assert lines[0].startswith("server ")
    assert len(redis_pids(data_dir)) == 1
    await asyncio.gather(*(user.leave() for user in users))
    assert redis_pids(data_dir) == []


STARTER = """
async with open_redis(settings) as redis:
    await redis.incr("count")
    say("server", (await redis.info("server"))["run_id"])
    await hear()
"""


async def test_users_coming_and_going_all_the_time_never_find_it_closed(data_dir: Path) -> None:
    async def come_and_go() -> str:
        user = await User.start(data_dir, COMING_AND_GOING)
        return await user.ending()

    assert await asyncio.gather(*(come_and_go() for _ in range(3))) == ["done\n"] * 3
    assert redis_pids(data_dir) == []
    async with open_redis(load_settings(data_dir=data_dir)) as redis:
        assert await redis.get("count") == b"60"


COMING_AND_GOING = """
for _ in range(20):
    async with open_redis(settings) as redis:
        await redis.incr("count")
say("done")
"""


async def test_several_clients_of_one_process_count_as_one_user(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir)
    async with open_redis(settings) as one:
        async with open_redis(settings) as other:
            await other.set("key", "value")
        assert await one.get("key") == b"value"
        assert len(redis_pids(data_dir)) == 1
    assert redis_pids(data_dir) == []


async def test_what_was_written_is_there_after_a_stop(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir)
    async with open_redis(settings) as redis:
        await redis.execute_command("FT.CREATE", "index", "PREFIX", 1, "doc:", "SCHEMA", "text", "TEXT")
        await redis.hset("doc:1", mapping={"text": "attention", "vector": b"\x00\xff"})
    async with open_redis(settings) as redis:
        await until_indexed(redis)
        found = await redis.execute_command("FT.SEARCH", "index", "attention")
        assert found == [1, b"doc:1", [b"text", b"attention", b"vector", b"\x00\xff"]]


async def test_a_forked_child_attaches_by_itself_and_does_not_keep_redis_alive(data_dir: Path) -> None:
    user = await User.start(data_dir, FORKING)
    assert await user.line() == "child b'value'"
    child = int(await user.line())
    assert await asyncio.wait_for(user.process.wait(), 30) == 0
    os.kill(child, 0)  # the idle child is still there, Redis is not
    assert redis_pids(data_dir) == []
    os.kill(child, 9)


FORKING = """
import time
async with open_redis(settings) as redis:
    await redis.set("key", "value")
    child = os.fork()
    if not child:
        async def look():
            async with open_redis(settings) as mine:
                say("child", await mine.get("key"))
        import threading
        thread = threading.Thread(target=lambda: asyncio.run(look()))
        thread.start(); thread.join()
        os.close(1); os.close(2)
        time.sleep(60); os._exit(0)
    await asyncio.sleep(1)
    say(child)
"""


async def test_redis_lingers_for_the_next_command_if_asked_to(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir, redis=RedisSettings(linger=3.0))
    async with open_redis(settings) as redis:
        run = (await redis.info("server"))["run_id"]
    await asyncio.sleep(0.3)
    async with open_redis(settings) as redis:
        assert (await redis.info("server"))["run_id"] == run
    assert len(redis_pids(data_dir)) == 1
    await until(lambda: not redis_pids(data_dir), 20)


async def test_an_interrupt_in_the_terminal_does_not_reach_redis(data_dir: Path) -> None:
    user = await User.attached(data_dir)
    (server,), (guard,) = redis_pids(data_dir), guard_pids(data_dir)
    assert os.getsid(server) == os.getsid(guard) != os.getsid(user.pid)
    await user.leave()


async def test_no_lock_of_a_user_is_inherited_by_its_children(data_dir: Path) -> None:
    user = await User.attached(data_dir)
    for pid in redis_pids(data_dir):
        assert {Path(file).name for file in open_files(pid)} & LOCKS == {"server.lock"}
    for pid in guard_pids(data_dir):
        assert {Path(file).name for file in open_files(pid)} & LOCKS == {"guard.lock", "users.lock"}
    await user.kill()  # and so the guard gets the users' lock, which it has opened for itself
    await until(lambda: not redis_pids(data_dir))


LOCKS = {"start.lock", "users.lock", "guard.lock", "server.lock"}


def open_files(pid: int) -> list[str]:
    return [os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]


async def test_opening_redis_loads_nothing_heavy(data_dir: Path) -> None:
    user = await User.start(data_dir, "say({'torch', 'taskiq', 'numpy', 'sentence_transformers'} & set(sys.modules))")
    assert await user.line() == "set()"
    await user.process.wait()


async def test_starting_and_attaching_are_quick(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir)
    starts, attaches = [], []
    for _ in range(5):
        began = time.perf_counter()
        async with open_redis(settings):
            started = time.perf_counter()
            async with open_redis(settings):
                starts.append(started - began)
                attaches.append(time.perf_counter() - started)
    # 30 ms and 1.5 ms on an idle machine; the best of five, with room for a busy one.
    assert min(starts) < 1
    assert min(attaches) < 0.2


async def until_indexed(redis: Redis, index: str = "index") -> None:
    for _ in range(500):
        facts = await redis.execute_command("FT.INFO", index)
        if int(dict(zip(facts[::2], facts[1::2], strict=False))[b"indexing"]) == 0:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it is indexing for ever")
