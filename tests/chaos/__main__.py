"""``python -m tests.chaos``: everything that may go wrong, many times over, and what was lost or came twice.

Exit code 1 if anything was lost, came twice, or is not as docs/delivery.md promises.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.answers import lost_answers, told_to_wait
from tests.chaos.clocks import jumping_clock
from tests.chaos.erased import erased
from tests.chaos.kills import kills
from tests.chaos.lost_moments import forgotten_claim
from tests.chaos.month import month
from tests.chaos.outages import cut_back, outages
from tests.chaos.stops import frozen, orderly_stops, ten_planners
from tests.chaos.threads import threads
from tests.chaos.verdict import Verdict

Scenario = Callable[[], Awaitable[Verdict | list[Verdict]]]


def scenarios(asked: Any) -> dict[str, Scenario]:
    n = asked.deliveries
    return {
        "kills": lambda: kills(n, asked.kills, seed=asked.seed),
        "threads": lambda: threads(max(1, n // 50), max(1, asked.kills // 5), seed=asked.seed),
        "answers": lambda: lost_answers(n // 2),
        "planners": lambda: ten_planners(n),
        "stops": lambda: orderly_stops(n // 2, asked.kills // 2),
        "wait": lambda: told_to_wait(n // 5),
        "frozen": lambda: frozen(20),
        "frozen, short lease": lambda: frozen(20, lease=2.0),
        "outages": lambda: outages(n // 5, asked.outage),
        "forgotten": forgotten_claim,
        "clock": lambda: jumping_clock(n // 4, asked.kills // 5),
        "erased": lambda: erased(n // 10),
        "month": lambda: month(destinations=max(1, n // 20), days=31),
        "cut": lambda: cut_back(n // 2, max(1, asked.kills // 20)),
    }


async def _play(chosen: dict[str, Scenario], console: Console) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for name, scenario in chosen.items():
        started = time.monotonic()
        found = await scenario()
        for verdict in found if isinstance(found, list) else [found]:
            verdict.seconds = verdict.seconds or time.monotonic() - started
            verdicts.append(verdict)
            console.print(f"{name}: {verdict.scenario}: {'as promised' if verdict.good else 'NOT AS PROMISED'}")
    return verdicts


def show(verdicts: Sequence[Verdict], console: Console) -> None:
    table = Table(title="Nothing twice, nothing lost")
    table.add_column("scenario")
    for name in ("kills", "deliveries", "once", "lost", "twice", "unknown", "wrong", "seconds"):
        table.add_column(name, justify="right")
    for v in verdicts:
        twice = f"{v.twice} (documented)" if v.twice and v.twice == v.known_twice else str(v.twice)
        figures = (v.kills, v.deliveries, v.once, v.lost, twice, v.unknown, len(v.wrong), round(v.seconds))
        table.add_row(v.scenario, *map(str, figures), style="" if v.good else "red")
    console.print(table)
    for v in verdicts:
        for line in (*v.told, *v.wrong[:20]):
            console.print(f"{v.scenario}: {line}", markup=False)
        if v.by_step:
            steps = Table("kills", "number", title=v.scenario)
            for step, number in sorted(v.by_step.items()):
                steps.add_row(step, str(number))
            console.print(steps)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--outage", type=float, default=60.0, help="seconds that each trouble of Redis lasts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="names of scenarios")
    asked = parser.parse_args()
    all_of_them = scenarios(asked)
    chosen = {name: one for name, one in all_of_them.items() if not asked.only or name in asked.only}
    if not chosen:
        parser.error(f"there are: {', '.join(all_of_them)}")
    console = Console(width=120)
    verdicts = asyncio.run(_play(chosen, console))
    show(verdicts, console)
    return 0 if all(verdict.good for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
