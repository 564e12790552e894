"""What a topic would have brought last week, as people look at it before they follow it."""

from bot.messages import Hit, result_page
from bot.rates import papers_a_day, told_rate
from bot.wishes import topic_name
from papers.display import one_line
from papers.following import TopicOptions
from papers.models import Frozen, SearchMode, SearchResult
from papers.topic_preview import Preview
from papers.topic_text import language_hint


class Rate(Frozen):
    threshold: float
    a_day: float
    """Papers a day that would have come, on average."""


class PreviewMessage(Frozen):
    heading: str
    summary: str
    hits: tuple[Hit, ...]
    """The ten best, whatever the threshold."""
    rates: tuple[Rate, ...]
    threshold: float | None
    """The one that is taken if nothing else is said; None for authors only."""
    people: tuple[str, ...] = ()
    """A line for each of several people of a followed name."""
    notes: tuple[str, ...] = ()


def preview_message(topic: TopicOptions, preview: Preview, *, threshold: float, language: str = "en") -> PreviewMessage:
    """``threshold`` is the one that would be taken."""
    page = result_page("", SearchResult(hits=preview.examples, mode=SearchMode.SEMANTIC), language=language)
    has_words = bool(preview.a_day)
    hint = language_hint(topic.text) if topic.text else None
    return PreviewMessage(
        heading=f"“{topic_name(topic)}”: what last week would have brought",
        summary=_summary(preview, threshold if has_words else None),
        hits=page.hits,
        rates=tuple(Rate(threshold=t, a_day=round(rate, 2)) for t, rate in preview.a_day.items()),
        threshold=threshold if has_words else None,
        people=_people(preview),
        notes=(hint,) if hint else (),
    )


def _summary(preview: Preview, threshold: float | None) -> str:
    days = f"{preview.days:.0f} days" if preview.days >= 1.5 else "day"
    looked = f"{preview.looked_at:,} paper{'' if preview.looked_at == 1 else 's'} of the last {days}"
    if not preview.looked_at:
        return "No papers of the last week are stored: ingest some, and look again."
    if threshold is None:
        return f"{looked}: {len(preview.examples)} by whom you follow."
    rate = told_rate(papers_a_day(preview, threshold))
    return f"{looked}. With a threshold of {threshold:.2f}, {rate} would have come."


def _people(preview: Preview) -> tuple[str, ...]:
    lines = []
    for name, people in preview.homonyms.items():
        lines.append(f"{len(people)} people called {one_line(name)} are among the authors:")
        for person in people:
            known = f", ORCID {person.orcid}" if person.orcid else ""
            others = f" with {', '.join(map(one_line, person.coauthors))}" if person.coauthors else " alone"
            count = f"{len(person.papers)} paper{'' if len(person.papers) == 1 else 's'}"
            lines.append(f"{one_line(person.name)}{known}: {count}{others} ({one_line(person.papers[0])})")
    return tuple(lines)
