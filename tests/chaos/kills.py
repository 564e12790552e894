"""kill -9 of senders, planners, Redis and its guard, spread over every step, while messages go out."""

import asyncio
import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from tests.chaos.sender import Role
from tests.chaos.stage import Cast, Child, Stage, staged
from tests.chaos.steps import PLANNER_STEPS, SENDER_STEPS, Action, Ambush
from tests.chaos.verdict import Verdict, judge
from tests.papers.redis.processes import guard_pids, redis_pids

_ROLES: tuple[Role, ...] = ("sender", "sender", "sender", "sender", "planner", "planner")
_PATIENCE = 0.7
"""Seconds after which a random kill comes if nobody fell into an ambush."""


async def kills(deliveries: int, count: int, *, seed: int = 1, lease: float = 8.0) -> Verdict:
    """``count`` kills while so many deliveries go out; the clock moves on with each kill, so that they last."""
    started = time.monotonic()
    async with staged("--delay", "0.02", lease=lease) as stage:
        every = 1.0
        await stage.subscribe(Cast.mixed(deliveries), every=every)
        killer = _Killer(stage, random.Random(seed))
        while killer.total < count:
            await killer.turn(deliveries * every / count)
        by_step = killer.by_step
        await killer.calm()
        stage.clock.jump(deliveries * every)
        await stage.finish(deliveries)
        await stage.stop()
        verdict = await judge(stage, "kill -9 at every step", deliveries)
    verdict.kills, verdict.by_step = by_step.total(), by_step
    verdict.seconds = time.monotonic() - started
    return verdict


class _Killer:
    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self._stage = stage
        self._random = chance
        self._ambushes = self._endless_ambushes()
        self._at_random: Counter[str] = Counter()
        self._cast = [self._start(role) for role in _ROLES]

    @property
    def by_step(self) -> Counter[str]:
        """Every kill: of whom, and where it was."""
        return self._at_random + Counter(self._stage.sprung())

    @property
    def total(self) -> int:
        return self.by_step.total()

    def _endless_ambushes(self) -> Iterator[Ambush]:
        """Each step, at once or a few milliseconds later, in the midst of what it does."""
        for number in itertools.count():
            steps = list(enumerate(SENDER_STEPS))
            self._random.shuffle(steps)
            for place, step in steps:
                delay = self._random.choice((0.0, self._random.uniform(0.0005, 0.03)))
                action: Action = "kill redis" if (number + place) % 5 == 4 else "die"
                yield Ambush(step, self._random.randint(1, 4), delay, action)

    def _start(self, role: Role) -> Child:
        if role == "sender":
            return self._stage.start(role, next(self._ambushes))
        step, delay = self._random.choice(PLANNER_STEPS), self._random.choice((0.0, 0.002))
        return self._stage.start(role, Ambush(step, self._random.randint(2, 10), delay))

    async def turn(self, seconds: float) -> None:
        """One kill or more, by ambushes or at random; ``seconds`` are what the clock moves on with each."""
        before = self.total
        deadline = time.monotonic() + self._random.uniform(0.2, _PATIENCE)
        while time.monotonic() < deadline and self.total == before:  # noqa: ASYNC110 - processes send no event
            await asyncio.sleep(0.02)
        if self.total == before:
            await self._kill_at_random()
        self._stage.clock.jump(seconds * (self.total - before))
        for place, child in enumerate(self._cast):
            if not child.running:
                ended = child.process.exitcode
                assert ended == -signal.SIGKILL, f"{child.orders.role}: {ended}; {self._stage.log.read_text()[-3000:]}"
                self._cast[place] = self._start(child.orders.role)

    async def _kill_at_random(self) -> None:
        victim = self._random.choice(("sender", "sender", "planner", "redis", "guard", "redis and guard"))
        children = [child for child in self._cast if child.orders.role == victim and child.running]
        if children:
            child = self._random.choice(children)
            self._at_random[f"{victim}, at random after {child.step}"] += 1
            await child.kill()
            return
        guards = guard_pids(self._stage.data_dir) if "guard" in victim else []
        servers = redis_pids(self._stage.data_dir) if "redis" in victim else []
        for pid in guards + servers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if guards or servers:
            self._at_random[f"{victim}, at random"] += 1

    async def calm(self) -> None:
        """Nobody waits in ambush any more."""
        for child in self._cast:
            await child.kill()
        for role in _ROLES:
            self._stage.start(role)
