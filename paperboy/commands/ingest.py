"""paperboy ingest: fetch, embed, store."""

from pathlib import Path
from typing import Annotated

import typer

from paperboy.options import Json, print_json


def register(app: typer.Typer) -> None:
    app.command(
        epilog="Examples:  paperboy ingest    paperboy ingest --source huggingface --since 2026-03-01    "
        "paperboy ingest --replay 2026-03.jsonl.gz"
    )(ingest)


def ingest(
    source: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this source; repeatable.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="First day; default: a few days ago.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Last day; default: today.")] = None,
    replay: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Play a recorded month instead, each day at its own time; repeatable."),
    ] = None,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="More files for --replay.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch new papers and the signs that people care, embed and store them."""
    from paperboy.ingesting import ingest_sources, replay_files
    from paperboy.wiring import run_async
    from papers.errors import BadInput

    if files and not replay:
        raise BadInput("files are only read with --replay: paperboy ingest --replay FILE…")
    if replay:
        if source or since or until:
            raise BadInput("--replay plays files at their own times; --source, --since and --until do not go with it")
        report = run_async(replay_files([*replay, *(files or [])]))
    else:
        report = run_async(ingest_sources(source or [], since, until))
    if as_json:
        print_json(report.model_dump())
    else:
        typer.echo(summary(report.seen, report.new, report.changed, report.embedded, report.skipped))
    for failure in report.failures:
        typer.echo(f"paperboy: {failure}", err=True)
    if report.failures or (report.skipped and not report.seen):
        raise typer.Exit(1)


def summary(seen: int, new: int, changed: int, embedded: int, skipped: int) -> str:
    """One line on what was done, in papers."""
    read = "1 paper read" if seen == 1 else f"{seen:,} papers read"
    parts = [read, f"{new:,} new", f"{changed:,} changed", f"{embedded:,} embedded"]
    return ", ".join(parts + ([f"{skipped:,} skipped"] if skipped else []))
