"""Other people's text, made harmless: it can no longer move a cursor, ring a bell, hide or reverse what is read.

Titles and names come from anyone. What remains after ``one_line`` is one line of visible characters; the marks
that mean something to a platform (``<!channel>``, ``@everyone``, ``[bold]``) are for its adapter to escape.
"""

import re
import unicodedata

# Whole escape sequences go, not just their first character: CSI, then OSC and its kin with their payload if it has
# an end, then two-character escapes (ECMA-48, section 5; xterm's control sequences for OSC).
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
# Joiners shape letters (Persian, Indic scripts) and emoji; every other format character only hides or reorders.
_JOINERS = "\u200c\u200d"
_SPACES = {"Zs", "Zl", "Zp"}
_DROPPED = {"Cc", "Cf"}
_MOST_REMEMBERED = 10_000


def one_line(text: str) -> str:
    """``text`` without escape sequences, control or bidirectional characters, its white space single spaces."""
    if text.isprintable():  # else something of it is a control, a format or a separator, or not assigned
        return " ".join(text.split())
    return " ".join(_ESCAPES.sub("", text).translate(_shown).split())


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in _DROPPED and character not in _JOINERS else character


class _Shown(dict[int, str]):
    """For str.translate: what is shown of a character, looked up once."""

    def __missing__(self, point: int) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[point] = _visible(chr(point))
        return self[point]


_shown = _Shown()


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters of ``text``, cut at the end of a word and marked with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    # A word that ends exactly at the limit is whole; languages without spaces are cut where they are.
    if not text[limit - 1].isspace() and " " in head[limit // 2 :]:
        head = head[: head.rindex(" ")]
    return head.rstrip(" ,;:.–—-(") + "…"
