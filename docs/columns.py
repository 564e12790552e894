"""A page of columns with names above them, as all pictures of chats have them; the colours are those of each."""

import html
from collections.abc import Sequence

_HAND = (
    "M1.5 7.5h3v6h-3zM4.5 7.5 7.6 1.6c1.3 0 1.9 1 1.6 2.2L8.7 6h4.4c.9 0 1.5.8 1.3 1.7l-1 4.5c-.2.8-.8 1.3-1.6 1.3H4.5z"
)


def columns_page(style: str, *columns: str, widths: Sequence[int]) -> str:
    """A whole page; it tells its height in its title. ``widths``: pixels, one a column."""
    drawn = "".join(f'<div class="column" style="width:{w}px">{c}</div>' for c, w in zip(columns, widths, strict=True))
    tell = "<script>document.title = document.querySelector('.columns').scrollHeight</script>"
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style><div class="columns">{drawn}</div>{tell}'


def place(name: str, more: str = "") -> str:
    return f'<div class="place">{html.escape(name)}<small>{html.escape(more)}</small></div>'


def with_thumbs(label: str, colours: str) -> str:
    """A button's label in HTML with its thumbs drawn: not every machine has a font for them."""
    for thumb, turn in (("👍", 0), ("👎", 180)):
        drawn = (
            f'<svg width="16" height="16" viewBox="0 0 16 16" style="vertical-align:-3px;transform:rotate({turn}deg)">'
            f'<path {colours} d="{_HAND}"/></svg>'
        )
        label = label.replace(thumb, drawn)
    return label
