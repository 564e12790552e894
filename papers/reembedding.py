"""Gives vectors of the configured model to papers that have none: after a model change, or after an ingestion
by a process without the model. When none is left, the old model's index and vectors go."""

from collections.abc import Callable, Sequence

from papers import layout
from papers.encoder import Encoder
from papers.store import PaperStore

BATCH = 128


async def embed_missing(
    store: PaperStore, encoder: Encoder, *, on_progress: Callable[[int], None] | None = None
) -> int:
    """Embed every paper without a vector; returns how many. May be stopped and started again at any time."""
    done = 0
    batch: list[str] = []
    async for paper_id in store.ids_without_vector():
        batch.append(paper_id)
        if len(batch) == BATCH:
            done += await _embed(store, encoder, batch)
            batch = []
            if on_progress:
                on_progress(done)
    done += await _embed(store, encoder, batch)
    await store.retire_other_models()
    return done


async def _embed(store: PaperStore, encoder: Encoder, ids: Sequence[str]) -> int:
    papers = await store.get_many(ids)
    if not papers:
        return 0
    vectors = await encoder.encode([layout.embedding_text(paper) for paper in papers.values()])
    await store.ensure_index(dimension=vectors.shape[1])
    await store.write_vectors(papers, dict(zip(papers, vectors, strict=True)))
    return len(papers)
