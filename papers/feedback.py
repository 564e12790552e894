"""Relevance feedback: a topic's vector moves towards what is wanted and away from what is not. Pure.

Rocchio's formula (J. J. Rocchio, Relevance feedback in information retrieval, 1971; Manning, Raghavan and Schütze,
Introduction to Information Retrieval, 2008, section 9.1.1 and its weights):

    q' = α q + β mean(liked) − γ mean(disliked)      α = 1, β = 0.75, γ = 0.15

Words that a topic's text says it is not about (papers/topic_text.py) are taken away in the same manner, with a weight
of their own.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from papers.layout import Vector
from papers.models import Frozen

BETA = 0.75
GAMMA = 0.15
GAMMA_WORDS = 0.4


class Effect(Frozen):
    """What a change of a topic's vector or threshold does to what it matches, best matches first."""

    added: tuple[str, ...] = ()
    """Ids of papers that match now and did not before."""
    dropped: tuple[str, ...] = ()
    """Ids of papers that match no more."""


def topic_vector(
    base: Vector,
    unwanted: Sequence[Vector] = (),
    liked: Sequence[Vector] = (),
    disliked: Sequence[Vector] = (),
    *,
    gamma_words: float = GAMMA_WORDS,
) -> Vector:
    """float32[dim] of unit length; all vectors given are float32[dim] of unit length.

    ``unwanted`` are vectors of words, ``liked`` and ``disliked`` of papers.
    """
    total = base.astype(np.float64)
    for weight, vectors in ((-gamma_words, unwanted), (BETA, liked), (-GAMMA, disliked)):
        if len(vectors):
            total = total + weight * np.mean(vectors, axis=0, dtype=np.float64)
    length = float(np.linalg.norm(total))
    # Nothing is left only if a topic is taken back word for word; then it stays what it was.
    return np.asarray(total / length if length > 1e-6 else base, np.float32)


def effect(before: Vector, after: Vector, papers: Mapping[str, Vector], threshold: float) -> Effect:
    """What changes among these papers, by id, when a topic's vector goes from ``before`` to ``after``."""
    if not papers:
        return Effect()
    ids, matrix = list(papers), np.stack(list(papers.values()))
    was, now = matrix @ before, matrix @ after

    def best(chosen: np.ndarray, scores: Vector) -> tuple[str, ...]:
        return tuple(ids[i] for i in sorted(np.flatnonzero(chosen), key=lambda i: (-scores[i], ids[i])))

    return Effect(
        added=best((now >= threshold) & (was < threshold), now),
        dropped=best((was >= threshold) & (now < threshold), was),
    )
