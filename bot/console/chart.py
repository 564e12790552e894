"""A chart with scores; with ``explain``, what each is made of, as a sum that anyone can check."""

import math

from rich.console import Console
from rich.text import Text

from bot.console.lines import HARD_SPACE, blank, linked, safe, write, write_notes, write_reasons
from bot.console.stream import clickable
from bot.messages import Chart, ChartEntry
from bot.reasons import round_to_sum

_MIN_DIGITS = 2
_MAX_DIGITS = 6


def render_chart(chart: Chart, console: Console, *, explain: bool = False) -> None:
    write(console, safe(chart.heading, "paperboy.heading"))
    write(console, safe(chart.span, "paperboy.quiet"))
    blank(console)
    columns = _Columns(chart)
    if chart.entries:
        write(console, Text("Paper", style="paperboy.quiet"), indent=columns.indent, first=columns.head())
    else:
        write(console, safe("No paper is trending in this time."))
    for place, entry in enumerate(chart.entries):
        if place:
            blank(console)
        _write_entry(console, entry, columns, explain=explain)
    if chart.notes:
        blank(console)
        write_notes(console, chart.notes)


class _Columns:
    """Rank and score, as wide as the widest of them, to the left of everything else."""

    def __init__(self, chart: Chart) -> None:
        self.digits = _digits(max((abs(entry.score) for entry in chart.entries), default=0.0))
        self._rank = max((len(str(entry.rank)) for entry in chart.entries), default=1)
        self._score = max(len("Score"), *(len(self.number(entry.score)) for entry in chart.entries), 0)
        self.indent = self._rank + self._score + 4

    def head(self) -> Text:
        return Text(f"{'#'.rjust(self._rank)}  {'Score'.rjust(self._score)}  ", style="paperboy.quiet")

    def row(self, entry: ChartEntry) -> Text:
        return Text.assemble(
            (str(entry.rank).rjust(self._rank), "paperboy.rank"),
            "  ",
            (self.number(entry.score).rjust(self._score), "paperboy.score"),
            "  ",
        )

    def equals(self) -> Text:
        """An equals sign below the score: what follows adds up to it."""
        return Text("=".rjust(self.indent - 2) + "  ", style="paperboy.score")

    def number(self, value: float) -> str:
        return f"{'−' if value < 0 else ''}{abs(value):.{self.digits}f}"


def _write_entry(console: Console, entry: ChartEntry, columns: _Columns, *, explain: bool) -> None:
    indent = columns.indent
    title = linked(console, safe(entry.title, "paperboy.title"), entry.links)
    write(console, title, indent=indent, first=columns.row(entry))
    if explain:
        write(console, _sum(entry, columns), indent=indent, first=columns.equals())
    write_reasons(console, entry.reasons, indent=indent)
    if entry.links and not clickable(console):
        console.print(Text.assemble(" " * indent, (entry.links[0].url, "paperboy.link")), soft_wrap=True)
    else:
        write(console, safe(entry.id, "paperboy.quiet"), indent=indent)


def _sum(entry: ChartEntry, columns: _Columns) -> Text:
    """``5.21 upvotes + 4.10 upvote velocity − 1.10 age``, rounded so that the sum is true as printed."""
    rounded = round_to_sum([part.value for part in entry.parts], entry.score, columns.digits)
    line = Text()
    for place, (part, value) in enumerate(zip(entry.parts, rounded, strict=True)):
        if place:
            line.append(f" {'−' if value < 0 else '+'}{HARD_SPACE}", "paperboy.quiet")
        number = columns.number(abs(value) if place else value)
        # Sign, number and the first word of its name stay on one line.
        line.append_text(Text.assemble(f"{number}{HARD_SPACE}", safe(part.label, "paperboy.reason")))
    return line if entry.parts else Text("nothing counted", style="paperboy.quiet")


def _digits(largest: float) -> int:
    """Decimals that leave a score of this size about three significant digits."""
    if largest == 0:
        return _MIN_DIGITS
    return min(max(2 - math.floor(math.log10(largest)), _MIN_DIGITS), _MAX_DIGITS)
