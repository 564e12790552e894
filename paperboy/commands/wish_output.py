"""How a subscription is printed by every command that shows one."""

from typing import TYPE_CHECKING, Annotated

import typer

from paperboy.options import print_json

if TYPE_CHECKING:
    from paperboy.subscribing import Shown

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
        for name, value in document.items():
            if name not in {"description", "state"} and value not in (None, [], {}):
                typer.echo(f"  {name:10} {value}")
