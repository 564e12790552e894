"""Web addresses that other people wrote: only those that are safe to click and to print are kept."""

import re
from urllib.parse import quote, urlsplit

from papers.display import one_line

_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~-._"
_LONGEST = 2000
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[A-Za-z0-9/._~-]*)?")
"""What nearly all are: nothing in it has to be looked at twice."""


def web_address(url: str | None) -> str | None:
    """``url`` in printable ASCII without spaces, or None when it is no http(s) address.

    Anything else (``javascript:``, ``file:`` …) must never become clickable in somebody's chat or terminal.
    """
    if url and len(url) <= _LONGEST and _PLAIN.fullmatch(url):
        return url
    cleaned = quote(one_line(url or ""), safe=_URL_CHARACTERS, errors="replace")
    try:
        pieces = urlsplit(cleaned)
    except ValueError:
        return None
    is_web = pieces.scheme.lower() in {"http", "https"} and bool(pieces.hostname)
    return cleaned if is_web and len(cleaned) <= _LONGEST else None
