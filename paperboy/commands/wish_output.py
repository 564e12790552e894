"""How a subscription is printed by every command that shows one."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperboy.options import print_json

if TYPE_CHECKING:
    from papers.shown import Shown

Id = Annotated[str, typer.Argument(metavar="ID", help="The subscription's id, or the beginning of it.")]


def tell(shown: "Shown", as_json: bool, *, whole: bool = False) -> None:
    """Print a subscription for people or for programs; ``whole`` with all its fields."""
    from paperboy.subscribing import shown_json, shown_line

    document = shown_json(shown)
    if as_json:
        print_json(document)
        return
    typer.echo(shown_line(shown))
    if whole:
        for name, value in _flat(document):
            if name not in {"description", "state"} and value not in (None, [], {}):
                typer.echo(f"  {name:24} {', '.join(map(str, value)) if isinstance(value, list) else value}")


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """``topic.threshold`` and the like, one by one."""
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            for number, one in enumerate(value, start=1):
                yield from _flat(one, f"{prefix}{name}.{number}.")
        else:
            yield f"{prefix}{name}", value
