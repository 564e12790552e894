"""Answers of Hugging Face's /api/daily_papers and /api/papers/{id} to observations. Pure: no I/O, no clock.

Items are ``{"paper": {…}, …}``; those of older answers and of /api/papers/{id} are the paper itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from papers.errors import SourceMalformed
from papers.identity import parse_arxiv_id
from papers.models import Observation, Paper, Signal, SignalName
from papers.sources import fields

NAME = "huggingface"
_MOST_AUTHORS = 5000
_MOST_KEYWORDS = 30

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class ParsedPage:
    observations: tuple[Observation, ...]
    problems: tuple[str, ...]
    """One sentence for each item that could not be read."""
    items: int
    """How many items the answer held, readable or not."""


def parse_daily_papers(payload: object, *, seen_at: datetime) -> ParsedPage:
    """What an answer, taken at ``seen_at``, says of its papers. A bad item costs only itself.

    Raises SourceMalformed if the answer is no list.
    """
    if not isinstance(payload, list):
        reason = payload.get("error") if isinstance(payload, dict) else None
        says = f" ({fields.title(reason)})" if isinstance(reason, str) else ""
        raise SourceMalformed(NAME, f"answered {type(payload).__name__} where a list of papers was due{says}")
    observations, problems = [], []
    for number, item in enumerate(payload, 1):
        result = _observation(item, seen_at)
        if isinstance(result, Observation):
            observations.append(result)
        else:
            problems.append(f"item {number} {result}")
    return ParsedPage(tuple(observations), tuple(problems), len(payload))


def _observation(item: object, seen_at: datetime) -> Observation | str:
    """The observation in an item, or what is wrong with it."""
    if not isinstance(item, dict):
        return f"is {type(item).__name__}, not an object"
    nested = item.get("paper")
    paper: Mapping[str, Any] = nested if isinstance(nested, dict) else item
    identity = parse_arxiv_id(paper["id"]) if isinstance(paper.get("id"), str) else None
    if identity is None:
        return f"has no arXiv id but {str(paper.get('id'))[:40]!r}"
    title = fields.title(paper.get("title")) or fields.title(item.get("title"))
    if not title:
        return f"({identity[0]}) has no title"
    published = fields.moment(paper.get("publishedAt"), seen_at)
    return Observation(
        source=NAME,
        seen_at=seen_at,
        paper=Paper(
            id=identity[0],
            version=identity[1],
            title=title,
            abstract=fields.text(paper.get("summary")) or fields.text(item.get("summary")),
            authors=_authors(paper.get("authors")),
            published=published,
            gist=fields.line(paper.get("ai_summary")),
            keywords=_keywords(paper.get("ai_keywords")),
            organization=_organization(paper.get("organization")) or _organization(item.get("organization")),
            code_url=fields.link(paper.get("githubRepo")),
            project_url=fields.link(paper.get("projectPage")),
            withdrawn=isinstance(paper.get("withdrawnAt"), str),
            listed=_listed(paper, item if nested is paper else _NOTHING, published, seen_at),
        ),
        signals=tuple(_signals(paper, item, seen_at)),
    )


def _listed(
    paper: Mapping[str, Any], item: Mapping[str, Any], published: datetime | None, seen_at: datetime
) -> datetime | None:
    """When Daily Papers showed it. Until March 2025 the item's own ``publishedAt`` said so; since then that is the
    paper's time of publication, shifted by a time zone, and the paper's ``submittedOnDailyAt`` says it."""
    at = fields.moment(paper.get("submittedOnDailyAt"), seen_at)
    if at is not None:
        return at
    at = fields.moment(item.get("publishedAt"), seen_at)
    is_later = at is not None and published is not None and at > published + timedelta(minutes=1)
    return at if is_later else None


def _authors(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    names = (
        fields.title(author.get("name"))
        for author in value[:_MOST_AUTHORS]
        if isinstance(author, dict) and author.get("hidden") is not True
    )
    return tuple(name for name in names if name)


def _keywords(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    words = (fields.title(word) for word in value[:_MOST_KEYWORDS])
    return tuple(dict.fromkeys(word for word in words if word))


def _organization(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    return fields.line(value.get("fullname")) or fields.line(value.get("name"))


def _signals(paper: Mapping[str, Any], item: Mapping[str, Any], seen_at: datetime) -> Iterator[Signal]:
    participating = item.get("isAuthorParticipating")
    totals = (
        (SignalName.UPVOTES, fields.total(paper.get("upvotes"))),
        (SignalName.COMMENTS, fields.total(item.get("numComments"))),
        (SignalName.STARS, fields.total(paper.get("githubStars"))),
        (SignalName.PARTICIPATION, float(participating) if isinstance(participating, bool) else None),
    )
    for name, value in totals:
        if value is not None:
            yield Signal(name=name, value=value, at=seen_at)
