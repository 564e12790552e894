"""The filters of a search as an expression of the Query Engine, and who is who among authors."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from papers.errors import BadInput
from papers.identity import fold
from papers.layout import name_tag
from papers.query import SearchQuery, clean_text

MAX_LENGTH = 200
MAX_CATEGORIES = 50


def filter_expression(query: SearchQuery) -> str | None:
    """The papers that a query's filters let through, or None if it has none. Raises BadInput.

    For an author these are more than asked for: ``author_matches`` has the last word.
    """
    parts = (
        _date_range(query.since, query.until),
        _categories(query.categories),
        None if query.author is None else _author(query.author),
    )
    return " ".join(part for part in parts if part) or None


def author_matches(query: str, names: Iterable[str]) -> bool:
    """Whether one of the names is the person asked for.

    Accents and case do not matter. Every word of the query must be a word of the name; given names may be
    shortened to their first letter on either side. ``LeCun, Yann`` is ``Yann LeCun``.
    """
    wanted, family = name_words(query)
    return bool(wanted) and any(_same_person(wanted, family, fold(name).split()) for name in names)


def name_words(name: str) -> tuple[list[str], list[str]]:
    """A name's words without accents and case, and those of them that are the family name."""
    before, comma, after = name.partition(",")
    if comma and after.strip():
        return fold(f"{after} {before}").split(), fold(before).split()
    words = fold(name).split()
    return words, words[-1:]


def _same_person(wanted: Sequence[str], family: Sequence[str], words: Sequence[str]) -> bool:
    left = list(words)
    # Whole words first, so that an initial does not take the place of one.
    for word in sorted(wanted, key=len, reverse=True):
        match = word if word in left else None
        if match is None and word not in family:
            match = next((w for w in left if _abbreviates(w, word) or _abbreviates(word, w)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _abbreviates(short: str, long: str) -> bool:
    return len(short) == 1 and long.startswith(short)


def _author(name: str) -> str | None:
    words, family = name_words(_readable(name, "author"))
    if not words:
        raise BadInput(f"author {name[:50]!r} is no name: write it like 'Yann LeCun' or 'Y. LeCun'")
    parts = []
    for word in words:
        if len(word) == 1 and word not in family:
            continue  # an initial may stand for any name
        forms = (word,) if word in family else (word, word[0])
        parts.append(f"@names:{{{'|'.join(dict.fromkeys(map(name_tag, forms)))}}}")
    return " ".join(parts) or None


def _date_range(since: date | None, until: date | None) -> str | None:
    if since is None and until is None:
        return None
    if since and until and since > until:
        raise BadInput(f"no day is both since {since} and until {until}: exchange the two dates")
    low = str(_seconds(since, time.min)) if since else "-inf"
    high = str(_seconds(until, time.max)) if until else "+inf"
    return f"@date:[{low} {high}]"


def _seconds(day: date, moment: time) -> int:
    return int(datetime.combine(day, moment, UTC).timestamp())


def _categories(categories: Sequence[str]) -> str | None:
    if len(categories) > MAX_CATEGORIES:
        raise BadInput(f"{len(categories)} categories are too many: {MAX_CATEGORIES} at most")
    wanted = []
    for category in dict.fromkeys(categories):
        tag = _readable(category, "category")
        if not any(map(str.isalnum, tag)):
            raise BadInput(
                f"category {category[:50]!r} is none: write it like cs.CL, or cs for all of computer science"
            )
        wanted.append(_escape(tag))
        if "." not in tag:
            # An archive stands for all its categories: cs for cs.CL, cs.LG …
            wanted.append(rf"{_escape(tag)}\.*")
    return f"@categories:{{{'|'.join(wanted)}}}" if wanted else None


def _readable(value: str, what: str) -> str:
    try:
        text = clean_text(value)
    except BadInput:
        raise BadInput(f"the {what} is empty") from None
    if len(text) > MAX_LENGTH:
        raise BadInput(f"the {what} is too long: {MAX_LENGTH} characters at most")
    return text


def _escape(tag: str) -> str:
    return "".join(c if c.isalnum() or not c.isascii() else f"\\{c}" for c in tag)
