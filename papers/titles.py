"""Papers whose titles hold the words that somebody types, the last of them perhaps not yet whole."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from papers import keys, layout
from papers.errors import BadInput
from papers.index import is_missing_index
from papers.models import Frozen
from papers.query import clean_text, words_of

if TYPE_CHECKING:
    from redis.asyncio import Redis

_MOST_WORDS = 12
_SHORTEST_PREFIX = 2
"""Letters; the engine's own limit."""


class Titled(Frozen):
    id: str
    title: str


async def titled(redis: "Redis", model: str, typed: str, *, most: int, patience: float = 0.5) -> tuple[Titled, ...]:
    """The best matches first; none for less than two letters. One round trip of at most ``patience`` seconds.

    Raises redis-py's errors.
    """
    from redis.exceptions import ResponseError

    expression = title_expression(typed)
    if expression is None:
        return ()
    index = keys.index(layout.model_slug(model))
    limits = ("LIMIT", 0, most, "TIMEOUT", int(patience * 1000), "DIALECT", 2)
    try:
        answer: Any = await redis.execute_command("FT.SEARCH", index, expression, "RETURN", 1, "title", *limits)
    except ResponseError as error:
        if is_missing_index(error):
            return ()
        raise
    return tuple(_titled(answer))


def title_expression(typed: str) -> str | None:
    """An expression of the Query Engine that has no syntax error; None where too little is typed."""
    try:
        words = words_of(clean_text(typed))[:_MOST_WORDS]
    except BadInput:
        return None
    if not words:
        return None
    *whole, last = words
    begun = f"({last}|{last}*)" if len(last) >= _SHORTEST_PREFIX else None
    parts = [*whole, *([begun] if begun else [])]
    return f"@title:({' '.join(parts)})" if parts else None


def _titled(answer: Any) -> Iterator[Titled]:
    """Out of an answer of FT.SEARCH, in RESP 2's flat list or RESP 3's map."""
    if isinstance(answer, Mapping):
        rows = [(row[b"id"], row.get(b"extra_attributes", {})) for row in answer[b"results"]]
    else:
        rows = [
            (key, dict(zip(row[::2], row[1::2], strict=True)))
            for key, row in zip(answer[1::2], answer[2::2], strict=True)
        ]
    for key, fields in rows:
        yield Titled(id=keys.paper_id(key.decode()), title=fields.get(b"title", b"").decode("utf-8", "replace"))
