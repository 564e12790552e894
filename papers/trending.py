"""Signals over time -> a score and its explanation. Pure: data in, data out, time as an argument.

    score = Σ weight · ln(1 + total)  +  Σ weight · ln(1 + gain in 24 h)  −  ln 2 · age / half-life

The logarithm and the age in one sum are Reddit's "hot" ranking (log10 of the votes plus seconds / 45,000);
unlike there, the age is counted down from now, and its half-life depends on the window: a paper of a given
age needs twice the votes of one that is a half-life younger. Each term is one entry of ``why``, so the parts
add up to the score exactly.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from papers import series
from papers.models import Paper, Signal, SignalName, TrendingPaper, Window

SPANS: Mapping[Window, timedelta] = {
    Window.DAY: timedelta(days=1),
    Window.WEEK: timedelta(days=7),
    Window.MONTH: timedelta(days=31),
}
VELOCITY_SPAN = timedelta(days=1)


@dataclass(frozen=True)
class Weight:
    """How much one signal counts, by its total and by its gain in the last day."""

    total_name: str
    velocity_name: str
    total: float
    velocity: float
    starts_at_zero: bool
    """Whether the total was zero when the paper was listed: true of votes, not of a repository's stars."""


WEIGHTS: Mapping[SignalName, Weight] = {
    SignalName.UPVOTES: Weight("upvotes", "upvote_velocity", 1.0, 0.5, starts_at_zero=True),
    SignalName.COMMENTS: Weight("comments", "comment_velocity", 0.4, 0.2, starts_at_zero=True),
    SignalName.STARS: Weight("stars", "star_velocity", 0.15, 0.3, starts_at_zero=False),
    SignalName.PARTICIPATION: Weight("author_participating", "author_participating", 0.3, 0.0, starts_at_zero=False),
}


@dataclass(frozen=True)
class Candidate:
    """A paper with every signal known of it."""

    paper: Paper
    signals: tuple[Signal, ...]


def rank(candidates: Iterable[Candidate], *, at: datetime, window: Window) -> list[TrendingPaper]:
    """The chart of a window that ends at ``at``, best first; nothing seen later counts.

    On it is every paper with a vote, a comment or any other signal that was listed in the window, or gained in it.
    """
    scored = [score(candidate, at=at, window=window) for candidate in candidates if _belongs(candidate, at, window)]
    scored.sort(key=lambda trending: (-trending.score, trending.paper.id))
    return [trending.model_copy(update={"rank": place}) for place, trending in enumerate(scored, start=1)]


def score(candidate: Candidate, *, at: datetime, window: Window) -> TrendingPaper:
    """One paper's score at ``at`` with its explanation; ``rank`` is 1 until it is put on a chart."""
    start = _start(candidate, at)
    why: dict[str, float] = {}
    totals: dict[SignalName, float] = {}
    gained: dict[SignalName, float] = {}
    estimated: set[SignalName] = set()
    for name, points in series.by_name(candidate.signals).items():
        total = series.total(points, at)
        weight = WEIGHTS.get(name)
        if total is None or weight is None:
            continue
        totals[name] = total
        why[weight.total_name] = weight.total * math.log1p(total)
        zero = start if weight.starts_at_zero else None
        gain = series.gain(points, at, VELOCITY_SPAN, start=zero)
        if gain is not None and weight.velocity:
            gained[name] = gain
            if series.is_estimate(points, at, VELOCITY_SPAN, start=zero):
                estimated.add(name)
            why[weight.velocity_name] = weight.velocity * math.log1p(gain)
    half_life = SPANS[window] / 2
    why["age"] = -math.log(2) * max(timedelta(0), at - start) / half_life
    return TrendingPaper(
        paper=candidate.paper,
        rank=1,
        score=math.fsum(why.values()),
        why=why,
        signals=totals,
        gained=gained,
        estimated=frozenset(estimated),
    )


def _belongs(candidate: Candidate, at: datetime, window: Window) -> bool:
    opened = at - SPANS[window]
    known = series.by_name(signal for signal in candidate.signals if signal.at <= at)
    if not known:
        return False
    if opened < _start(candidate, at) <= at:
        return True
    return any((series.gain(points, at, SPANS[window]) or 0) > 0 for points in known.values())


def _start(candidate: Candidate, at: datetime) -> datetime:
    """When the paper's public life began: its listing, else its first signal, as far as known at ``at``."""
    first = min((signal.at for signal in candidate.signals if signal.at <= at), default=at)
    listed = candidate.paper.listed
    return listed if listed is not None and listed <= first else first
