"""How near ingestion comes to the bare encoder, and what a second ingestion of the same costs.

The limit is the encoder: ``ratio_to_encoder`` is the time it takes alone, with its library's defaults, divided by
the time that ingestion of the same texts takes; goal 0.9 or more.
"""

import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from bench.corpus import corpus_name, observations, papers
from bench.scratch import scratch_settings
from papers import layout
from papers.embedding import SentenceTransformerEncoder, load_model
from papers.ingestion import Ingestion, at_hand
from papers.models import IngestReport
from papers.redis.connection import open_redis
from papers.store import PaperStore

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WARM_UP = 32


async def run(count: int = 1000) -> dict[str, Any]:
    """Measure with ``count`` papers, in a Redis of its own."""
    texts = [layout.embedding_text(paper) for paper in papers(count)]
    with scratch_settings() as settings:
        encoder = SentenceTransformerEncoder(settings.embedding.model, batch_size=settings.embedding.batch_size)
        bare_model = load_model(settings.embedding.model)
        _bare(bare_model, texts[:WARM_UP])
        await encoder.encode(texts[:WARM_UP])
        async with open_redis(settings) as redis:
            store = PaperStore(redis, settings)
            await store.ensure_index(dimension=await encoder.dimension())
            # Each half before and after ingestion, so that a machine that slows down slows both.
            first_half = _bare(bare_model, texts[: count // 2])
            seen = [observation async for observation in observations(count, embedded=False)]
            ingest = await _timed(Ingestion(store, encoder).run(at_hand(seen)))
            second_half = _bare(bare_model, texts[count // 2 :])
            again = await _timed(Ingestion(store, encoder).run(at_hand(seen)))
        encoder.close()
    bare = first_half + second_half
    return {
        "bench": "ingest",
        "papers": count,
        "corpus": corpus_name(),
        "encoder_papers_per_s": round(count / bare, 1),
        "ingest_papers_per_s": round(count / ingest, 1),
        "ratio_to_encoder": round(bare / ingest, 3),
        "again_papers_per_s": round(count / again),
        "again_times_faster": round(ingest / again, 1),
        "limit": "the encoder",
    }


def _bare(model: "SentenceTransformer", texts: list[str]) -> float:
    """Seconds that the library's encode() takes with its defaults."""
    start = time.perf_counter()
    model.encode(texts, show_progress_bar=False)
    return time.perf_counter() - start


async def _timed(work: Awaitable[IngestReport]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start
