"""Made-up topics to measure with: mixtures of what real papers are about, a tenth of them with rules."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from bench.corpus import papers, word_vector
from papers import keys, layout
from papers.delivery_models import Kind
from papers.following import FollowedAuthor, Subscription, TopicOptions
from papers.layout import Vector
from papers.models import Paper
from papers.schedule import Schedule

if TYPE_CHECKING:
    from redis.asyncio import Redis

MATCHED = 0.003
"""The part of the papers that a topic matches, of itself."""
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_BLOCK = 1000
_EXCLUDED = ("survey", "benchmark", "reinforcement learning", "images", "large language models")


def paper_vectors(chosen: Sequence[Paper]) -> Vector:
    """float32[len(chosen), 384]."""
    return np.stack([word_vector(layout.embedding_text(paper)) for paper in chosen])


async def store_topics(redis: "Redis", model: str, count: int, matched: Sequence[Paper]) -> None:
    """Write ``count`` topics as their keeper does. Thresholds let each match some 0.3 % of the papers ``matched``."""
    field = layout.vector_field(model)
    number = 0
    for vectors, thresholds in _blocks(count, paper_vectors(matched)):
        async with redis.pipeline(transaction=False) as pipe:
            for vector, threshold in zip(vectors, thresholds, strict=True):
                number += 1
                topic = subscription(number, float(threshold), matched)
                row = {"data": topic.model_dump_json(), field: layout.pack_vector(vector)}
                pipe.hset(keys.subscription(topic.id), mapping=row)  # type: ignore[arg-type]
                pipe.zadd(keys.TOPICS, {topic.id: number})
            pipe.set(keys.TOPICS_REVISION, number)
            await pipe.execute()


def subscription(number: int, threshold: float, matched: Sequence[Paper]) -> Subscription:
    """Topic ``number``; each tenth has an excluded word, categories or an author."""
    rules: dict[str, object] = {}
    if number % 10 == 0:
        choices: tuple[dict[str, object], ...] = (
            {"excluded": (_EXCLUDED[number % len(_EXCLUDED)],)},
            {"categories": ("cs.LG", "stat")},
            {"authors": (FollowedAuthor(name=matched[number % len(matched)].authors[0]),)},
        )
        rules = choices[number // 10 % 3]
    return Subscription(
        id=f"topic{number:07d}",
        kind=Kind.TOPICS,
        owner=f"user:{number // 10}",
        destination=f"console:{number // 10}",
        feed=f"feed{number // 10:020d}",
        schedule=Schedule(),
        created=_MADE,
        topic=TopicOptions(text="made up", threshold=round(threshold, 4), **rules),
    )


def _blocks(count: int, matched: Vector) -> Iterator[tuple[Vector, Vector]]:
    """float32[n, 384] of unit length, and the threshold of each."""
    rng = np.random.default_rng(11)
    titles = np.stack([word_vector(paper.title) for paper in random.Random(11).sample(list(papers(3000)), 1000)])
    wanted = max(1, round(MATCHED * len(matched)))
    for start in range(0, count, _BLOCK):
        mixed = rng.dirichlet((0.3,) * 3, min(_BLOCK, count - start)).astype(np.float32)
        chosen = titles[rng.integers(0, len(titles), mixed.shape)]
        vectors = np.einsum("tk,tkd->td", mixed, chosen)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        scores = vectors @ matched.T
        yield vectors, np.partition(scores, -wanted, axis=1)[:, -wanted]
