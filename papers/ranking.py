"""One search as the Query Engine answers it: what is asked, how its answers are read, how they become one ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from redis.exceptions import ResponseError

from papers import keys, layout
from papers.filters import author_matches
from papers.fusion import fuse
from papers.index import is_missing_index
from papers.layout import Vector
from papers.models import SearchMode
from papers.query import SearchQuery

if TYPE_CHECKING:
    from redis.asyncio import Redis

_DISTANCE = "__distance"
_DISTANCE_FIELD = _DISTANCE.encode()


@dataclass(frozen=True)
class Lookup:
    """What is asked of the engine for one query; ``words`` or ``vector`` may be None, and then play no part."""

    query: SearchQuery
    words: str | None
    vector: Vector | None
    filters: str | None
    depth: int
    """How many papers each of the two rankings may have."""
    note: str | None = None
    without: str | None = None
    """The id of a paper to leave out."""


@dataclass(frozen=True)
class Found:
    """The engine's two rankings: score by id, higher is better."""

    keyword: Mapping[str, float] = field(default_factory=dict)
    """BM25."""
    semantic: Mapping[str, float] = field(default_factory=dict)
    """Cosine similarity."""
    whole: bool = True
    """Whether ``keyword`` has every paper with one of the words."""


@dataclass(frozen=True)
class Ranked:
    """Ids and scores, best first; ``mode`` and ``note`` as in SearchResult."""

    scores: dict[str, float]
    mode: SearchMode
    note: str | None


async def look_up(redis: "Redis", model: str, lookups: Sequence[Lookup], patience: float) -> list[Found] | None:
    """What the engine finds, all in one round trip; None if there is no index for the model yet.

    ``patience``: seconds the engine may take for one query before it answers what it has so far.
    """
    index = keys.index(layout.model_slug(model))
    common = ("TIMEOUT", str(int(patience * 1000)), "DIALECT", "2")
    async with redis.pipeline(transaction=False) as pipe:
        for lookup in lookups:
            if lookup.words is not None:
                pipe.execute_command("FT.SEARCH", index, *_by_words(lookup), *common)
            if lookup.vector is not None:
                pipe.execute_command("FT.SEARCH", index, *_by_meaning(lookup, model), *common)
        answers = iter(await pipe.execute(raise_on_error=False))
    found = []
    for lookup in lookups:
        words = next(answers) if lookup.words is not None else []
        meaning = next(answers) if lookup.vector is not None else []
        if any(isinstance(answer, ResponseError) and is_missing_index(answer) for answer in (words, meaning)):
            return None
        found.append(_read(lookup, words, meaning))
    return found


def rank(lookup: Lookup, found: Found) -> Ranked:
    """The engine's two rankings as the one that was asked for."""
    if lookup.vector is None:
        mode, scores = SearchMode.KEYWORD, found.keyword
    elif lookup.query.mode is SearchMode.SEMANTIC:
        mode, scores = SearchMode.SEMANTIC, found.semantic
    else:
        mode = SearchMode.HYBRID
        scores = fuse(found.keyword, found.semantic, keyword_floor=0.0 if found.whole else None)
    if mode is not SearchMode.HYBRID:  # which is in order
        scores = dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
    others = (item for item in scores.items() if item[0] != lookup.without)
    page = islice(others, lookup.query.offset, lookup.query.offset + lookup.query.limit)
    if mode is SearchMode.HYBRID and not found.keyword:
        mode = SearchMode.SEMANTIC  # no paper has the words
    return Ranked(dict(page), mode, lookup.note)


def _by_words(lookup: Lookup) -> tuple[str, ...]:
    # Not outside the filter: said directly, a category or author would be scored like one more word.
    filters = f"-(-({lookup.filters})) " if lookup.filters else ""
    fields = ("RETURN", "1", "authors") if lookup.query.author is not None else ("NOCONTENT",)
    return (f"{filters}{lookup.words}", "SCORER", "BM25STD", "WITHSCORES", *fields, "LIMIT", "0", str(lookup.depth))


def _by_meaning(lookup: Lookup, model: str) -> tuple[str | bytes, ...]:
    assert lookup.vector is not None
    filters = f"({lookup.filters})" if lookup.filters else "*"
    expression = f"{filters}=>[KNN $k @{layout.vector_field(model)} $vector AS {_DISTANCE}]"
    parameters = ("PARAMS", "4", "k", str(lookup.depth), "vector", layout.pack_vector(lookup.vector))
    fields = (_DISTANCE, "authors") if lookup.query.author is not None else (_DISTANCE,)
    order = ("SORTBY", _DISTANCE, "ASC", "LIMIT", "0", str(lookup.depth))
    return (expression, *parameters, "RETURN", str(len(fields)), *fields, *order)


def _read(lookup: Lookup, words: Any, meaning: Any) -> Found:
    # Most of a search's time is spent here, on a thousand papers: columns are read faster than rows.
    author = lookup.query.author
    by_words, scores, *told = _columns(words, 2 if author is None else 3)
    by_meaning, fields = _columns(meaning, 2)
    keyword = dict(zip(by_words, map(float, scores), strict=True))
    # The engine answers how far vectors are apart: 1 - cosine.
    semantic = {i: 1 - float(_value(row, _DISTANCE_FIELD)) for i, row in zip(by_meaning, fields, strict=True)}
    if author is not None:
        theirs = {i for i, row in zip((*by_words, *by_meaning), (*told[0], *fields), strict=True) if _by(author, row)}
        keyword = {i: score for i, score in keyword.items() if i in theirs}
        semantic = {i: score for i, score in semantic.items() if i in theirs}
    return Found(keyword, semantic, whole=len(by_words) < lookup.depth)


def _by(author: str, fields: Sequence[bytes]) -> bool:
    return author_matches(author, layout.from_hash("", {b"authors": _value(fields, b"authors")}).authors)


def _value(fields: Sequence[bytes], name: bytes) -> bytes:
    """Of names and values by turns. Empty if it is not among them."""
    if fields and fields[0] == name:
        return fields[1]
    return dict(zip(fields[::2], fields[1::2], strict=True)).get(name, b"")


def _columns(answer: Any, count: int) -> "list[list[Any]]":
    """The papers' ids, and so many columns less one of what stands beside them, of FT.SEARCH's flat answer (RESP2)."""
    if isinstance(answer, ResponseError) and f"property `{_DISTANCE}` not loaded" in str(answer).lower():
        answer = []  # the index has words only, as yet
    if isinstance(answer, Exception):
        raise answer
    ids, *beside = (answer[place::count] for place in range(1, count + 1))
    return [keys.paper_ids(ids), *beside]
