"""The ``text`` of a message: what notifications show and screen readers say instead of its blocks."""

from collections.abc import Sequence

from bot.slack.escape import escape
from papers.display import shorten

LONGEST = 3000
_LONGEST_LINE = 600


def fallback(said: Sequence[str]) -> str:
    """The lines, escaped, as far as there is room for them: at most 3,000 characters."""
    told: list[str] = []
    left = LONGEST - len("\n… and 100000 more")
    for number, text in enumerate(said):
        line = escape(shorten(text, _LONGEST_LINE))
        left -= len(line) + 1
        if left < 0:
            return "\n".join([*told, f"… and {len(said) - number} more"])
        told += [line] if line else []
    return "\n".join(told)
