"""How near a paper must be to a topic, as a field whose options tell how many papers each brings. Pure."""

from bot.forms import Field, FieldKind, Filled, Mistake, Option
from bot.rates import papers_a_day, told_rate
from papers.topic_desk import Looked
from papers.topic_preview import THRESHOLDS, USUAL, Preview

THRESHOLD = "threshold"
SUGGESTED = "suggested"
"""The threshold that last week suggests, whatever the words are when the form is handed in."""


def threshold_field(looked: Looked | None, chosen: float | None) -> Field:
    """With ``chosen`` filled in, None for what is suggested; without ``looked`` nothing is known of last week."""
    seen = looked.preview if looked and looked.preview.a_day else None
    suggested = seen.threshold if seen else USUAL
    told = told_rate(papers_a_day(seen, suggested)) if seen else "the usual one"
    values = sorted({_value(t): t for t in (*THRESHOLDS, *([] if chosen is None else [chosen]))}.values())
    return Field(
        name=THRESHOLD,
        label="How near a paper must be",
        kind=FieldKind.CHOICE,
        value=(SUGGESTED if chosen is None else _value(chosen),),
        options=(
            Option(value=SUGGESTED, label=f"Suggested: {suggested:.2f}, {told}"),
            *(Option(value=_value(t), label=_label(seen, t)) for t in values),
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


def _label(seen: Preview | None, threshold: float) -> str:
    shown = _shown(threshold)
    return f"{shown}, {told_rate(papers_a_day(seen, threshold))}" if seen else shown


def _shown(threshold: float) -> str:
    """``0.50``, and ``0.4512`` where two digits would be those of another."""
    return max(f"{threshold:.2f}", _value(threshold), key=len)
