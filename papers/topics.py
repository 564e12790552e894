"""New papers against all topics at once: one matrix product a block of topics, then a closer look at what it leaves.

A pair of topic and paper is looked at one by one only if its similarity reaches the topic's threshold and the topic
has rules (papers/topic_rules.py); everything else is done on whole columns. Pure.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from papers.layout import Vector
from papers.models import Paper
from papers.news import news_name
from papers.topic_columns import TopicColumns
from papers.topic_rules import Facts, allows

TOPICS, PAPERS = 512, 1024
"""Rows and columns of the block of similarities held at once: 2 MB, which a processor's cache still holds when they
are compared with the thresholds."""
AUTHOR_SCORE = 1.0
"""Of a followed author's paper, which is no similarity."""


@dataclass(frozen=True)
class Arrival:
    """A paper that is news: a new one, or a new version."""

    paper: Paper
    seen: float
    """When it, or its new version, was first seen: seconds since 1970."""
    revision: bool = False

    @property
    def name(self) -> str:
        """What this piece of news is called: a revision of a paper that was told of is told of again."""
        return news_name(self.paper.id, self.paper.version if self.revision else None)


class TopicMatch(NamedTuple):
    """A tuple, since one look brings hundreds of thousands."""

    topic: str
    feed: str
    paper: str
    """The arrival's name: its id, or id and version of a revision."""
    score: float


def match(topics: TopicColumns, arrivals: Sequence[Arrival], vectors: Vector) -> list[TopicMatch]:
    """Which arrivals match which topics, in no order.

    ``vectors``: float32[len(arrivals), dim] of unit length; a row of NaN matches no words, only authors. A topic
    matches what was first seen at the moment it was made or later.
    """
    with _without_garbage_collection():
        return _match(topics, arrivals, vectors)


def _match(topics: TopicColumns, arrivals: Sequence[Arrival], vectors: Vector) -> list[TopicMatch]:
    found: list[TopicMatch] = []
    facts = [Facts(arrival.paper) for arrival in arrivals]
    seen = np.array([arrival.seen for arrival in arrivals], np.float64)
    revised = np.array([arrival.revision for arrival in arrivals], np.bool_)
    ids = np.array([arrival.name for arrival in arrivals], object)
    for pairs in chain(_similar(topics, vectors), _by_author(topics, facts)):
        fit = topics.created[pairs.rows] <= seen[pairs.columns]
        fit &= topics.revisions[pairs.rows] | ~revised[pairs.columns]
        closer = np.flatnonzero(fit & topics.ruled[pairs.rows])
        to_look_at = zip(pairs.rows[closer].tolist(), pairs.columns[closer].tolist(), strict=True)
        fit[closer] = [allows(topics.rules[row], facts[column]) for row, column in to_look_at]
        rows, columns = pairs.rows[fit], pairs.columns[fit]
        parts = (topics.ids[rows], topics.feeds[rows], ids[columns], pairs.scores[fit])
        # As TopicMatch(…) does, but hundreds of thousands of times without a call of Python's.
        found += map(tuple.__new__, repeat(TopicMatch), zip(*(part.tolist() for part in parts), strict=True))
    return found


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """The collector would walk through the whole process again and again, as it does for every so many new tuples: it
    took a quarter of the time, and there is no garbage in cycles to be found."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Pairs(NamedTuple):
    """Topics and papers that may go together, side by side."""

    rows: npt.NDArray[np.intp]
    """Of topics."""
    columns: npt.NDArray[np.intp]
    """Of papers."""
    scores: Vector


def _similar(topics: TopicColumns, vectors: Vector) -> Iterator[_Pairs]:
    """Where the similarity reaches the topic's threshold, block by block."""
    if topics.dimension != vectors.shape[1]:
        return  # on one side nothing is embedded yet
    for left in range(0, len(vectors), PAPERS):
        papers = np.ascontiguousarray(vectors[left : left + PAPERS].T)
        width = papers.shape[1]
        block = np.empty((min(TOPICS, topics.size), width), np.float32)
        for top in range(0, topics.size, TOPICS):
            bottom = min(top + TOPICS, topics.size)
            scores = np.matmul(topics.vectors[top:bottom], papers, out=block[: bottom - top])
            places = np.flatnonzero(scores >= topics.thresholds[top:bottom, None])
            rows, columns = np.divmod(places, width)
            yield _Pairs(rows + top, columns + left, scores.ravel()[places])


def _by_author(topics: TopicColumns, facts: Sequence[Facts]) -> Iterator[_Pairs]:
    """Topics that follow authors only, and papers of that name; whether it is really they is left to the rules."""
    pairs = sorted(
        {
            (row, column)
            for column, paper in enumerate(facts if topics.by_author else ())
            for key in paper.author_keys
            for row in topics.by_author.get(key, ())
        }
    )
    if pairs:
        rows, columns = np.array(pairs, np.intp).T
        yield _Pairs(rows, columns, np.full(len(pairs), AUTHOR_SCORE, np.float32))
