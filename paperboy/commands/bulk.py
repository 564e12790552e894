"""paperboy import: load a corpus."""

from pathlib import Path
from typing import Annotated

import typer

from paperboy.options import Json, print_json


def register(app: typer.Typer) -> None:
    app.command(name="import", epilog="Example:  paperboy import corpus.jsonl.gz")(import_)


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON lines, plain or gzipped.")],
    as_json: Json = False,
) -> None:
    """Load papers from JSON lines; a file that was loaded before costs only what is new in it.

    A line is {_id|id, title, text|abstract, authors?, published?, categories?, url?, doi?, embedding?,
    embedding_model?}. A ready embedding (a list, or base64 of little-endian float32) is used if its model is the
    configured one.
    """
    from paperboy.commands.ingest import summary
    from paperboy.ingesting import import_files
    from paperboy.wiring import run_async

    report = run_async(import_files(files))
    if as_json:
        print_json(report.model_dump())
    else:
        typer.echo(summary(report.seen, report.new, report.changed, report.embedded, report.skipped))
