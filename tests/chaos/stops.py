"""Planners at the same moment, orderly stops under load, and senders that freeze."""

import asyncio
import random
import signal
import time

from papers import keys
from tests.chaos.stage import Cast, staged
from tests.chaos.steps import Ambush
from tests.chaos.verdict import Verdict, judge

_STOP_WITHIN = 10.0


async def ten_planners(deliveries: int) -> Verdict:
    """Ten planners wait for the same moment, in which everything falls due; and for the same moment a day later."""
    async with staged() as stage:
        await stage.subscribe(Cast.mixed(deliveries))
        far = {one.feed: int(stage.clock.now().timestamp()) + 3600 for one in stage.feeds}
        await stage.redis.zadd(keys.FEEDS, far)
        for _ in range(10):
            stage.start("planner")
        await stage.ready()
        await asyncio.sleep(1)  # all of them look each second
        stage.clock.jump(3600)
        stage.start("sender"), stage.start("sender")
        await stage.finish(deliveries, hurry=False)
        return await judge(stage, "ten planners, the same due times", deliveries)


async def orderly_stops(deliveries: int, stops: int, *, seed: int = 3) -> Verdict:
    """SIGTERM to senders and planners while messages go out: each ends in time, with exit code 0."""
    chance = random.Random(seed)
    slow: list[float] = []
    codes: list[int | None] = []
    async with staged("--delay", "0.1") as stage:
        await stage.subscribe(Cast.mixed(deliveries), every=1.0)

        async def one_after_another(place: int, count: int) -> None:
            for _ in range(count):
                child = stage.start("planner" if place == 0 else "sender")
                while child.step == "start":  # noqa: ASYNC110 - processes send no event
                    await asyncio.sleep(0.01)
                await asyncio.sleep(chance.uniform(0.0, 1.2))
                stage.clock.jump(deliveries / stops)
                started = time.monotonic()
                child.send(signal.SIGTERM)
                codes.append(await child.ended(_STOP_WITHIN + 5))
                slow.append(time.monotonic() - started)

        await asyncio.gather(*(one_after_another(place, stops // 4) for place in range(4)))
        stage.start("planner"), stage.start("sender"), stage.start("sender")
        stage.clock.jump(deliveries)
        await stage.finish(deliveries)
        verdict = await judge(stage, "SIGTERM under load", deliveries)
    verdict.kills = len(codes)
    verdict.wrong += [f"a process ended with {code}" for code in codes if code != 0]
    verdict.wrong += [f"a process took {seconds:.1f} s to end" for seconds in slow if seconds > _STOP_WITHIN]
    verdict.told.append(f"the slowest of {len(slow)} stops took {max(slow):.1f} s")
    return verdict


async def frozen(count: int, *, lease: float = 8.0) -> list[Verdict]:
    """Senders are stopped with all that they have in hand, and woken when others have done it."""
    return [
        await frozen_at("commit", count, lease=lease),
        await frozen_at("committed", count, lease=lease),
        await frozen_at("send", count, lease=lease),
    ]


async def frozen_at(step: str, count: int, *, lease: float) -> Verdict:
    """One that is frozen at "send", when nothing is left to do but its request, may come twice: the gap that
    docs/delivery.md tells of, counted apart.
    """
    async with staged(lease=lease) as stage:
        await stage.subscribe(Cast(chats=count))
        sleeper = stage.start("sender", Ambush(step, action="freeze"))
        stage.start("planner")
        while not stage.sprung():  # noqa: ASYNC110 - processes send no event
            await asyncio.sleep(0.05)
        stage.start("sender")
        await stage.finish(count, hurry=False)
        stage.clock.jump(5)
        sleeper.send(signal.SIGCONT)
        await asyncio.sleep(2)
        sleeper.send(signal.SIGTERM)
        code = await sleeper.ended(12)
        verdict = await judge(stage, f"frozen at {step}, lease {lease:g} s", count)
    if step == "send" and verdict.twice <= 1:
        verdict.told.append(f"{verdict.twice} of {count} came twice: the gap that docs/delivery.md tells of")
        verdict.known_twice = verdict.twice
    if code != 0:
        verdict.wrong.append(f"the woken sender ended with {code}")
    return verdict
