"""Why a paper trends, in words and in numbers that add up."""

import math
from collections.abc import Mapping, Sequence

from papers.display import one_line
from papers.models import Frozen, SignalName, TrendingPaper

_NOUNS = {
    SignalName.UPVOTES: ("upvote", "upvotes"),
    SignalName.COMMENTS: ("comment", "comments"),
    SignalName.STARS: ("GitHub star", "GitHub stars"),
}
_PARTICIPATES = "an author takes part in the discussion"
# The parts of a score that speak of a signal begin with these.
_STEMS = {
    SignalName.UPVOTES: "upvote",
    SignalName.COMMENTS: "comment",
    SignalName.STARS: "star",
    SignalName.PARTICIPATION: "author_participat",
}
_LABELS = {"author_participating": "author in discussion"}
_FALLBACK_PARTS = 3
_FEWEST_ESTIMATED = 2
"""Of fewer an estimate says nothing: ``about 1 of them``."""
_DIGITS = 2
_TOLERANCE = 1e-6
"""Scores are sums of a few floats of modest size; a gap above this is no rounding error."""


class Part(Frozen):
    """One part of a score."""

    label: str
    value: float


def why(item: TrendingPaper) -> tuple[str, ...]:
    """Phrases such as "312 upvotes, 41 of them in the last day", what weighs most in the score first.

    Growth is told only where it is known. Without any signal the largest parts of the score are named instead.
    """
    phrases = [
        (-_weight(item.why, name), phrase)
        for name in SignalName
        if (phrase := _phrase(name, item.signals.get(name, 0.0), item.gained.get(name), name in item.estimated))
    ]
    phrases.sort(key=lambda pair: pair[0])
    return tuple(phrase for _, phrase in phrases) or _named_parts(item)


def totals(signals: Mapping[SignalName, float]) -> tuple[str, ...]:
    """The same phrases for a paper that is on no chart."""
    return tuple(phrase for name in SignalName if (phrase := _phrase(name, signals.get(name, 0.0), None)))


def parts(item: TrendingPaper) -> tuple[Part, ...]:
    """What the score is made of, the largest first; what the parts leave open is shown as "other"."""
    found = [Part(label=_label(name), value=value) for name, value in item.why.items() if value]
    rest = item.score - math.fsum(item.why.values())
    if abs(rest) > _TOLERANCE:
        found.append(Part(label="other", value=rest))
    return tuple(sorted(found, key=lambda part: -part.value))


def score_sum(item: TrendingPaper) -> str:
    """``Score 6.50 = 4.25 upvotes + 3.25 upvote velocity − 1.00 age``: true as it is printed, to hundredths.

    An empty string where nothing was counted.
    """
    found = parts(item)
    rounded = round_to_sum([part.value for part in found], item.score, _DIGITS)
    terms = [
        f"{_sign(value, first=not place)}{abs(value):.{_DIGITS}f} {part.label}"
        for place, (part, value) in enumerate(zip(found, rounded, strict=True))
    ]
    score = round(item.score, _DIGITS)
    return f"Score {_sign(score, first=True)}{abs(score):.{_DIGITS}f} = {' '.join(terms)}" if terms else ""


def round_to_sum(values: Sequence[float], total: float, digits: int) -> list[float]:
    """``values`` rounded to ``digits`` decimals so that what is printed adds up to the rounded ``total``.

    Largest-remainder method (Hare–Niemeyer, as for seats in a parliament): every value is rounded down, the
    units still missing go where most was cut off. ``values`` must add up to ``total``.
    """
    scale = 10**digits
    # To a millionth of a unit first, or −0.2 in floating point would be just below −20 hundredths.
    units = [round(value * scale, 6) for value in values]
    whole = [math.floor(value) for value in units]
    missing = round(total * scale) - sum(whole)
    by_remainder = sorted(range(len(units)), key=lambda i: whole[i] - units[i])
    for i in by_remainder[: max(0, missing)]:
        whole[i] += 1
    return [number / scale for number in whole]


def count(number: float) -> str:
    """``999``, ``1.2k``, ``31k``, ``4.5M``: never rounded up."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            tenths = math.floor(number * 10 / size)
            return f"{tenths // 10}{letter}" if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10}{letter}"
    return str(math.floor(number))


def _phrase(name: SignalName, total: float, gained: float | None, estimated: bool = False) -> str:
    """An empty string where there is nothing to tell."""
    if total < 1:
        return ""
    if name not in _NOUNS:
        return _PARTICIPATES
    singular, plural = _NOUNS[name]
    phrase = f"{count(total)} {singular if math.floor(total) == 1 else plural}"
    if gained is None or gained < (_FEWEST_ESTIMATED if estimated else 1):
        return phrase
    if gained >= total:
        return f"{phrase}{', all' if total >= 2 else ''} in the last day"
    return f"{phrase}, {'about ' if estimated else ''}{count(gained)} of them in the last day"


def _weight(score_parts: Mapping[str, float], name: SignalName) -> float:
    return math.fsum(value for part, value in score_parts.items() if part.startswith(_STEMS[name]))


def _named_parts(item: TrendingPaper) -> tuple[str, ...]:
    names = [part.label for part in parts(item) if part.value > 0][:_FALLBACK_PARTS]
    return (f"ranked by {', '.join(names)}",) if names else ()


def _sign(value: float, *, first: bool) -> str:
    if first:
        return "−" if value < 0 else ""
    return "− " if value < 0 else "+ "


def _label(name: str) -> str:
    return _LABELS.get(name) or one_line(name.replace("_", " "))
