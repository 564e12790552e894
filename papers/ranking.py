"""One search as the Query Engine answers it: what is asked, how its answers are read, how they become one ranking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    page = [item for item in scores.items() if item[0] != lookup.without][lookup.query.offset :][: lookup.query.limit]
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
    by_words = list(_documents(words, scored=True, with_fields=lookup.query.author is not None))
    # The engine answers how far vectors are apart: 1 - cosine.
    nearest = _documents(meaning, scored=False, with_fields=True)
    by_meaning = [(i, 1 - float(fields[_DISTANCE.encode()]), fields) for i, _, fields in nearest]
    return Found(
        keyword=_of_author(lookup.query.author, by_words),
        semantic=_of_author(lookup.query.author, by_meaning),
        whole=len(by_words) < lookup.depth,
    )


def _of_author(author: str | None, rows: Iterable[tuple[str, float, Mapping[bytes, bytes]]]) -> dict[str, float]:
    return {
        paper_id: score
        for paper_id, score, fields in rows
        if author is None or author_matches(author, _authors(fields.get(b"authors", b"")))
    }


def _documents(answer: Any, *, scored: bool, with_fields: bool) -> Iterable[tuple[str, float, Mapping[bytes, bytes]]]:
    """``(paper id, score or 0, fields)`` of an FT.SEARCH answer, in RESP2's flat list or RESP3's map."""
    if isinstance(answer, ResponseError) and f"property `{_DISTANCE}` not loaded" in str(answer).lower():
        # The index has words only, as yet.
        return
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Mapping):
        for one in answer[b"results"]:
            yield _paper_id(one[b"id"]), float(one.get(b"score", 0)), one.get(b"extra_attributes", {})
        return
    rows = iter(answer[1:] if answer else ())
    for key in rows:
        score = float(next(rows)) if scored else 0.0
        fields = next(rows) if with_fields else ()
        yield _paper_id(key), score, dict(zip(fields[::2], fields[1::2], strict=True))


def _paper_id(key: bytes) -> str:
    return keys.paper_id(key.decode())


def _authors(raw: bytes) -> tuple[str, ...]:
    return layout.from_hash("", {b"authors": raw}).authors
