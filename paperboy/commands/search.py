"""paperboy search and paperboy similar: papers by meaning and by words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperboy.options import Categories, Json, print_json, stdout_console
from papers.models import SearchMode

if TYPE_CHECKING:
    from papers.models import Paper, SearchResult

Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many papers.")]


def register(app: typer.Typer) -> None:
    app.command(
        epilog="Examples:  paperboy search 'robots that learn from video'    "
        "paperboy search 'speech recognition' --since 2026-01-01 --category eess.AS --limit 5    "
        "paperboy search --batch queries.jsonl --run out.trec --limit 100"
    )(search)
    app.command(epilog="Example:  paperboy similar 2603.03283")(similar)


def search(
    query: Annotated[str | None, typer.Argument(help="What you look for, in your own words.")] = None,
    limit: Limit = 10,
    since: Annotated[str | None, typer.Option(metavar="D", help="Published on this day or later.")] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="Published on this day or earlier.")] = None,
    category: Categories = None,
    author: Annotated[str | None, typer.Option(metavar="A", help="One of its authors, e.g. 'Y. LeCun'.")] = None,
    mode: Annotated[SearchMode, typer.Option(help="By words, meaning, or both.", case_sensitive=False)] = (
        SearchMode.HYBRID
    ),
    batch: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Many queries: JSON lines of {_id, text}.", rich_help_panel=None)
    ] = None,
    run: Annotated[Path | None, typer.Option(metavar="FILE", help="Where --batch writes its TREC run.")] = None,
    as_json: Json = False,
) -> None:
    """Find papers by meaning, by words, or by both."""
    from paperboy.searching import ask, ask_batch
    from paperboy.wiring import run_async
    from papers.errors import BadInput

    filters = {"limit": limit, "since": since, "until": until, "categories": category or [], "author": author}
    if batch or run:
        if query is not None or not (batch and run):
            raise BadInput("--batch FILE and --run FILE go together, without a query")
        count = run_async(ask_batch(batch, run, mode=mode, filters=filters))
        typer.echo(f"{count:,} queries answered in {run}", err=True)
        return
    if query is None:
        raise BadInput("what are you looking for? paperboy search 'robots that learn from video'")
    result = run_async(ask(query, mode=mode, filters=filters))
    _show(query, None, result, as_json)


def similar(
    paper_id: Annotated[str, typer.Argument(metavar="ID", help="arXiv id, DOI, link, or the id it was imported with.")],
    limit: Limit = 10,
    as_json: Json = False,
) -> None:
    """Papers like a paper you know."""
    from paperboy.searching import ask_similar
    from paperboy.wiring import run_async

    paper, result = run_async(ask_similar(paper_id, limit))
    _show(paper.title, paper, result, as_json)


def _show(query: str, paper: "Paper | None", result: "SearchResult", as_json: bool) -> None:
    if as_json:
        from papers.export import hit_json

        print_json([hit_json(hit) for hit in result.hits])
        if result.note:
            typer.echo(f"paperboy: {result.note}", err=True)
        return
    from bot import messages
    from bot.console.render import render_results

    page = messages.similar_page(paper, result) if paper else messages.result_page(query, result)
    render_results(page, stdout_console())
