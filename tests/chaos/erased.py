"""People are erased while their messages are due, claimed, on their way or waiting for another try."""

import asyncio
import random
import re
from collections import Counter
from typing import Any

from papers.delivery_models import short_digest
from tests.chaos.stage import Cast, Stage, staged
from tests.chaos.verdict import Verdict, judge
from tests.papers.ledger_builders import everything

_DAY = 86_400.0


async def erased(people: int, *, seed: int = 9) -> Verdict:
    """Every second destination is erased at a random moment; a day later the others get their next message."""
    chance = random.Random(seed)
    async with staged("--refuse", "0.4", "--retry-after", "1", "--delay", "0.5") as stage:
        await stage.subscribe(Cast.mixed(people), every=3.0 / people)
        places = sorted({one.destination for one in stage.feeds})
        chance.shuffle(places)
        gone, kept = set(places[::2]), set(places[1::2])
        states: Counter[str] = Counter()
        stage.start("planner"), stage.start("sender"), stage.start("sender")
        await asyncio.gather(*(_erase(stage, place, chance.uniform(0.5, 3), states) for place in gone))
        expected = sum(one.destination in kept for one in stage.feeds)
        await stage.finish(expected)
        stage.clock.jump(_DAY)
        await asyncio.sleep(1.5)
        await stage.finish(2 * expected)
        await stage.stop()
        verdict = await judge(stage, "people erased while they are sent to", 2 * expected)
        received = stage.received()
        verdict.twice = sum(count - 1 for count in received.values())
        # Messages that left before the erasure are known to their receivers only.
        verdict.wrong = [line for line in verdict.wrong if "of no delivery" not in line]
        found = _traces(await everything(stage.redis), _names(stage, gone))
        verdict.wrong += [f"still in Redis: {trace}" for trace in found]
    told = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    verdict.told.append(f"erased while there was: {told}")
    return verdict


async def _erase(stage: Stage, place: str, after: float, states: Counter[str]) -> None:
    await asyncio.sleep(after)
    for delivery in await stage.post.ledger.of_destination(place):
        states[delivery.state] += 1
    await stage.post.personal_data.forget(place)


def _names(stage: Stage, gone: set[str]) -> set[str]:
    """Everything by which somebody erased could be recognized."""
    names = {name for place in gone for name in (place, short_digest(place))}
    for one in stage.feeds:
        if one.destination in gone:
            names |= {one.id, one.feed}
    return names


def _traces(kept: dict[str, Any], names: set[str]) -> list[str]:
    any_of_them = re.compile("|".join(f"{re.escape(name)}(?![0-9])" for name in names))
    return [f"{key}: {found[0]}" for key, value in kept.items() if (found := any_of_them.search(f"{key} {value}"))]
