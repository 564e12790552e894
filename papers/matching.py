"""New papers matched with what is followed: from the list of arrivals, through the topics, into the inboxes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import numpy as np

from papers import arrivals
from papers.arrivals import Waiting
from papers.layout import Vector
from papers.models import Paper
from papers.recent import stored_vectors
from papers.store import PaperStore
from papers.topic_book import TopicBook
from papers.topics import Arrival, TopicMatch

BATCH = 1000
PATIENCE = timedelta(days=1)
"""How long a paper that is not in the store, or has no vector yet, is waited for before anything else is done."""


async def match_arrivals(
    store: PaperStore,
    book: TopicBook,
    now: datetime,
    deliver: Callable[[Sequence[TopicMatch]], Awaitable[object]],
    *,
    keep: bool = False,
) -> int:
    """Match all papers that arrived until ``now``; returns how many are done with. Raises redis-py's errors.

    A paper leaves the list only after ``deliver`` has taken its matches: whoever dies in between leaves it to be
    matched again, so ``deliver`` must not mind to be told twice. A paper without a vector stays until it has one;
    after a day of waiting its authors are matched meanwhile. ``keep`` leaves all on the list, as for a preview.
    """
    done = start = 0
    while True:
        waiting = await arrivals.page(store.redis, now, start=start, count=BATCH)
        if not waiting:
            return done
        papers = await store.get_many(one.paper for one in waiting)
        vectors = await stored_vectors(store, store.model, papers)
        patient = (now - PATIENCE).timestamp()
        ready, gone = [], []
        for one in waiting:
            paper = papers.get(one.paper)
            if paper is None or (paper.version or 0) < (one.version or 0):
                # Not written yet; or its writer died, and will put it on the list again.
                gone += [one] if one.seen < patient else []
            elif one.paper in vectors or one.seen < patient:
                ready.append(one)
        await _match(book, [(one, papers[one.paper], vectors.get(one.paper)) for one in ready], deliver)
        leaving = [] if keep else [one for one in ready if one.paper in vectors] + gone
        await arrivals.remove(store.redis, leaving)
        done += len(leaving)
        start += len(waiting) - len(leaving)


async def _match(
    book: TopicBook,
    ready: Sequence[tuple[Waiting, Paper, Vector | None]],
    deliver: Callable[[Sequence[TopicMatch]], Awaitable[object]],
) -> None:
    dimension = max((len(vector) for _, _, vector in ready if vector is not None), default=0)
    rows = np.full((len(ready), dimension), np.nan, np.float32)
    for row, (_, _, vector) in zip(rows, ready, strict=True):
        if vector is not None:
            row[:] = vector
    news = [Arrival(paper, one.seen, revision=one.version is not None) for one, paper, _ in ready]
    matches = await book.match(news, rows)
    if matches:
        await deliver(matches)
