"""The filters that stand among the words of a search: ``in:cs.CV``, ``by:"Yann LeCun"``, ``since:2026-03-01``."""

import re
from contextlib import suppress
from datetime import date

from papers.arxiv_archives import category_named
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
                categories += [_category(name) for name in value.split(",") or [""]]
            case "by":
                author = _author(value)
            case _:
                since = _day(value)
    rest = " ".join(_FILTER.sub(" ", text).split())
    return rest, Filters(categories=tuple(dict.fromkeys(categories)), author=author, since=since)


def _category(name: str) -> str:
    found = category_named(name)
    if found is None:
        raise BadInput(f"after in: stands one of arXiv’s categories, such as in:cs.CL or in:cs, not {_quoted(name)}")
    return found


def _author(name: str) -> str:
    if not any(map(str.isalpha, name)) or len(name) > _LONGEST_NAME:
        raise BadInput(f'after by: stands the name of an author, such as by:"Yann LeCun", not {_quoted(name)}')
    return name


def _day(text: str) -> date:
    """A day; of a month or a year the first."""
    with suppress(ValueError):
        if match := _DATE.fullmatch(text):
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    raise BadInput(f"after since: stands a date, such as since:2026-03-01, not {_quoted(text)}")


def _quoted(value: str) -> str:
    return f"“{shorten(value, _SHOWN)}”" if value else "nothing"
