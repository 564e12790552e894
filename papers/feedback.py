"""Relevance feedback: a topic's vector moves towards what is wanted and away from what is not. Pure.

Rocchio's formula (J. J. Rocchio, Relevance feedback in information retrieval, 1971; Manning, Raghavan and Schütze,
Introduction to Information Retrieval, 2008, section 9.1.1):

    q' = α q + β mean(liked) − γ mean(disliked)      α = 1

Its usual weights, β = 0.75 and γ = 0.15, are for ranking. Against a threshold they fail: abstracts are much nearer to
one another than to a few words, so a single liked paper made a topic of 15 papers one of 85, and a single disliked one
left 5 (recorded months, 10 topics). So most of what all papers have in common, their mean, is taken from each paper
first; with the weights below a thumb up adds four papers of the liked one's kind to fifteen, a thumb down takes five.

Words that a topic's text says it is not about (papers/topic_text.py) are taken away in the same manner, with a weight
of their own: of 0 to 1 the one at which the best 15 papers of 12 topics held most of what was wanted.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from papers.layout import Vector
from papers.models import Frozen

BETA = 0.2
GAMMA = 0.15
GAMMA_WORDS = 0.4
IN_COMMON = 0.8
"""How much of the papers' mean is taken from each."""


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
    usual: Vector | None = None,
    gamma_words: float = GAMMA_WORDS,
) -> Vector:
    """float32[dim] of unit length; all vectors given are float32[dim] of unit length, but ``usual``.

    ``unwanted`` are vectors of words, ``liked`` and ``disliked`` of papers; ``usual`` is the mean of many papers.
    """
    total = base.astype(np.float64)
    if len(unwanted):
        total -= gamma_words * np.mean(unwanted, axis=0, dtype=np.float64)
    in_common = 0.0 if usual is None else IN_COMMON * usual.astype(np.float64)
    for weight, papers in ((BETA, liked), (-GAMMA, disliked)):
        if len(papers):
            total += weight * (np.mean(papers, axis=0, dtype=np.float64) - in_common)
    length = float(np.linalg.norm(total))
    # Nothing is left only if a topic is taken back word for word; then it stays what it was.
    return np.asarray(total / length if length > 1e-6 else base, np.float32)


def effect(
    before: Vector, after: Vector, papers: Mapping[str, Vector], threshold: float, new_threshold: float | None = None
) -> Effect:
    """What changes among these papers, by id, when a topic's vector goes from ``before`` to ``after``.

    ``new_threshold`` is that of ``after``, if it is another.
    """
    then = threshold if new_threshold is None else new_threshold
    if not papers:
        return Effect()
    ids, matrix = list(papers), np.stack(list(papers.values()))
    was, now = matrix @ before, matrix @ after

    def best(chosen: np.ndarray, scores: Vector) -> tuple[str, ...]:
        return tuple(ids[i] for i in sorted(np.flatnonzero(chosen), key=lambda i: (-scores[i], ids[i])))

    return Effect(
        added=best((now >= then) & (was < threshold), now),
        dropped=best((was >= threshold) & (now < then), was),
    )
