"""paperboy bench: figures, as ratios within one run."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from paperboy.options import Json, print_json


class Bench(StrEnum):
    BOT = "bot"
    DISCORD = "discord"
    FANOUT = "fanout"
    FANOUT_DISCORD = "fanout_discord"
    INGEST = "ingest"
    MATCH = "match"
    PLANNED = "planned"
    SEARCH = "search"
    STARTUP = "startup"
    ALL = "all"


def register(app: typer.Typer) -> None:
    app.command(epilog="Example:  paperboy bench ingest --papers 500 --json")(bench)


def bench(
    name: Annotated[Bench, typer.Argument(help="What to measure.", case_sensitive=False)],
    papers: Annotated[int | None, typer.Option(min=50, max=1_000_000, help="How many; default: its own.")] = None,
    as_json: Json = False,
) -> None:
    """Measure bots, delivery, ingestion, matching, search or start-up in a Redis of its own; minutes, not seconds."""
    chosen = [b for b in Bench if b is not Bench.ALL] if name is Bench.ALL else [name]
    results = [_run(one, papers) for one in chosen]
    if as_json:
        print_json(results if name is Bench.ALL else results[0])
        return
    for result in results:
        for figure, value in result.items():
            typer.echo(f"{figure:34} {value}")
        typer.echo()


def _run(name: Bench, papers: int | None) -> dict[str, Any]:
    from importlib import import_module

    from paperboy.wiring import run_async

    run = import_module(f"bench.{name.value}").run
    result: dict[str, Any] = run_async(run() if papers is None else run(papers))
    return result
