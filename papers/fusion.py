"""Two rankings of the same papers into one, by the sum of their standard scores.

Each ranking's scores are shifted and scaled to mean 0 and variance 1 over the papers that either ranking found, and
added with equal weight: the Z-score normalization compared in M. Montague and J. A. Aslam, "Relevance Score
Normalization for Metasearch" (CIKM 2001), as one convex combination of S. Bruch, S. Gai and A. Ingber, "An Analysis
of Fusion Functions for Hybrid Retrieval" (ACM TOIS 42(1), 2023, arXiv:2210.11934). Unlike reciprocal ranks it keeps
how far apart the scores are: a paper that alone has the query's rare words stays ahead.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt


def fuse(
    keyword: Mapping[str, float], semantic: Mapping[str, float], *, keyword_floor: float | None = 0.0
) -> dict[str, float]:
    """Fused score by id, best first; equal scores are ordered by id.

    A score says how far a paper is ahead of the last one, in standard deviations: the last has 0.
    ``keyword_floor`` is what a paper absent from ``keyword`` scores there: 0 if the ranking is whole, None if it was
    cut at some depth, where its lowest score is the most that the others can have. Absent from ``semantic``, a paper
    takes that ranking's lowest score.
    """
    candidates = [*keyword, *(paper for paper in semantic if paper not in keyword)]
    if not candidates:
        return {}
    floor = min(keyword.values(), default=0.0) if keyword_floor is None else keyword_floor
    lowest = min(semantic.values(), default=0.0)
    words = _standardized([keyword.get(paper, floor) for paper in candidates])
    meaning = _standardized([semantic.get(paper, lowest) for paper in candidates])
    fused = (words + meaning) / 2
    behind = -(fused - fused.min())  # in order, the best come first, equal ones by id
    return {paper: -score for score, paper in sorted(zip(behind.tolist(), candidates, strict=True))}


def _standardized(values: list[float]) -> npt.NDArray[np.float64]:
    """Mean 0 and variance 1; all 0 where the scores do not differ."""
    scores = np.asarray(values)
    mean, spread = scores.mean(), scores.std()
    # Below this, differences are rounding errors.
    return (scores - mean) / spread if spread > 1e-9 * max(1.0, abs(mean)) else np.zeros_like(scores)
