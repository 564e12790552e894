"""Options that several commands share, and how an answer is printed."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
At = Annotated[str | None, typer.Option("--at", metavar="ISO", help="The time that stands for now.")]
Categories = Annotated[
    list[str] | None,
    typer.Option("--category", metavar="C", help="Only this arXiv category (cs.CL) or archive (cs); repeatable."),
]


def print_json(document: Any) -> None:
    """One JSON document, on one line when piped, indented for people."""
    print_exactly(json.dumps(document, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None) + "\n")


def print_exactly(text: str) -> None:
    """Text for programs: UTF-8 whatever the locale, line ends as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def stdout_console() -> "Console":
    """Standard output as people read it: colours and links in a terminal, plain lines in a pipe."""
    from bot.console.stream import make_console

    return make_console(sys.stdout)
