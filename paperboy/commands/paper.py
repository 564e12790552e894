"""paperboy show and paperboy export: what is known of single papers."""

from typing import TYPE_CHECKING, Annotated

import typer

from paperboy.options import Json, print_exactly, print_json, stdout_console
from papers.export import Format

if TYPE_CHECKING:
    from papers.models import Paper, SignalName


def register(app: typer.Typer) -> None:
    app.command(epilog="Examples:  paperboy show 2603.03283    paperboy show https://arxiv.org/abs/2603.03283v2")(show)
    app.command(epilog="Example:  paperboy export 2603.03283 2603.02138 --format bibtex > papers.bib")(export)


def show(
    paper_id: Annotated[str, typer.Argument(metavar="ID", help="arXiv id, DOI, link, or the id it was imported with.")],
    as_json: Json = False,
) -> None:
    """Everything known of one paper."""
    from paperboy.wiring import run_async

    paper, totals = run_async(_show(paper_id))
    if as_json:
        from papers.export import paper_json

        print_json({**paper_json(paper), "signals": {name.value: value for name, value in totals.items()}})
        return
    from bot.console.render import render_paper
    from bot.messages import paper_card

    render_paper(paper_card(paper, totals), stdout_console())


async def _show(paper_id: str) -> "tuple[Paper, dict[SignalName, float]]":
    from paperboy.wiring import open_app
    from papers import series

    async with open_app() as app:
        paper = await app.store.find(paper_id)
        signals = (await app.store.signals([paper.id], until=app.clock.now()))[paper.id]
        return paper, {name: points[-1].value for name, points in series.by_name(signals).items()}


def export(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The papers, as for show.")],
    form: Annotated[Format, typer.Option("--format", help="What the reader wants.", case_sensitive=False)] = (
        Format.BIBTEX
    ),
) -> None:
    """Papers for a reference manager, as BibTeX, RIS or JSON."""
    from paperboy.wiring import run_async
    from papers import export as exporting

    print_exactly(exporting.export(run_async(_find_all(ids)), form))


async def _find_all(ids: list[str]) -> "list[Paper]":
    from paperboy.wiring import open_app

    async with open_app() as app:
        return [await app.store.find(paper_id) for paper_id in dict.fromkeys(ids)]
