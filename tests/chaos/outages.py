"""Redis gone, busy, full, read-only or loading; a disk without room; a file that lost its last two seconds."""

import asyncio
import os
import resource
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from papers.destinations import Platform
from papers.redis.embedded import socket_path
from tests.chaos.stage import Cast, Stage, staged
from tests.chaos.verdict import Verdict, judge
from tests.papers.redis.processes import guard_pids, redis_pids

_EVER = "while true do end"
_FILL = "for i = 1, {count} do redis.call('SET', 'filler:' .. i, string.rep('x', 200)) end"
_PATIENCE = 60.0
_AT_ONCE = 4
"""Stages with trouble of their own: most of the time nothing happens there."""


async def outages(deliveries: int, seconds: float, names: Sequence[str] = ()) -> list[Verdict]:
    """Each trouble, or each of these names, begins while messages go out, lasts so long, and passes."""
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> Verdict:
        async with at_once:
            return await _outage(name, deliveries, seconds)

    return await asyncio.gather(*(one(name) for name in names or _TROUBLES))


async def _outage(name: str, deliveries: int, seconds: float) -> Verdict:
    started = time.monotonic()
    async with staged("--delay", "0.02") as stage:
        await stage.subscribe(Cast.mixed(deliveries), every=(seconds + 4) / deliveries)
        children = [stage.start("planner"), stage.start("sender"), stage.start("sender")]
        await asyncio.sleep(3)
        async with _TROUBLES[name](stage, seconds):
            await asyncio.sleep(seconds)
        await answering(stage)
        await stage.finish(deliveries)
        verdict = await judge(stage, f"{name} for {seconds:g} s", deliveries)
        verdict.wrong += [f"a {child.orders.role} ended by itself" for child in children if not child.running]
    verdict.seconds = time.monotonic() - started
    return verdict


