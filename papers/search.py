"""Search: by words (BM25) and by meaning (nearest vectors), fused. Reads papers, never writes them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from papers import keys, layout
from papers.encoder import Encoder
from papers.errors import EncoderUnavailable, NotFound
from papers.filters import filter_expression
from papers.identity import canonical_id
from papers.index import ensure_index, index_state
from papers.layout import Vector
from papers.models import Paper, SearchHit, SearchMode, SearchResult
from papers.query import SearchQuery, clean_text, keyword_expression
from papers.ranking import Found, Lookup, Ranked, look_up, rank
from papers.reader import PaperReader
from papers.settings import Settings

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["Search", "SearchQuery"]

DEPTH = 500
"""Papers that each of the two rankings contributes, at least: what recall and scores gain beyond is small."""
_BATCH = 32
_INDEX_PAUSE, _INDEX_LOOKS = 0.05, 60
_NOT_EMBEDDED = "no paper is embedded by this model yet, so this is a search by words only"


class Search:
    """Searches the papers of one store with the vectors of one model.

    ``encoder`` may be None: then every search is one by words, and says so. Methods raise BadInput for a query that
    cannot be understood, and redis-py's errors.
    """

    def __init__(self, redis: "Redis", encoder: Encoder | None, settings: Settings) -> None:
        self._redis = redis
        self._reader = PaperReader(redis)
        self._encoder = encoder
        self._settings = settings
        self._model = encoder.model if encoder else settings.embedding.model

    async def search(self, query: SearchQuery) -> SearchResult:
        """The best papers for one query: 3 round trips at most, the query's embedding included."""
        return (await self.search_many([query]))[0]

    async def search_many(self, queries: Sequence[SearchQuery]) -> list[SearchResult]:
        """A result for each query, in order; all are encoded together, and each paper is read once."""
        ranked = await self.rank_many(queries)
        papers = await self._reader.get_many({paper_id for one in ranked for paper_id in one.scores})
        return [_result(one, papers) for one in ranked]

    async def rank_many(self, queries: Sequence[SearchQuery]) -> list[Ranked]:
        """As ``search_many``, but only ids and scores."""
        texts = [clean_text(query.text) for query in queries]
        filters = [filter_expression(query) for query in queries]
        vectors, note = await self._encode([t for t, q in zip(texts, queries, strict=True) if _wants_vector(q)])
        waiting = iter(vectors)
        lookups = [
            Lookup(
                query=query,
                words=None if query.mode is SearchMode.SEMANTIC and note is None else keyword_expression(text),
                vector=next(waiting) if _wants_vector(query) and note is None else None,
                filters=narrowed,
                depth=max(DEPTH, query.offset + query.limit),
                note=note if _wants_vector(query) else None,
            )
            for query, text, narrowed in zip(queries, texts, filters, strict=True)
        ]
        return await self._run(lookups)

    async def similar(self, paper_id: str, limit: int = 10) -> SearchResult:
        """The papers whose vectors are nearest to a paper's, itself left out; by the words of its title if it has none.

        Raises NotFound.
        """
        wanted = canonical_id(paper_id)
        field = layout.vector_field(self._model)
        row: list[bytes | None] = await self._redis.execute_command("HMGET", keys.paper(wanted), "title", field)
        title, raw = row
        if title is None:
            raise NotFound(f"no paper {paper_id[:100]!r} here; `paperboy search` finds papers by words")
        query = SearchQuery(text=title.decode("utf-8", "replace"), limit=limit, mode=SearchMode.SEMANTIC)
        lookup = Lookup(
            query=query,
            words=None if raw else keyword_expression(query.text),
            vector=layout.unpack_vector(raw) if raw else None,
            filters=None,
            depth=max(DEPTH, limit + 1),
            note=None if raw else "this paper is not embedded yet, so these are found by the words of its title",
            without=wanted,
        )
        ranked = (await self._run([lookup]))[0]
        return _result(ranked, await self._reader.get_many(ranked.scores))

    async def _encode(self, texts: Sequence[str]) -> tuple[Sequence[Vector], str | None]:
        """Vectors of the texts, or a sentence why there are none."""
        if not texts:
            return [], None
        if self._encoder is None:
            return [], "there is no embedding model here, so this is a search by words only"
        try:
            return list(await self._encoder.encode(texts)), None
        except EncoderUnavailable as error:
            return [], f"searched by words only: {error}"

    async def _run(self, lookups: Sequence[Lookup]) -> list[Ranked]:
        ranked: list[Ranked] = []
        for start in range(0, len(lookups), _BATCH):
            batch = list(lookups[start : start + _BATCH])
            found = await self._look_up(batch)
            second = {i: again for i in range(len(batch)) if (again := _second_try(batch[i], found[i]))}
            for i, better in zip(second, await self._look_up(list(second.values())), strict=True):
                batch[i], found[i] = second[i], better
            ranked += [rank(lookup, one) for lookup, one in zip(batch, found, strict=True)]
        return ranked

    async def _look_up(self, lookups: Sequence[Lookup]) -> list[Found]:
        if not lookups:
            return []
        # The engine is to answer before the client takes it for dead.
        patience = 0.8 * self._settings.redis.timeout
        found = await look_up(self._redis, self._model, lookups, patience)
        if found is None:
            await self._make_index()
            found = await look_up(self._redis, self._model, lookups, patience)
        return [Found()] * len(lookups) if found is None else found

    async def _make_index(self) -> None:
        """After a change of the model, until a worker embeds: words are found meanwhile. Waits until it is filled."""
        await ensure_index(self._redis, self._model, None, self._settings)
        for _ in range(_INDEX_LOOKS):
            state = await index_state(self._redis, self._model)
            if state is None or state.percent >= 100:
                return
            await asyncio.sleep(_INDEX_PAUSE)
        # A large store: what is indexed so far is searched.


def _wants_vector(query: SearchQuery) -> bool:
    return query.mode is not SearchMode.KEYWORD


def _second_try(lookup: Lookup, found: Found) -> Lookup | None:
    """What is asked when the first answer is poor: by words alone if no vector is stored, then for other forms."""
    if lookup.vector is not None and not found.semantic and lookup.filters is None:
        words = keyword_expression(lookup.query.text, inflected=True)
        return replace(lookup, vector=None, words=words, note=_NOT_EMBEDDED)
    if lookup.vector is None and len(found.keyword) < lookup.query.offset + lookup.query.limit:
        words = keyword_expression(lookup.query.text, inflected=True)
        return replace(lookup, words=words) if words != lookup.words else None
    return None


def _result(ranked: Ranked, papers: dict[str, Paper]) -> SearchResult:
    hits = [SearchHit(paper=papers[i], score=score) for i, score in ranked.scores.items() if i in papers]
    return SearchResult(hits=tuple(hits), mode=ranked.mode, note=ranked.note)
