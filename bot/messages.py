"""Platform-neutral messages, built from domain objects. An adapter renders them and decides nothing else.

Texts are other people's words as they came, on one line: escaping for a platform is its adapter's work.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.dates import day, long_day, period
from bot.links import Link, paper_links
from bot.reasons import Part, parts, totals, why
from papers.clock import as_utc
from papers.display import one_line
from papers.errors import PaperboyError
from papers.gist import gist
from papers.models import Frozen, Paper, SearchResult, SignalName, TrendingPaper, Window

_AUTHORS_SHOWN = 3
_HEADINGS = {Window.DAY: "Trending today", Window.WEEK: "Trending this week", Window.MONTH: "Trending this month"}


class Entry(Frozen):
    """One paper in a list."""

    rank: int
    id: str
    title: str
    authors: str
    """The first names, and how many more."""
    published: str
    """A day people read, or an empty string."""
    gist: str
    links: tuple[Link, ...]


class DigestEntry(Entry):
    reasons: tuple[str, ...]
    """Short phrases without a full stop; the weightiest first."""


class Digest(Frozen):
    heading: str
    span: str
    """The days it covers, as people read them."""
    entries: tuple[DigestEntry, ...]
    notes: tuple[str, ...] = ()
    """Sentences for the foot: what was missing, what to do next."""


class ChartEntry(DigestEntry):
    score: float
    parts: tuple[Part, ...]
    """They add up to ``score``."""


class Chart(Frozen):
    """Trending papers with their scores, for people who want to see how they come about."""

    heading: str
    span: str
    entries: tuple[ChartEntry, ...]
    notes: tuple[str, ...] = ()


class Hit(Entry):
    score: float


class ResultPage(Frozen):
    heading: str
    summary: str
    """How many were found, and how."""
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()


class Fact(Frozen):
    label: str
    value: str


class PaperCard(Frozen):
    """All there is to say of one paper."""

    title: str
    warning: str | None
    authors: tuple[str, ...]
    gist: str | None
    """The source's own summary; the abstract speaks for itself."""
    facts: tuple[Fact, ...]
    abstract: tuple[str, ...]
    """Its paragraphs."""
    links: tuple[Link, ...]


class ErrorMessage(Frozen):
    """One sentence that a person can act on."""

    text: str


def digest(
    trending: Sequence[TrendingPaper],
    *,
    at: datetime,
    window: Window,
    notes: Sequence[str] = (),
    zone: str = "UTC",
    language: str = "en",
) -> Digest:
    """The digest of a chart as it stood at ``at``, in the order given; its dates for readers there."""
    entries = tuple(
        DigestEntry(**entry_fields(item.paper, item.rank, language), reasons=why(item)) for item in trending
    )
    span = period(at, window, zone=zone, language=language)
    return Digest(heading=_HEADINGS[window], span=span, entries=entries, notes=tuple(notes))


def chart(trending: Sequence[TrendingPaper], *, at: datetime, window: Window, notes: Sequence[str] = ()) -> Chart:
    """The same chart with scores and what they are made of."""
    entries = tuple(
        ChartEntry(**entry_fields(item.paper, item.rank), reasons=why(item), score=item.score, parts=parts(item))
        for item in trending
    )
    return Chart(heading=_HEADINGS[window], span=period(at, window), entries=entries, notes=tuple(notes))


def result_page(
    query: str, result: SearchResult, *, first_rank: int = 1, notes: Sequence[str] = (), language: str = "en"
) -> ResultPage:
    """A page of search results; ``first_rank`` is the rank of its first hit."""
    hits = tuple(
        Hit(**entry_fields(hit.paper, rank, language), score=hit.score)
        for rank, hit in enumerate(result.hits, start=first_rank)
    )
    count = f"{len(hits)} paper{'' if len(hits) == 1 else 's'}" if hits else "no papers"
    own_notes = (result.note,) if result.note else ()
    return ResultPage(
        heading=f"Papers on “{one_line(query)}”",
        summary=f"{count}, {result.mode.value} search",
        hits=hits,
        notes=(*own_notes, *notes),
    )


def similar_page(paper: Paper, result: SearchResult, *, notes: Sequence[str] = ()) -> ResultPage:
    """Papers like one paper; looks like a page of search results."""
    page = result_page(paper.title, result, notes=notes)
    return page.model_copy(update={"heading": f"Papers like “{one_line(paper.title)}”"})


def paper_card(paper: Paper, signals: Mapping[SignalName, float] | None = None, *, language: str = "en") -> PaperCard:
    """One paper with the totals of its signals, where they are known."""
    return PaperCard(
        title=title_of(paper),
        warning="This paper was withdrawn." if paper.withdrawn else None,
        authors=tuple(one_line(name) for name in paper.authors),
        gist=one_line(paper.gist) if paper.gist else None,
        facts=tuple(Fact(label=label, value=value) for label, value in _facts(paper, signals or {}, language) if value),
        abstract=tuple(filter(None, map(one_line, paper.abstract.split("\n\n")))),
        links=paper_links(paper),
    )


def error_message(error: PaperboyError) -> ErrorMessage:
    return ErrorMessage(text=one_line(str(error)))


def authors_line(names: Sequence[str], shown: int = _AUTHORS_SHOWN) -> str:
    """``A, B, C + 5 more``; one more is named rather than counted."""
    cleaned = [name for name in map(one_line, names) if name]
    if len(cleaned) <= shown + 1:
        return ", ".join(cleaned)
    return f"{', '.join(cleaned[:shown])} + {len(cleaned) - shown} more"


def entry_fields(paper: Paper, rank: int, language: str = "en") -> dict[str, object]:
    """What every ``Entry`` has."""
    return {
        "rank": rank,
        "id": paper.id,
        "title": title_of(paper),
        "authors": authors_line(paper.authors),
        "published": day(paper.published, language) if paper.published else "",
        "gist": gist(paper),
        "links": paper_links(paper),
    }


def title_of(paper: Paper) -> str:
    """Its title on one line, or what stands for one."""
    return one_line(paper.title) or f"(untitled, {one_line(paper.id)})"


def _facts(paper: Paper, signals: Mapping[SignalName, float], language: str) -> list[tuple[str, str]]:
    version = f", version {paper.version}" if paper.version and paper.version > 1 else ""
    updated = paper.updated if paper.updated and paper.updated != paper.published else None
    return [
        ("Id", one_line(paper.id)),
        ("Published", long_day(paper.published, language) if paper.published else ""),
        ("Updated", long_day(updated, language) + version if updated else ""),
        ("Listed", long_day(paper.listed, language) if paper.listed else ""),
        ("Signals", ", ".join(totals(signals))),
        ("Categories", ", ".join(paper.categories)),
        ("Keywords", one_line(", ".join(paper.keywords))),
        ("From", one_line(paper.organization or "")),
        ("Journal", one_line(paper.journal_ref or "")),
        ("DOI", one_line(paper.doi or "")),
        ("Comment", one_line(paper.comment or "")),
        ("First seen", as_utc(paper.first_seen).strftime("%Y-%m-%d %H:%M UTC") if paper.first_seen else ""),
    ]
