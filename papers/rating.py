"""The score of papers that are not stored: one recorded answer, rated at its own time on top of what is known."""

from datetime import datetime
from pathlib import Path

from papers import trending
from papers.clock import Clock
from papers.files import json_document
from papers.models import Observation, SignalName, TrendingPaper, Window
from papers.replay import Snapshot, read_snapshot
from papers.sources.recorded import parse_recorded
from papers.store import PaperStore
from papers.trending import Candidate

VOTES = frozenset({SignalName.UPVOTES, SignalName.COMMENTS, SignalName.PARTICIPATION})


def read_answer(path: Path, clock: Clock) -> Snapshot:
    """The one recorded line, or bare response, in a file, on one line or many; a bare response is of
    now. Raises UnreadableFile."""
    value = json_document(path)
    return Snapshot(clock.now(), value) if isinstance(value, list) else read_snapshot(value, str(path))


async def rate(store: PaperStore, answer: Snapshot, *, hide_votes: bool = False) -> list[TrendingPaper]:
    """Every readable paper of the answer, best first, as of the answer's time; nothing is written.

    ``hide_votes`` leaves votes and comments out, those in the store included. Raises SourceMalformed.
    """
    observations = parse_recorded(answer.response, seen_at=answer.fetched_at).observations
    rated = [
        trending.score(candidate, at=answer.fetched_at, window=Window.WEEK)
        for candidate in await _candidates(store, observations, answer.fetched_at, hide_votes=hide_votes)
    ]
    rated.sort(key=lambda trending_paper: (-trending_paper.score, trending_paper.paper.id))
    return [paper.model_copy(update={"rank": place}) for place, paper in enumerate(rated, start=1)]


async def _candidates(
    store: PaperStore, observations: tuple[Observation, ...], at: datetime, *, hide_votes: bool
) -> list[Candidate]:
    changes = await store.plan(observations)
    known = await store.signals([change.paper.id for change in changes], until=at)
    hidden = VOTES if hide_votes else frozenset()
    return [Candidate(c.paper, tuple(s for s in (*known[c.paper.id], *c.add) if s.name not in hidden)) for c in changes]