async def answering(stage: Stage) -> None:
    """Wait until Redis takes something again."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            with suppress(RedisError, OSError):
                await stage.redis.set("again", 1)
                return
            await asyncio.sleep(0.2)


@asynccontextmanager
async def _direct(stage: Stage) -> AsyncIterator[Redis]:
    """A connection of our own, that waits as long as it takes, and asks once."""
    path = str(socket_path(stage.post.app.settings))
    client = Redis(unix_socket_path=path, protocol=2, socket_timeout=None, retry=Retry(NoBackoff(), 0))
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def _stopped(stage: Stage, seconds: float) -> AsyncIterator[None]:
    (server,) = redis_pids(stage.data_dir)
    os.kill(server, signal.SIGSTOP)
    yield
    os.kill(server, signal.SIGCONT)


@asynccontextmanager
async def _gone(stage: Stage, seconds: float) -> AsyncIterator[None]:
    guards = guard_pids(stage.data_dir)
    for guard in guards:
        os.kill(guard, signal.SIGSTOP)
    for server in redis_pids(stage.data_dir):
        os.kill(server, signal.SIGKILL)
    yield
    for guard in guards:
        os.kill(guard, signal.SIGCONT)


@asynccontextmanager
async def _busy(stage: Stage, seconds: float) -> AsyncIterator[None]:
    async with _direct(stage) as client:
        await client.config_set("lua-time-limit", 100)
        running = asyncio.create_task(client.execute_command("EVAL", _EVER, 0))
        yield
        async with _direct(stage) as other:
            await other.execute_command("SCRIPT", "KILL")
        with suppress(RedisError):
            await running


@asynccontextmanager
async def _full(stage: Stage, seconds: float) -> AsyncIterator[None]:
    async with _direct(stage) as client:
        await client.config_set("maxmemory", "1mb")
        yield
        await client.config_set("maxmemory", "0")


@asynccontextmanager
async def _read_only(stage: Stage, seconds: float) -> AsyncIterator[None]:
    async with _direct(stage) as client:
        await client.execute_command("REPLICAOF", "127.0.0.1", "1")
        yield
        await client.execute_command("REPLICAOF", "NO", "ONE")


@asynccontextmanager
async def _loading(stage: Stage, seconds: float) -> AsyncIterator[None]:
    async with _direct(stage) as client:
        for _ in range(10):
            await client.execute_command("EVAL", _FILL.format(count=100_000), 0)
    for server in redis_pids(stage.data_dir):
        os.kill(server, signal.SIGKILL)
    yield


@asynccontextmanager
async def _no_room_for_redis(stage: Stage, seconds: float) -> AsyncIterator[None]:
    """Its files may not grow any more: EFBIG in place of ENOSPC."""
    (server,) = redis_pids(stage.data_dir)
    size = max(path.stat().st_size for path in append_only(stage))
    resource.prlimit(server, resource.RLIMIT_FSIZE, (size + 2000, resource.RLIM_INFINITY))
    yield
    resource.prlimit(server, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@asynccontextmanager
async def _no_room_for_files(stage: Stage, seconds: float) -> AsyncIterator[None]:
    """No file of the senders may be longer than this: of some messages the first half would fit."""
    _limit_files(stage, 1500)
    yield
    _limit_files(stage, resource.RLIM_INFINITY)


def _limit_files(stage: Stage, size: int) -> None:
    for child in stage.children:
        if child.orders.role == "sender":
            resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def append_only(stage: Stage) -> list[Path]:
    return sorted((stage.data_dir / "redis" / "appendonlydir").glob("*.incr.aof"))


Trouble = Callable[[Stage, float], AbstractAsyncContextManager[None]]
_TROUBLES: Mapping[str, Trouble] = {
    "Redis frozen": _stopped,
    "Redis gone": _gone,
    "Redis BUSY": _busy,
    "Redis OOM": _full,
    "Redis READONLY": _read_only,
    "Redis LOADING": _loading,
    "Redis' disk full": _no_room_for_redis,
    "disk of the files full": _no_room_for_files,
}


async def cut_back(deliveries: int, times: int, *, lost_seconds: float = 2.0) -> Verdict:
    """Redis is killed and its append-only file cut back to what it was seconds before, several times."""
    async with staged("--delay", "0.02") as stage:
        seconds = times * (lost_seconds + 2)
        await stage.subscribe(Cast.mixed(deliveries), every=seconds / deliveries)
        await stage.post.ledger.claim("first user", {Platform.CONSOLE: {}}, 1, stage.clock.now())
        await asyncio.sleep(
            lost_seconds + 0.5
        )  # what is subscribed, and that the ledger is in use, is older than what is lost
        stage.start("planner")
        for _ in range(4):
            stage.start("sender")
        lost = 0
        for _ in range(times):
            lost += await _cut(stage, lost_seconds)
        await answering(stage)
        await stage.finish(deliveries)
        verdict = await judge(stage, f"append-only file cut back by {lost_seconds:g} s, {times} times", deliveries)
        letters = sum(count - 1 for count in stage.mailbox.counted.values())
    verdict.kills = times
    verdict.known_twice = letters
    verdict.told.append(f"{lost / 1024:.0f} KB of it lost; {letters} letters twice, with the same Message-ID")
    return verdict


async def _cut(stage: Stage, lost_seconds: float) -> int:
    """Returns the bytes that are lost."""
    sizes: list[tuple[float, Path, int]] = []
    until = time.monotonic() + lost_seconds + 1.5
    while time.monotonic() < until:
        sizes += [(time.monotonic(), path, path.stat().st_size) for path in append_only(stage)]
        await asyncio.sleep(0.1)
    guards = guard_pids(stage.data_dir)
    for guard in guards:
        os.kill(guard, signal.SIGSTOP)
    for server in redis_pids(stage.data_dir):
        os.kill(server, signal.SIGKILL)
    before = time.monotonic() - lost_seconds
    path = append_only(stage)[-1]
    size = max(size for at, of, size in sizes if at <= before and of == path)
    lost = path.stat().st_size - size
    os.truncate(path, size)
    for guard in guards:
        os.kill(guard, signal.SIGCONT)
    await answering(stage)
    return lost
