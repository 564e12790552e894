"""How often an upstream is asked, by all processes of the installation together: the count is kept in Redis.

Time is the Redis server's, so machines whose clocks differ still keep the same pace.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from redis.asyncio import Redis

from papers import keys
from papers.errors import StoreUnavailable
from papers.redis.failures import REDIS_FAILS

_LONGEST_SLEEP = 1.0  # pace.lua takes a waiter that has not asked for 2.5 s for dead
_SHORTEST_LEASE = 1.0


class Pace(Protocol):
    """Whoever wants to send a request does so inside ``turn()``."""

    def turn(self, max_pause: float) -> AbstractAsyncContextManager[None]:
        """Waits for a turn. Raises Paused if the upstream asked to wait longer than ``max_pause`` seconds,
        and StoreUnavailable: without Redis nobody knows the pace."""
        ...

    async def pause(self, seconds: float) -> None:
        """Nobody's turn for so long: what the upstream asked with Retry-After."""
        ...

    async def learn(self, remaining: int, resets: float) -> None:
        """What the upstream says is left of a quota, and the seconds until it starts anew."""
        ...


class Paused(Exception):
    """The upstream asked to be left alone for longer than the caller would wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait for another {seconds:.0f} s")
        self.seconds = seconds


class _Shared:
    """State in Redis behind one script."""

    def __init__(self, redis: Redis, upstream: str, script: str) -> None:
        self._key = keys.pace(upstream)
        self._script = redis.register_script((Path(__file__).parent / script).read_text("utf-8"))

    async def _call(self, *args: str | int) -> tuple[float, float]:
        """``(seconds to wait, seconds the upstream asked for)``."""
        try:
            wait, paused = await self._script(keys=[self._key], args=args)
        except (*REDIS_FAILS, OSError) as error:
            reason = type(error).__name__
            raise StoreUnavailable(f"Redis, which keeps the pace of requests, does not answer ({reason})") from error
        return int(wait) / 1000, int(paused) / 1000


class OneAtATime(_Shared):
    """One request at a time, ``interval`` seconds after the last one ended, first come first served.

    Whoever dies while holding the turn loses it after the interval (a second at least): a living holder renews it.
    """

    def __init__(self, redis: Redis, upstream: str, interval: float) -> None:
        super().__init__(redis, upstream, "pace.lua")
        self._interval = int(interval * 1000)
        self._lease = max(interval, _SHORTEST_LEASE)

    @asynccontextmanager
    async def turn(self, max_pause: float) -> AsyncIterator[None]:
        token = uuid4().hex
        try:
            await self._wait(token, max_pause)
        except StoreUnavailable:
            raise
        except BaseException:  # cancelled or paused: those behind need not wait for us
            with suppress(StoreUnavailable):
                await self._do("leave", token)
            raise
        beating = asyncio.create_task(self._beat(token))
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            with suppress(StoreUnavailable):  # the lease then runs out by itself
                await self._do("done", token)

    async def pause(self, seconds: float) -> None:
        await self._do("pause", "", int(seconds * 1000))

    async def learn(self, remaining: int, resets: float) -> None:
        """Its pace is fixed: nothing to learn."""

    async def _wait(self, token: str, max_pause: float) -> None:
        while True:
            wait, paused = await self._do("ask", token)
            if paused > max_pause:
                raise Paused(paused)
            if not wait:
                return
            await asyncio.sleep(min(wait, _LONGEST_SLEEP))

    async def _beat(self, token: str) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            with suppress(StoreUnavailable):
                await self._do("beat", token)

    async def _do(self, op: str, token: str, pause: int = 0) -> tuple[float, float]:
        return await self._call(op, token, self._interval, int(self._lease * 1000), pause)


class Quota(_Shared):
    """At most ``calls`` in a fixed window of ``window`` seconds, in parallel as it comes."""

    def __init__(self, redis: Redis, upstream: str, calls: int, window: float) -> None:
        super().__init__(redis, upstream, "quota.lua")
        self._calls = calls
        self._window = int(window * 1000)

    @asynccontextmanager
    async def turn(self, max_pause: float) -> AsyncIterator[None]:
        while True:
            wait, paused = await self._call("ask", self._calls, self._window)
            if paused > max_pause:
                raise Paused(paused)
            if not wait:
                break
            await asyncio.sleep(min(wait, _LONGEST_SLEEP))
        yield

    async def pause(self, seconds: float) -> None:
        await self._call("pause", self._calls, self._window, int(seconds * 1000))

    async def learn(self, remaining: int, resets: float) -> None:
        await self._call("learn", self._calls, self._window, remaining, int(resets * 1000))
