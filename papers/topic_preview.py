"""What a topic would have brought in the last week, so that its threshold is chosen by looking."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from papers.authors import Homonym, homonyms
from papers.following import TopicOptions
from papers.layout import Vector
from papers.models import Frozen, Paper, SearchHit
from papers.recent import newest, stored_vectors
from papers.store import PaperStore
from papers.topic_rules import Facts, Rules, allows
from papers.topics import AUTHOR_SCORE

SPAN = timedelta(days=7)
EXAMPLES = 10
THRESHOLDS = tuple(round(0.25 + 0.05 * step, 2) for step in range(10))
A_DAY = 2.0
"""Papers a day that a topic should bring at most, if nothing else is said."""
LOWEST, USUAL, HIGHEST = 0.30, 0.45, 0.65
"""Thresholds: below the first papers only share a field, above the last only a paper and its own title agree."""
FEWEST = 50
"""With fewer papers than this, what a week brings is not known, and USUAL is suggested."""
_PAGE = 200


class Preview(Frozen):
    """A look at the last week through one topic."""

    examples: tuple[SearchHit, ...]
    """The best ten, whatever the threshold."""
    a_day: Mapping[float, float]
    """Threshold -> how many papers a day would have come; empty if only authors are followed."""
    looked_at: int
    """How many papers of that week are known."""
    days: float
    """Of how much of the week there are papers: between 1 and 7."""
    threshold: float
    """The suggested one."""
    homonyms: Mapping[str, tuple[Homonym, ...]] = {}
    """Followed author -> the people of that name among the papers looked at, where these are several."""


async def papers_of_the_week(store: PaperStore, at: datetime, *, most: int) -> tuple[list[Paper], Mapping[str, Vector]]:
    """Papers published or listed in (at − 7 days, at], or first seen then if neither is known; and their vectors.

    The newest, if there are more than ``most``. Read in pages, so that a process that answers people goes on to.
    """
    # The index knows one date of each, mostly that of publication: what was listed now came out some days before.
    ids = await newest(store, store.model, since=at - 2 * SPAN, until=at, most=most)
    papers: list[Paper] = []
    vectors: dict[str, Vector] = {}
    for start in range(0, len(ids), _PAGE):
        found = (await store.get_many(ids[start : start + _PAGE])).values()
        recent = [paper for paper in found if is_of_the_week(paper, at)]
        vectors |= await stored_vectors(store, store.model, [paper.id for paper in recent])
        papers += recent
    return papers, vectors


def look(
    topic: TopicOptions, vector: Vector | None, papers: Sequence[Paper], vectors: Mapping[str, Vector], at: datetime
) -> Preview:
    """The preview of these papers. Pure."""
    rules = Rules.of(topic)
    fitting = [paper for paper in papers if rules is None or allows(rules, Facts(paper))]
    if vector is None:
        scores = {paper.id: AUTHOR_SCORE for paper in fitting} if topic.authors else {}
    else:
        known = [paper.id for paper in fitting if paper.id in vectors]
        matrix = np.stack([vectors[i] for i in known]) if known else np.empty((0, len(vector)), np.float32)
        scores = dict(zip(known, (matrix @ vector).tolist(), strict=True))
    by_id = {paper.id: paper for paper in papers}
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    days = _days(papers, at)
    people = {author.name: tuple(homonyms(author.name, papers)) for author in topic.authors}
    return Preview(
        examples=tuple(SearchHit(paper=by_id[i], score=score) for i, score in best[:EXAMPLES]),
        a_day={} if vector is None else {t: sum(s >= t for s in scores.values()) / days for t in THRESHOLDS},
        looked_at=len(papers),
        days=days,
        threshold=suggested_threshold([score for _, score in best], len(papers), days),
        homonyms={name: found for name, found in people.items() if len(found) > 1},
    )


def suggested_threshold(scores: Sequence[float], looked_at: int, days: float) -> float:
    """The lowest threshold, to two digits, at which at most two papers a day come; ``scores`` best first."""
    if looked_at < FEWEST:
        return USUAL
    most = int(A_DAY * days)
    # Just above the best of those that are too many.
    too_many = scores[most] if len(scores) > most else LOWEST
    return min(max(math.floor(too_many * 100 + 1) / 100, LOWEST), HIGHEST)


def is_of_the_week(paper: Paper, at: datetime) -> bool:
    """Whether it became known in (at − 7 days, at]."""
    dates = [date for date in (paper.published, paper.listed) if date is not None]
    return any(at - SPAN < date <= at for date in dates or ([paper.first_seen] if paper.first_seen else []))


def _days(papers: Sequence[Paper], at: datetime) -> float:
    """From the first of these papers until ``at``, but no less than a day, and no more than the week."""
    dates = [date for paper in papers for date in (paper.published, paper.listed) if date and date > at - SPAN]
    span = at - min(dates, default=at - SPAN)
    return min(max(span / timedelta(days=1), 1.0), SPAN / timedelta(days=1))
