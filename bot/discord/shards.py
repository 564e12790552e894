"""Several processes share the shards: each holds one part of them by a lease in Redis, and no two hold the same.

A process that ends gives its part back. One that dies is followed, when its lease has run out, by whichever process
waits for a part: a spare one, or itself started again.
"""

import asyncio
import time
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING

from papers import keys
from papers.errors import BadInput
from papers.log import get_logger
from papers.logs import in_a_line
from papers.redis.failures import REDIS_FAILS
from papers.scripts import Script
from papers.settings import DiscordSettings

if TYPE_CHECKING:
    from redis.asyncio import Redis

LEASE = 20.0
"""Seconds for which a part is held without being renewed."""
_RENEWED, _GIVEN_UP = 0.2, 0.8
"""Parts of a lease: from one renewal to the next; without one, until its holder leaves before another may come."""
_LOOKS = 1.0
"""Seconds between looks whether a part is free."""
_TOLD = 60.0
"""Seconds between lines in the log that say why one waits."""
_HELD, _OTHERS = -1, -2

_take, _leave = Script("take_shards"), Script("leave_shards")
log = get_logger("discord")


@dataclass(frozen=True)
class Part:
    """``number`` from 0, ``of`` so many, of ``shards`` in all."""

    number: int
    of: int
    shards: int

    @property
    def ids(self) -> range:
        """The shards of this part: parts differ by one shard at most."""
        return range(self.number * self.shards // self.of, (self.number + 1) * self.shards // self.of)


def check_shares(settings: DiscordSettings) -> None:
    """Raises BadInput for fewer shards than processes."""
    if 0 < settings.shards < settings.processes:
        raise BadInput(
            f"PAPERBOY_DISCORD_SHARDS={settings.shards} cannot be shared by PAPERBOY_DISCORD_PROCESSES="
            f"{settings.processes}: each process needs a shard; raise the one, lower the other, or leave SHARDS out"
        )


class Shares:
    """This process's part. A process that is alone holds all shards and asks nobody."""

    def __init__(self, redis: "Redis", settings: DiscordSettings, *, lease: float = LEASE) -> None:
        """``lease`` in seconds."""
        self._lease = lease
        self._redis = redis
        self._processes = settings.processes
        self._fixed = settings.shards
        self._owner = token_hex(8)
        self._part: Part | None = None
        self._renewed = 0.0

    async def take(self, advised: int) -> Part:
        """Wait for a part. ``advised``: the shards that Discord advises, for which those who run already may have
        another number; what they have goes.

        Whoever is set to other numbers than those who run waits until all of these have ended.
        """
        shards = self._fixed or max(advised, self._processes)
        if self._processes == 1:
            return Part(0, 1, shards)
        told = float("-inf")
        while self._part is None:
            why = await self._tried(shards)
            if why and time.monotonic() - told > _TOLD:
                told = time.monotonic()
                log.warning("waits for a part of the shards", why=why)
            if self._part is None:
                await asyncio.sleep(min(_LOOKS, _RENEWED * self._lease))
        log.info("has a part of the shards", part=f"{self._part.number + 1}/{self._part.of}", shards=_named(self._part))
        return self._part

    async def _tried(self, shards: int) -> str:
        """Take a part if one is free; else why none was taken."""
        try:
            began = time.monotonic()
            number, of, total = await self._run(-1, self._processes, shards)
        except (*REDIS_FAILS, OSError) as error:
            return in_a_line(error)
        if number == _HELD:
            return f"all {of} are held: this process is a spare one, until another ends"
        if number == _OTHERS:
            return (
                f"others run with PAPERBOY_DISCORD_PROCESSES={of} and {total} shards, this one is set to "
                f"{self._processes} and {shards}: it starts when those have ended"
            )
        self._part, self._renewed = Part(number, of, total), began
        return ""

    async def keep(self) -> None:
        """Renew the lease until it is lost: another has the part, or Redis was out of reach for too long. For whoever
        is alone, for ever.
        """
        if (part := self._part) is None:
            await asyncio.Event().wait()
            return
        while True:
            await asyncio.sleep(_RENEWED * self._lease)
            left = self._renewed + _GIVEN_UP * self._lease - time.monotonic()
            if left <= 0 or not await self._kept(part, left):
                log.warning("has lost its part of the shards", part=f"{part.number + 1}/{part.of}")
                return

    async def _kept(self, part: Part, seconds: float) -> bool:
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                number, *_ = await self._run(part.number, part.of, part.shards)
        except (*REDIS_FAILS, OSError) as error:  # TimeoutError is an OSError
            log.warning("a part of the shards could not be renewed", error=in_a_line(error))
            return time.monotonic() < self._renewed + _GIVEN_UP * self._lease
        if number == part.number:
            self._renewed = began
        return bool(number == part.number)

    async def give_back(self) -> None:
        """Another may have the part now. Raises nothing: else it is free when the lease has run out."""
        part, self._part = self._part, None
        if part is None:
            return
        try:
            await _leave.run(self._redis, [keys.DISCORD_SHARDS], [self._owner, part.number])
        except (*REDIS_FAILS, OSError) as error:
            log.warning("a part of the shards was not given back", error=in_a_line(error))

    async def _run(self, number: int, of: int, shards: int) -> tuple[int, int, int]:
        fixed = int(bool(self._fixed) or number >= 0)
        arguments: list[str | bytes | int | float] = [self._owner, number, of, shards, fixed, int(1000 * self._lease)]
        answer = await _take.run(self._redis, [keys.DISCORD_SHARDS], arguments)
        return int(answer[0]), int(answer[1]), int(answer[2])


def _named(part: Part) -> str:
    """``0-7 of 16``."""
    return f"{part.ids[0]}-{part.ids[-1]} of {part.shards}"
