"""A person's thumbs on what a topic brought: each one is kept, and can be taken back. Pure."""

import math
from datetime import datetime

import numpy as np

from papers.errors import BadInput
from papers.following import Feedback, TopicOptions
from papers.layout import Vector

MOST = 100
"""Thumbs kept of a topic: older ones hardly move it any more."""
STEP = 0.1
"""How far one thumb moves the threshold at most: one of a stranger's paper must not open a topic to everything."""
_PLACES = 10_000


def with_thumb(topic: TopicOptions, paper: str, *, wanted: bool, at: datetime) -> TopicOptions:
    """The topic with a thumb up or down on a paper. What was said of it before is kept, for whoever takes this back."""
    thumbs = (*topic.feedback, Feedback(paper=paper, wanted=wanted, at=at, threshold=topic.threshold))[-MOST:]
    return topic.model_copy(update={"feedback": thumbs})


def last_words(topic: TopicOptions) -> dict[str, bool]:
    """Whether more like it is wanted, of each paper: the last word on a paper counts."""
    return {one.paper: one.wanted for one in topic.feedback}


def undone(topic: TopicOptions) -> TopicOptions:
    """The topic as it was before its last thumb. Raises BadInput if it has none."""
    if not topic.feedback:
        raise BadInput("nothing to undo: no paper of this topic was rated")
    last = topic.feedback[-1]
    threshold = topic.threshold if last.threshold is None else last.threshold
    return topic.model_copy(update={"feedback": topic.feedback[:-1], "threshold": threshold})


def adjusted_threshold(threshold: float, before: Vector, after: Vector, *, wanted: bool, rated: float) -> float:
    """The threshold that makes a thumb up wider and a thumb down narrower, whatever the moved vector does.

    ``before`` and ``after``: float32[n], similarities of recent papers with the topic as it was and as it is moved;
    ``rated`` is the moved topic's with the paper that got the thumb. After a thumb up at least one paper more
    matches, the rated one among them; after a thumb down one less, and not the rated one. Moves by ``STEP`` at most.
    """
    matched = int((before >= threshold).sum())
    best = np.sort(after)[::-1]
    if wanted:
        next_one = float(best[matched]) if matched < len(best) else threshold
        return max(math.floor(min(threshold, next_one, rated) * _PLACES) / _PLACES, threshold - STEP, -1.0)
    last_one = float(best[matched - 1]) if 0 < matched <= len(best) else -1.0
    return min(max(threshold, (math.floor(max(last_one, rated) * _PLACES) + 1) / _PLACES), threshold + STEP, 1.0)
