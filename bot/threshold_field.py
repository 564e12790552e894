"""How near a paper must be to a topic, as a field whose options tell how many papers each brings. Pure."""

from collections.abc import Mapping

from bot.forms import Field, FieldKind, Filled, Mistake, Option
from papers.topic_desk import Looked
from papers.topic_preview import A_DAY, THRESHOLDS, USUAL

THRESHOLD = "threshold"
SUGGESTED = "suggested"
"""The threshold that last week suggests, whatever the words are when the form is handed in."""


def threshold_field(looked: Looked | None, chosen: float | None) -> Field:
    """With ``chosen`` filled in, None for what is suggested; without ``looked`` nothing is known of last week."""
    rates = looked.preview.a_day if looked else {}
    suggested = looked.preview.threshold if looked and rates else USUAL
    # Between two thresholds that were counted, it is the lowest at which no more than these come.
    most = float("inf") if suggested in rates else A_DAY
    told = _rate(rates, suggested, most=most) if rates else "the usual one"
    values = sorted({_value(t): t for t in (*THRESHOLDS, *([] if chosen is None else [chosen]))}.values())
    return Field(
        name=THRESHOLD,
        label="How near a paper must be",
        kind=FieldKind.CHOICE,
        value=(SUGGESTED if chosen is None else _value(chosen),),
        options=(
            Option(value=SUGGESTED, label=f"Suggested: {suggested:.2f}, {told}"),
            *(Option(value=_value(t), label=f"{_shown(t)}, {_rate(rates, t)}" if rates else _shown(t)) for t in values),
        ),
        hint="The higher, the fewer papers come, and the nearer they are to your words.",
    )


def read_threshold(filled: Filled) -> float | Mistake | None:
    """The threshold that was chosen; None for the suggested one, and where none could be chosen."""
    typed = filled.one(THRESHOLD)
    if typed is None or typed == SUGGESTED:
        return None
    try:
        chosen = float(typed) if typed.isascii() else 2.0
    except ValueError:
        chosen = 2.0
    if not -1.0 <= chosen <= 1.0:
        return Mistake(field=THRESHOLD, text="Choose one of the thresholds.")
    return chosen


def _value(threshold: float) -> str:
    return f"{threshold:.4f}".rstrip("0").rstrip(".")


def _shown(threshold: float) -> str:
    """``0.50``, and ``0.4512`` where two digits would be those of another."""
    return max(f"{threshold:.2f}", _value(threshold), key=len)


def _rate(rates: Mapping[float, float], threshold: float, *, most: float = float("inf")) -> str:
    """``about 3 papers a day``, by the counts at the nearest threshold that is not above it."""
    below = [rate for t, rate in sorted(rates.items()) if t <= threshold + 1e-9]
    rate = min(below[-1] if below else max(rates.values()), most)
    if rate >= 1.5:
        return f"about {rate:.0f} papers a day"
    if rate >= 0.9:
        return "about a paper a day"
    weekly = round(rate * 7)
    return f"about {weekly} paper{'' if weekly == 1 else 's'} a week" if weekly else "hardly any paper"
