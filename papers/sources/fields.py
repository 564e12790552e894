"""Fields of an upstream's answer, read on the assumption that any of them may be missing, null or of another type."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from papers.clock import as_utc
from papers.identity import parse_arxiv_id
from papers.plaintext import to_plain

ARXIV_BEGAN = datetime(1991, 8, 1, tzinfo=UTC)
_NOT_YET = timedelta(days=2)
_MOST = 10**12
_LONGEST_URL = 500
_CATEGORY = re.compile(r"[A-Za-z][A-Za-z-]{1,15}(?:\.[A-Za-z-]{2,10})?", re.ASCII)
_WITHDRAWN = re.compile(
    r"\b(?:this|the)\s+(?:paper|article|manuscript|submission|work|preprint|report)\s+(?:has\s+been|was|is|had\s+been)\s+"
    r"(?:withdrawn|retracted)\b|^\W*(?:paper\s+|article\s+|manuscript\s+)?(?:withdrawn|retracted)\b"
    r"|\bwithdrawn\s+by\s+(?:the\s+)?(?:author|arxiv)|\b(?:has|have)\s+(?:been\s+)?withdrawn\s+(?:this|the)\s+(?:paper|article)",
    re.I,
)


def title(value: object) -> str:
    """A line of plain text; "" if it is no text."""
    return to_plain(value, single_line=True) if isinstance(value, str) else ""


def text(value: object) -> str:
    """Plain text with its paragraphs; "" if it is no text."""
    return to_plain(value, single_line=False) if isinstance(value, str) else ""


def line(value: object) -> str | None:
    return title(value) or None


def moment(value: object, seen_at: datetime) -> datetime | None:
    """An ISO time in UTC; None if it is none, or lies before arXiv began or more than two days after ``seen_at``."""
    if not isinstance(value, str) or not 10 <= len(value) <= 40:
        return None
    try:
        time = as_utc(datetime.fromisoformat(value))
        return time if ARXIV_BEGAN <= time <= seen_at + _NOT_YET else None
    except (ValueError, OverflowError):
        return None


def total(value: object) -> float | None:
    """A running total: a finite number from 0 to 10^12, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and 0 <= number <= _MOST else None


class Named(NamedTuple):
    """What a record of arXiv must have to be one."""

    id: str
    version: int | None
    title: str


def named(raw_id: str, raw_title: str) -> Named | str:
    """The id and title of an arXiv record, or what is wrong with them."""
    identity = parse_arxiv_id(raw_id)
    if identity is None:
        return f"has no arXiv id but {raw_id[:60]!r}"
    readable = title(raw_title)
    return Named(*identity, readable) if readable else f"({identity[0]}) has no title"


def link(value: object) -> str | None:
    """An http(s) URL with a host, else None."""
    if not isinstance(value, str):
        return None
    url = value.strip()
    if len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def category(value: object) -> str | None:
    """An arXiv category (``cs.LG``, ``hep-th``), else None: ACM and MSC classes come in the same place."""
    return value if isinstance(value, str) and _CATEGORY.fullmatch(value) else None


def says_withdrawn(comment: str | None, abstract: str) -> bool:
    """Whether authors or arXiv say that the paper was withdrawn; arXiv's metadata has no field for it."""
    return any(
        _WITHDRAWN.search(words)
        for words in (comment or "", abstract[:300])
        if "draw" in words or "tract" in words.lower()
    )
