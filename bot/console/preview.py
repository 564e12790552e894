"""The preview of a topic on a terminal: what would have come, and how much at each threshold."""

from rich.console import Console
from rich.text import Text

from bot.console.lines import blank, safe, write, write_notes
from bot.console.render import write_heading, write_hit
from bot.preview import PreviewMessage, Rate

_INDENT = 4
_LONGEST_BAR = 40


def render_preview(message: PreviewMessage, console: Console) -> None:
    write_heading(console, message.heading, message.summary)
    for line in message.people:
        write(console, safe(line), indent=_INDENT)
    for hit in message.hits:
        blank(console)
        write_hit(console, hit)
    if message.rates:
        blank(console)
        write(console, safe("How many a day at each threshold:"))
        most = max(rate.a_day for rate in message.rates) or 1
        for rate in message.rates:
            write(console, _bar(rate, most), indent=_INDENT)
    if message.notes:
        blank(console)
        write_notes(console, message.notes)


def _bar(rate: Rate, most: float) -> Text:
    length = round(_LONGEST_BAR * rate.a_day / most)
    return Text.assemble(
        (f"{rate.threshold:.2f}", "paperboy.rank"), f"  {rate.a_day:6.1f}  ", ("▪" * length, "paperboy.quiet")
    )
