"""How many papers a threshold brings, counted and told in one way wherever it is told. Pure."""

from papers.topic_preview import A_DAY, Preview


def papers_a_day(preview: Preview, threshold: float) -> float:
    """By the count at the nearest threshold that is not above it. ``preview`` must have counts.

    The suggested threshold lies between two that were counted: it is the lowest at which no more than A_DAY come.
    """
    below = [rate for counted, rate in sorted(preview.a_day.items()) if counted <= threshold + 1e-9]
    rate = below[-1] if below else max(preview.a_day.values())
    suggested = threshold not in preview.a_day and abs(threshold - preview.threshold) < 1e-9
    return min(rate, A_DAY) if suggested else rate


def told_rate(rate: float) -> str:
    """``about 3 papers a day``, ``about 4 papers a week``, ``hardly any paper``"""
    if rate >= 1.5:
        return f"about {rate:.0f} papers a day"
    if rate >= 0.9:
        return "about a paper a day"
    weekly = round(rate * 7)
    return f"about {weekly} paper{'' if weekly == 1 else 's'} a week" if weekly else "hardly any paper"
