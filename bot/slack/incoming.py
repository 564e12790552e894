"""What a person typed, out of how Slack writes it down: mentions, links and dates in angle brackets, three entities.

Source: docs.slack.dev/messaging/formatting-message-text, "retrieving messages".
"""

import re

from papers.display import one_line

_TOKEN = re.compile(r"<([^<>]+)>")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
_NOT_ADDRESSES = ("mailto:", "tel:")


def read_text(text: str, bot_user: str = "") -> str:
    """Plain words on one line; links as their address, mentions as their name where Slack tells it.

    ``bot_user`` (U…) is left out: who speaks to us need not be told so. Never raises.
    """
    return one_line("".join(_pieces(text, bot_user)))


def _pieces(text: str, bot_user: str) -> list[str]:
    # Every second piece is what stood in angle brackets: a person's own come as entities.
    pieces = _TOKEN.split(text)
    pieces[1::2] = [_unescaped(_words(token, bot_user)) for token in pieces[1::2]]
    pieces[0::2] = [_unescaped(piece) for piece in pieces[0::2]]
    return pieces


def _words(token: str, bot_user: str) -> str:
    about, _, label = token.partition("|")
    match about[:1]:
        case "@":
            return "" if about[1:] == bot_user or not label else f"@{label.removeprefix('@')}"
        case "#":
            return f"#{label.removeprefix('#')}" if label else ""
        case "!":
            return label or ("" if "^" in about else f"@{about[1:]}")
        case _:
            scheme = next((scheme for scheme in _NOT_ADDRESSES if about.lower().startswith(scheme)), "")
            return about[len(scheme) :]


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda entity: _CHARACTERS[entity[1]], text)
