"""How long one search takes at the size of a big installation, from query text to papers, encoder included.

The store holds real texts with made-up vectors (a random direction for each word); queries are titles of its papers.
``encoder_p50_ms`` is the part of the model. The limit is the encoder for short queries, the Query Engine's BM25 for
long ones.
"""

import time
from typing import Any

import numpy as np

from bench.corpus import corpus_name, islice_async, observations, papers
from bench.scratch import scratch_settings, used_memory
from papers.embedding import SentenceTransformerEncoder
from papers.ingestion import Ingestion
from papers.models import SearchMode
from papers.query import SearchQuery
from papers.redis.connection import open_redis
from papers.search import Search
from papers.store import PaperStore

_QUERIES = 200
_SMALL = 5_000
"""A small store: each paper brings more new words, and words cost most of the memory."""


async def run(count: int = 100_000) -> dict[str, Any]:
    """Measure on a store of ``count`` papers."""
    titles = [paper.title for paper in papers(count)][:: max(1, count // _QUERIES)][:_QUERIES]
    with scratch_settings() as settings:
        async with open_redis(settings) as redis:
            store = PaperStore(redis, settings)
            await store.ensure_index(dimension=384)
            empty = await used_memory(redis)
            start = time.perf_counter()
            seen = observations(count, embedded=True)
            first = await Ingestion(store, None).run(islice_async(seen, _SMALL))
            bytes_of_the_first = (await used_memory(redis) - empty) / first.new
            await Ingestion(store, None).run(seen)
            filling = time.perf_counter() - start
            bytes_per_paper = (await used_memory(redis) - empty) / count
            encoder = SentenceTransformerEncoder(settings.embedding.model)
            search = Search(redis, encoder, settings)
            await search.search(SearchQuery(text="warm up"))
            hybrid = await _latencies(search, titles, SearchMode.HYBRID)
            keyword = await _latencies(search, titles, SearchMode.KEYWORD)
            encoding = [await _encoding(encoder, title) for title in titles]
            encoder.close()
    return {
        "bench": "search",
        "papers": count,
        "corpus": corpus_name(),
        "queries": len(titles),
        "p50_ms": round(float(np.percentile(hybrid, 50)), 1),
        "p95_ms": round(float(np.percentile(hybrid, 95)), 1),
        "keyword_p50_ms": round(float(np.percentile(keyword, 50)), 1),
        "keyword_p95_ms": round(float(np.percentile(keyword, 95)), 1),
        "encoder_p50_ms": round(float(np.percentile(encoding, 50)), 1),
        "bytes_per_paper": round(bytes_per_paper),
        f"bytes_per_paper_at_{first.new}": round(bytes_of_the_first),
        "filled_papers_per_s": round(count / filling),
        "vector_index": settings.search.vector_index,
        "limit": "the encoder, then BM25 over long queries",
    }


async def _latencies(search: Search, texts: list[str], mode: SearchMode) -> list[float]:
    """Milliseconds of each search, one after another."""
    taken = []
    for text in texts:
        start = time.perf_counter()
        await search.search(SearchQuery(text=text, mode=mode))
        taken.append(1000 * (time.perf_counter() - start))
    return taken


async def _encoding(encoder: SentenceTransformerEncoder, text: str) -> float:
    start = time.perf_counter()
    await encoder.encode([text])
    return 1000 * (time.perf_counter() - start)
