"""Text laid out in lines: wrapped to a width people can read, indented, addresses whole."""

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.console.stream import clickable
from bot.links import Link
from papers.display import one_line

MEASURE = 92
"""Columns of text at most: longer lines are hard to find back from."""
_MIN_WIDTH = 16
SEPARATOR = " · "
HARD_SPACE = "\N{NO-BREAK SPACE}"
"""Printed as a space, at which no line ends; ``safe`` leaves none of other people's."""
_WORD = re.compile(r"([^ ]+)( *)")


def safe(text: str, style: str = "") -> Text:
    """Other people's text: no markup is read, no control or direction character left. Use it for every text."""
    return Text(one_line(text), style=style)


def write(console: Console, text: Text, *, indent: int = 0, first: Text | None = None) -> None:
    """Print ``text`` wrapped and indented; ``first`` stands in the indent of the first line."""
    width = max(min(console.width, MEASURE) - indent, _MIN_WIDTH)
    for number, line in enumerate(text.divide(_breaks(text.plain, width))):
        line.rstrip()
        line.plain = line.plain.replace(HARD_SPACE, " ")
        margin = first if number == 0 and first else Text(" " * indent)
        console.print(Text.assemble(margin, line), soft_wrap=True)


def blank(console: Console) -> None:
    console.print()


def rank_margin(rank: int, indent: int) -> Text:
    """The rank, right-aligned in an indent: ``" 7. "``."""
    return Text(f"{rank}.".rjust(indent - 1) + " ", style="paperboy.rank")


def write_links(console: Console, links: Sequence[Link], *, indent: int) -> None:
    """Labels to click in a terminal; elsewhere one whole address a line, behind its label."""
    if not links:
        return
    if clickable(console):
        write(console, joined([_clickable(link) for link in links]), indent=indent)
        return
    label_width = max(len(link.label) for link in links)
    for link in links:
        margin = Text(f"{' ' * indent}{link.label.ljust(label_width)}  ", style="paperboy.quiet")
        console.print(Text.assemble(margin, (link.url, "paperboy.link")), soft_wrap=True)


def linked(console: Console, text: Text, links: Sequence[Link]) -> Text:
    """``text`` as a link to the first address, where it can be clicked."""
    if links and clickable(console):
        text.stylize(Style(link=links[0].url))
    return text


def joined(pieces: Iterable[Text], separator: str = SEPARATOR) -> Text:
    # The style goes on the separator's own span: a Text's base style would dim the pieces as well.
    return Text.assemble((separator, "paperboy.quiet")).join(pieces)


def write_reasons(console: Console, reasons: Sequence[str], *, indent: int) -> None:
    if reasons:
        phrases = joined((safe(reason, "paperboy.reason") for reason in reasons), "; ")
        write(console, Text.assemble(("Why: ", "paperboy.quiet"), phrases), indent=indent)


def write_notes(console: Console, notes: Sequence[str]) -> None:
    for note in notes:
        write(console, safe(note, "paperboy.note"))


def _breaks(text: str, width: int) -> list[int]:
    """Where ``text`` is broken into lines of at most ``width`` cells: between words, or inside a word too long.

    A web address is never broken, whatever the width: cut in two it leads nowhere. (rich's own wrapping has no
    way to spare a word, hence this one.)
    """
    breaks: list[int] = []
    used = 0
    for word in _WORD.finditer(text):
        cells = cell_len(word[1])
        if used and used + cells > width:
            breaks.append(word.start())
            used = 0
        if cells > width and "://" not in word[1]:
            at = word.start()
            *whole_lines, rest = chop_cells(word[1], width)
            for piece in whole_lines:
                at += len(piece)
                breaks.append(at)
            cells = cell_len(rest)
        used += cells + len(word[2])
    return breaks


def _clickable(link: Link) -> Text:
    label = Text(link.label, style="paperboy.link")
    label.stylize(Style(link=link.url))
    return Text.assemble(label, (f" {link.hint}", "paperboy.quiet")) if link.hint else label
