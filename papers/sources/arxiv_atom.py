"""Atom of arXiv's query API to observations. Pure: no I/O, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from papers.errors import SourceMalformed
from papers.identity import normalize_doi
from papers.models import Observation, Paper
from papers.sources import fields
from papers.sources.xml_tree import child_text, parse_xml

NAME = "arxiv"


@dataclass(frozen=True)
class AtomPage:
    observations: tuple[Observation, ...]
    problems: tuple[str, ...]
    """One sentence for each entry that could not be read."""
    entries: int
    """How many entries the page held, readable or not."""
    total: int | None
    """``opensearch:totalResults``: how many the whole answer has."""

    def between(self, first: datetime, last: datetime) -> "AtomPage":
        """The page with only those papers that are known to have been published in this time."""
        kept = (o for o in self.observations if o.paper.published and first <= o.paper.published <= last)
        return replace(self, observations=tuple(kept))


def parse_query(body: bytes, *, seen_at: datetime) -> AtomPage:
    """A page of the query API. Raises SourceMalformed: no Atom, or an error in the guise of an entry."""
    feed = parse_xml(body, NAME)
    if not feed.tag.endswith("feed"):
        raise SourceMalformed(NAME, f"answered <{feed.tag.rpartition('}')[2][:40]}> where an Atom feed was due")
    entries = feed.findall("{*}entry")
    for entry in entries:
        _raise_if_error(entry)
    total = child_text(feed, "totalResults").strip()
    return collect(
        (_observation(entry, seen_at) for entry in entries),
        total=int(total) if total.isascii() and total.isdigit() and len(total) < 12 else None,
    )


def collect(results: Iterable[Observation | str], *, total: int | None) -> AtomPage:
    """A page of results: an observation each, or what is wrong with an entry."""
    observations, problems, number = [], [], 0
    for number, result in enumerate(results, 1):
        if isinstance(result, Observation):
            observations.append(result)
        else:
            problems.append(f"entry {number} {result}")
    return AtomPage(tuple(observations), tuple(problems), number, total)


def _raise_if_error(entry: Element) -> None:
    if "/api/errors" in child_text(entry, "id") or child_text(entry, "title").strip() == "Error":
        raise SourceMalformed(
            NAME, f"refuses the request: {fields.title(child_text(entry, 'summary')) or 'error without a reason'}"
        )


def _observation(entry: Element, seen_at: datetime) -> Observation | str:
    """The observation in an entry, or what is wrong with it."""
    raw_id = child_text(entry, "id").strip()
    named = fields.named(raw_id, child_text(entry, "title"))
    if isinstance(named, str):
        return named
    abstract = fields.text(child_text(entry, "summary"))
    comment = fields.line(child_text(entry, "comment"))
    primary = entry.find("{*}primary_category")
    paper = Paper(
        id=named.id,
        version=named.version,
        title=named.title,
        abstract=abstract,
        authors=names(child_text(author, "name") for author in entry.findall("{*}author")),
        published=fields.moment(child_text(entry, "published").strip(), seen_at),
        updated=fields.moment(child_text(entry, "updated").strip(), seen_at),
        categories=categories(entry, primary.get("term") if primary is not None else None),
        doi=normalize_doi(child_text(entry, "doi")),
        comment=comment,
        journal_ref=fields.line(child_text(entry, "journal_ref")),
        withdrawn=fields.says_withdrawn(comment, abstract),
    )
    return Observation(source=NAME, seen_at=seen_at, paper=paper)


def names(raw: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(fields.title, raw)))


def categories(entry: Element, primary: str | None = None) -> tuple[str, ...]:
    """arXiv categories of an entry, ``primary`` first, else in the order given."""
    terms = [primary, *(category.get("term") for category in entry.findall("{*}category"))]
    return tuple(dict.fromkeys(term for term in map(fields.category, terms) if term))
