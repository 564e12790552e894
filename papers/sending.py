"""Takes what is due from the ledger and sends it, platform by platform, until told to stop or nothing is left."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from papers.adapters import Adapter
from papers.clock import Clock
from papers.deliveries import Claim, Ledger
from papers.delivery_attempt import Attempt
from papers.delivery_models import State
from papers.destinations import Platform
from papers.holders import holder_name
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS

_POLL = 0.5
"""Seconds between two looks when nothing is due."""
_SOONEST = 0.005
_PAUSE = 1.0
"""Seconds before Redis is asked again after it failed."""
_BATCH = 50
_SETTLED = 1.0
"""Seconds without anything under way after which what one platform's messages lead to on another is there."""
GRACE = 6.0
"""Seconds that messages under way have when the sender is told to stop."""

log = get_logger("delivery")


class Sender:
    """Sends for some platforms. Any number of senders may work on one ledger."""

    def __init__(
        self,
        ledger: Ledger,
        attempt: Attempt,
        adapters: Mapping[Platform, Adapter],
        clock: Clock,
        *,
        concurrency: int,
        on_done: Callable[[State], None] | None = None,
    ) -> None:
        """``concurrency`` messages are under way at once on each platform, so that none waits for another's."""
        self._ledger = ledger
        self._attempt = attempt
        self._adapters = adapters
        self._clock = clock
        self._concurrency = concurrency
        self._on_done = on_done or (lambda state: None)
        self._holder = holder_name()
        self._in_hand: dict[asyncio.Task[None], Claim] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due until ``stop`` is set; what is under way then has ``GRACE`` seconds."""
        renewing = asyncio.create_task(self._renew())
        stopped = asyncio.create_task(stop.wait())
        serving = [asyncio.create_task(self._serve(platform, stopped)) for platform in self._adapters]
        try:
            await asyncio.wait({stopped, renewing, *serving}, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                # A claim whose answer nobody awaits would be nobody's until its lease runs out.
                await asyncio.wait(serving, timeout=GRACE)
            for task in (renewing, *serving):
                if task.done():
                    task.result()
        finally:
            await _end([stopped, *serving])
            await self._end_in_hand()
            await _end([renewing])

    async def drain(self, now: datetime, *, patience: float) -> Counter[State]:
        """Send all that is due at ``now``, and wait for what other senders have in hand. Returns what came of them.

        Ends also when for ``patience`` seconds nothing could be sent, or will be, since a platform asks us to
        wait for longer. Raises redis-py's errors.
        """
        done: Counter[State] = Counter()
        before, self._on_done = self._on_done, lambda state: done.update([state])
        progress = _Progress()
        renewing = asyncio.create_task(self._renew())
        try:
            async with asyncio.TaskGroup() as group:
                for platform in self._adapters:
                    group.create_task(self._drain(platform, now, patience, progress))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        finally:
            await self._end_in_hand()
            await _end([renewing])
            self._on_done = before
        return done

    async def _drain(self, platform: Platform, now: datetime, patience: float, progress: "_Progress") -> None:
        """All platforms end together: what fails on one may be told on another."""
        while True:
            look, claimed = await self._claim(platform, now)
            wait = _pause(look)
            mine = self._of(platform)
            if claimed or mine:
                progress.made()
            progress.next_look[platform] = 0.0 if claimed or mine else look
            if mine:
                await asyncio.wait(
                    mine, timeout=wait if len(mine) < self._concurrency else None, return_when=asyncio.FIRST_COMPLETED
                )
            elif not claimed:
                hopeless = progress.ago > _SETTLED and progress.nothing_within(patience, self._adapters)
                if hopeless or progress.ago > patience or not await self._ledger.outstanding(self._adapters, now):
                    return
                await asyncio.sleep(wait)

    async def _serve(self, platform: Platform, stopped: "asyncio.Task[Literal[True]]") -> None:
        reachable = True
        while not stopped.done():
            wait, busy = _PAUSE, False
            try:
                look, _ = await self._claim(platform, self._clock.now())
                wait = _pause(look)
            except (*REDIS_FAILS, OSError) as error:
                if reachable:
                    log.warning("Redis cannot be used, nothing is sent until it can", error=str(error))
                reachable = False
            except Exception:
                # redis-py's own bugs show when connections break; whatever it is, sending goes on.
                log.exception("nothing could be claimed")
            else:
                if not reachable:
                    log.info("Redis can be used again")
                reachable = True
                busy = len(self._of(platform)) >= self._concurrency
            mine = self._of(platform) if busy else []
            await asyncio.wait({stopped, *mine}, timeout=None if mine else wait, return_when=asyncio.FIRST_COMPLETED)

    async def _claim(self, platform: Platform, now: datetime) -> tuple[float | None, int]:
        """Start sending what may be sent. Returns the seconds until it is worth to look again, None if nothing waits,
        and how many were started.
        """
        free = self._concurrency - len(self._of(platform))
        if free <= 0:
            return _POLL, 0
        limits = {platform: self._adapters[platform].limits}
        found = await self._ledger.claim(self._holder, limits, min(free, _BATCH), now)
        for claim in found.claims:
            self._in_hand[asyncio.create_task(self._send(claim, now), name=str(platform))] = claim
        if found.claims:
            return 0, len(found.claims)
        return found.wait, 0

    async def _send(self, claim: Claim, now: datetime) -> None:
        try:
            state = await self._attempt.make(claim, now)
            if state is not None:
                self._on_done(state)
        except Exception:
            # Its claim runs out, and it is tried again; nothing else must suffer.
            log.exception("an attempt failed in a way that nobody expected", delivery=claim.delivery.id)
        finally:
            task = asyncio.current_task()
            assert task is not None
            del self._in_hand[task]

    def _of(self, platform: Platform) -> list[asyncio.Task[None]]:
        return [task for task in self._in_hand if task.get_name() == platform]

    async def _end_in_hand(self) -> None:
        """What is under way has a while to end; then it is broken off."""
        if self._in_hand:
            await asyncio.wait(list(self._in_hand), timeout=GRACE)
        await _end(list(self._in_hand))

    async def _renew(self) -> None:
        """Keep our claims, and free those of senders that died."""
        settles = {platform: adapter.settles for platform, adapter in self._adapters.items()}
        while True:
            try:
                lost = await self._ledger.renew(list(self._in_hand.values())) if self._in_hand else set()
                await self._ledger.free_the_dead(settles)
            except (*REDIS_FAILS, OSError) as error:
                log.warning("claims not renewed, Redis cannot be used", error=str(error))
                lost = set()
            except Exception:
                log.exception("claims not renewed")
                lost = set()
            for one in lost & {claim.delivery.id for claim in self._in_hand.values()}:  # else it has just ended
                # It ends by itself: its commit is refused, or its answer is recorded all the same.
                log.warning("delivery lost to another sender", delivery=one)
            await asyncio.sleep(self._ledger.lease / 4)


class _Progress:
    """When something was last sent, or begun, on any platform; and when it is worth to look again."""

    def __init__(self) -> None:
        self.next_look: dict[Platform, float | None] = {}
        """Seconds; None: nothing waits there."""
        self.made()

    def nothing_within(self, seconds: float, platforms: Iterable[Platform]) -> bool:
        looks = [self.next_look.get(platform, 0.0) for platform in platforms]
        return all(look is None or look > seconds for look in looks)

    def made(self) -> None:
        self._at = time.monotonic()

    @property
    def ago(self) -> float:
        """Seconds."""
        return time.monotonic() - self._at


def _pause(look: float | None) -> float:
    return _POLL if look is None else min(max(look, _SOONEST), _POLL)


async def _end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
