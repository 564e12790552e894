"""The application's clock jumps an hour forward and back, again and again, around the hour at which all is due."""

import asyncio
import random
from datetime import timedelta

from tests.chaos.stage import START, Cast, staged
from tests.chaos.verdict import Verdict, judge

_BEFORE_DUE = timedelta(minutes=62)
_HOUR = 3600.0


async def jumping_clock(deliveries: int, jumps: int, *, seed: int = 5) -> Verdict:
    chance = random.Random(seed)
    async with staged("--delay", "0.05") as stage:
        stage.clock.set(START - _BEFORE_DUE)
        await stage.subscribe(Cast.mixed(deliveries), every=None)
        for role in ("planner", "planner", "sender", "sender"):
            stage.start(role)
        for number in range(jumps):
            await asyncio.sleep(chance.uniform(0.05, 1.0))
            stage.clock.jump(_HOUR if number % 2 == 0 else -_HOUR)
        stage.clock.set(START - _BEFORE_DUE + timedelta(hours=1))
        await stage.finish(deliveries)
        return await judge(stage, f"clock jumps an hour, {jumps} times", deliveries)
