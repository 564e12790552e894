"""Embeddings of queries, kept in Redis for a while: the same question is embedded once."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from papers import keys, layout
from papers.layout import Vector

if TYPE_CHECKING:
    from redis.asyncio import Redis


def cache_key(model: str, text: str) -> str:
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return keys.query_embedding(layout.model_slug(model), digest)


async def recall(redis: "Redis", model: str, texts: Sequence[str]) -> tuple[dict[str, Vector], bool]:
    """The vectors that are kept, by text, and whether a worker embeds with this model: one round trip."""
    async with redis.pipeline(transaction=False) as pipe:
        for text in texts:
            pipe.get(cache_key(model, text))
        pipe.exists(keys.embed_alive(layout.model_slug(model)))
        *kept, alive = await pipe.execute()
    return {t: layout.unpack_vector(raw) for t, raw in zip(texts, kept, strict=True) if raw is not None}, bool(alive)


async def keep_vectors(redis: "Redis", model: str, vectors: Mapping[str, Vector], seconds: int) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        for text, vector in vectors.items():
            pipe.set(cache_key(model, text), layout.pack_vector(vector), ex=seconds)
        await pipe.execute()
