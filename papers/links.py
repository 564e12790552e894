"""Web addresses that other people wrote: only those that are safe to click and to print are kept."""

from urllib.parse import quote, urlsplit

from papers.display import one_line

_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~-._"
_LONGEST = 2000


def web_address(url: str | None) -> str | None:
    """``url`` in printable ASCII without spaces, or None when it is no http(s) address.

    Anything else (``javascript:``, ``file:`` …) must never become clickable in somebody's chat or terminal.
    """
    cleaned = quote(one_line(url or ""), safe=_URL_CHARACTERS, errors="replace")
    try:
        pieces = urlsplit(cleaned)
    except ValueError:
        return None
    is_web = pieces.scheme.lower() in {"http", "https"} and bool(pieces.hostname)
    return cleaned if is_web and len(cleaned) <= _LONGEST else None
