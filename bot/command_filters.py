"""The filters that stand among the words of a search: ``in:cs.CV``, ``by:"Yann LeCun"``, ``since:2026-03-01``."""

import re
from contextlib import suppress
from datetime import date

from bot.asks import Search
from bot.category_words import named_categories
from papers.display import shorten
from papers.errors import BadInput
from papers.models import Frozen

_FILTER = re.compile(r"(?<!\S)(?P<key>in|by|since):(?:\s*\"(?P<quoted>[^\"]*)\"?|(?P<plain>\S*))", re.I)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_SHOWN = 40
_LONGEST_NAME = 200


class Filters(Frozen):
    categories: tuple[str, ...] = ()
    author: str | None = None
    since: date | None = None


def take_filters(text: str) -> tuple[str, Filters]:
    """The words without the filters, and the filters. Raises BadInput for one that cannot be understood."""
    categories: list[str] = []
    author, since = None, None
    for match in _FILTER.finditer(text):
        value = (match["plain"] if match["quoted"] is None else match["quoted"]).strip()
        match match["key"].lower():
            case "in":
                categories += _categories(value)
            case "by":
                author = _author(value)
            case _:
                since = _day(value)
    rest = " ".join(_FILTER.sub(" ", text).split())
    return rest, Filters(categories=tuple(dict.fromkeys(categories)), author=author, since=since)


def read_filters(categories: str = "", author: str = "", since: str = "") -> Filters:
    """Filters that were given each by itself; categories may be named by their names. Raises BadInput."""
    found = named_categories(categories)
    who = author.strip()
    if who and not _is_name(who):
        raise BadInput(f"{_quoted(who)} is no name of an author: write one like Yann LeCun")
    day = _as_day(since.strip())
    if since.strip() and day is None:
        raise BadInput(f"{_quoted(since.strip())} is no date: write one like 2026-03-01")
    return Filters(categories=found, author=who or None, since=day)


def narrowed(ask: Search, filters: Filters) -> Search:
    """The search with filters that were given besides its words."""
    return ask.model_copy(
        update={
            "categories": tuple(dict.fromkeys((*ask.categories, *filters.categories))),
            "author": filters.author or ask.author,
            "since": filters.since or ask.since,
        }
    )


def _categories(names: str) -> tuple[str, ...]:
    try:
        found = named_categories(names)
    except BadInput as error:
        raise BadInput(f"after in: stands one of arXiv’s categories, such as in:cs.CL or in:cs; {error}") from None
    if not found:
        raise BadInput(f"after in: stands one of arXiv’s categories, such as in:cs.CL or in:cs, not {_quoted(names)}")
    return found


def _author(name: str) -> str:
    if not _is_name(name):
        raise BadInput(f'after by: stands the name of an author, such as by:"Yann LeCun", not {_quoted(name)}')
    return name


def _day(text: str) -> date:
    found = _as_day(text)
    if found is None:
        raise BadInput(f"after since: stands a date, such as since:2026-03-01, not {_quoted(text)}")
    return found


def _is_name(text: str) -> bool:
    return any(map(str.isalpha, text)) and len(text) <= _LONGEST_NAME


def _as_day(text: str) -> date | None:
    """A day; of a month or a year the first."""
    with suppress(ValueError):
        if match := _DATE.fullmatch(text):
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    return None


def _quoted(value: str) -> str:
    return f"“{shorten(value, _SHOWN)}”" if value else "nothing"
