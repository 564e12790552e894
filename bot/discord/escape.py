"""Other people's words where Discord reads marks: they are shown as they were written, and do nothing.

Discord shows what follows a backslash as it is, unless that is a letter, a digit or a space. Its own searches for
mentions and invitations read the text before that, so the backslash stands inside of what they look for (``<\\@1>``,
``discord.gg\\/x``): nobody is pinged even where ``allowed_mentions`` was forgotten.

Sources: docs.discord.com/developers/reference#message-formatting; how clients find masked links and what they escape
is not documented there, and told by what they do.
"""

import re
from collections.abc import Callable

from papers.display import one_line, shorten
from papers.links import web_address
from papers.sentences import sentences

_MARKS = re.compile(
    r"[\\*_~|`\[\]<@]"
    # Emoji, timestamps and addresses; not the colon of a sentence.
    r"|:(?=\S)"
    # Channels and commands.
    r"|(?<=<)[#/]"
    r"|(?<=discord\.gg)/|(?<=discord\.com)/|(?<=discordapp\.com)/"
    # Headings, small print, quotations and lists.
    r"|^[#>+-]",
    re.I,
)
_NUMBERED = re.compile(r"^(\d+)\.(?=\s|$)")
_EVERYBODY = re.compile(r"@(?=(?:everyone|here)\b)", re.I)
_BRACKETS = str.maketrans("[]", "()")
_ENDS_LINK = {ord(character): f"%{ord(character):02X}" for character in "()[]'*"}
_LONGEST_ADDRESS = 512


def escape(text: str) -> str:
    """``text`` on one line, which pings nobody, links nowhere and reads as it was written; twice as long at most."""
    shown = _EVERYBODY.sub("＠", one_line(text))
    return _NUMBERED.sub(r"\1\\.", _MARKS.sub(r"\\\g<0>", shown))


def fitted(text: str, limit: int) -> str:
    """``text`` escaped, cut at a word so that it has at most ``limit`` characters then."""
    return _fitted(one_line(text), limit, shorten)


def fitted_prose(text: str, limit: int) -> str:
    """The same, cut after a sentence where there is one."""
    return _fitted(one_line(text), limit, whole_sentences)


def whole_sentences(text: str, limit: int) -> str:
    """As many whole sentences of ``text`` as have ``limit`` characters together; if not one has, its first words."""
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}" if kept else sentence
        if len(longer) > limit:
            break
        kept = longer
    return kept or shorten(text, limit)


def link(url: str, label: str, limit: int) -> str:
    """``[label](https://…)`` with at most ``limit`` characters; the label alone where ``url`` does not fit or is no
    address of the web."""
    address = linkable(url)
    room = limit - len(address or "") - len("[]()")
    if address is None or room < limit // 4:
        return fitted(label, limit)
    return f"[{fitted(_as_label(label), room)}]({address})"


def linkable(url: str) -> str | None:
    """The address as it can stand in a masked link, which ends at the first bracket; None if it is none."""
    address = web_address(url)
    if address is None:
        return None
    address = address.translate(_ENDS_LINK)
    return address if len(address) <= _LONGEST_ADDRESS else None


def _as_label(text: str) -> str:
    """A label that Discord takes: brackets in it must be in pairs, escaped or not, and it must not be an address."""
    shown = one_line(text)
    brackets = "".join(character for character in shown if character in "[]")
    if brackets != "[]" * (len(brackets) // 2):
        shown = shown.translate(_BRACKETS)
    return shown.replace("://", ":∕∕") or "…"


def _fitted(text: str, limit: int, cut: Callable[[str, int], str]) -> str:
    whole = escape(cut(text, limit))
    return whole if len(whole) <= limit else escape(cut(text, limit // 2))
