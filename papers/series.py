"""Time series of signals: how they grow in the store, and what they say of a moment. Pure.

A series is a tuple of signals of one name, sorted by time. A plateau keeps only its two ends: a total that
does not change costs no more the tenth time it is seen, and reading between two points stays exact.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from papers.models import Signal, SignalName

Series = tuple[Signal, ...]


def by_name(signals: Iterable[Signal]) -> dict[SignalName, Series]:
    """Signals of one paper, one series a name."""
    grouped: defaultdict[SignalName, list[Signal]] = defaultdict(list)
    for signal in signals:
        grouped[signal.name].append(signal)
    return {name: tuple(sorted(series, key=lambda signal: signal.at)) for name, series in grouped.items()}


def append(known: Mapping[SignalName, Series], new: Sequence[Signal]) -> tuple[list[Signal], list[Signal]]:
    """``(to add, to remove)`` so that the store holds ``known`` and ``new``, each plateau as its two ends.

    A second total for a time already known is dropped: what was recorded first stays. Looking again at what was
    looked at in the order of its times adds nothing.
    """
    add: list[Signal] = []
    remove: list[Signal] = []
    for name, looks in by_name(new).items():
        held = known.get(name, ())
        kept = _thinned({**{signal.at: signal for signal in reversed(looks)}, **{signal.at: signal for signal in held}})
        add += [signal for signal in kept if signal not in held]
        remove += [signal for signal in held if signal not in kept]
    return add, remove


def _thinned(looks: Mapping[datetime, Signal]) -> list[Signal]:
    """Looks in the order of their times, without those between two that saw the same."""
    ordered = [looks[at] for at in sorted(looks)]
    inner = {
        middle.at
        for before, middle, after in zip(ordered, ordered[1:], ordered[2:], strict=False)
        if before.value == middle.value == after.value
    }
    return [signal for signal in ordered if signal.at not in inner]


def total(series: Series, at: datetime) -> float | None:
    """The last total seen at or before ``at``, None if there is none."""
    seen = [signal.value for signal in series if signal.at <= at]
    return seen[-1] if seen else None


def gain(series: Series, at: datetime, span: timedelta, *, start: datetime | None = None) -> float | None:
    """How much the total grew in the ``span`` before ``at``, never negative; None if that cannot be told.

    Between two looks the total is taken to grow evenly. ``start`` is when it is known to have been zero (a
    paper's listing). Without it nothing is known of the time before the first look, and only what came after
    counts.
    """
    points = [(signal.at, signal.value) for signal in series if signal.at <= at]
    if not points:
        return None
    if start is not None and start < points[0][0]:
        points.insert(0, (start, 0.0))
    if len(points) < 2:
        return None
    return max(0.0, points[-1][1] - _interpolate(points, at - span))


def is_estimate(series: Series, at: datetime, span: timedelta, *, start: datetime | None = None) -> bool:
    """Whether ``gain`` had to guess: nobody looked within a twenty-fourth of the span of its beginning."""
    begins = at - span
    looks = [signal.at for signal in series if signal.at <= at] + ([start] if start else [])
    return min(looks, default=begins) < begins and all(abs(look - begins) > span / 24 for look in looks)


def _interpolate(points: Sequence[tuple[datetime, float]], at: datetime) -> float:
    if at <= points[0][0]:
        return points[0][1]
    for (left_at, left), (right_at, right) in pairwise(points):
        if at <= right_at:
            return left + (right - left) * ((at - left_at) / (right_at - left_at))
    return points[-1][1]
