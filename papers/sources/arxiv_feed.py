"""arXiv's daily announcements (rss.arxiv.org/atom/…) to observations. Pure: no I/O, no clock.

An entry's ``published`` is the day of the announcement, which is the paper's own only when it is announced as new.
"""

import re
from datetime import datetime
from xml.etree.ElementTree import Element

from papers.errors import SourceMalformed
from papers.identity import normalize_doi
from papers.models import Observation, Paper
from papers.sources import fields
from papers.sources.arxiv_atom import NAME, AtomPage, categories, collect, names
from papers.sources.xml_tree import child_text, parse_xml

MOST_ENTRIES = 2000
"""A feed holds no more (info.arxiv.org/help/rss.html)."""

_PREAMBLE = re.compile(r"^\s*arXiv:\S+\s+Announce Type:\s*(\S+)\s*(?:Abstract:)?\s*", re.I)
_AFFILIATION = re.compile(r"\([^()]*\)")
_GENERATION = frozenset({"Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"})


def parse_announcements(body: bytes, *, seen_at: datetime) -> AtomPage:
    """A category feed; at weekends it has no entries. Raises SourceMalformed if it is no Atom feed."""
    feed = parse_xml(body, NAME)
    if not feed.tag.endswith("feed"):
        raise SourceMalformed(NAME, f"answered <{feed.tag.rpartition('}')[2][:40]}> where an Atom feed was due")
    return collect((_observation(entry, seen_at) for entry in feed.findall("{*}entry")), total=None)


def _observation(entry: Element, seen_at: datetime) -> Observation | str:
    raw_id = child_text(entry, "id").strip().removeprefix("oai:arXiv.org:")
    named = fields.named(raw_id, child_text(entry, "title"))
    if isinstance(named, str):
        return named
    summary = child_text(entry, "summary")
    preamble = _PREAMBLE.match(summary)
    kind = (child_text(entry, "announce_type").strip() or (preamble[1] if preamble else "")).lower()
    abstract = fields.text(summary[preamble.end() :] if preamble else summary)
    announced = fields.moment(child_text(entry, "published").strip(), seen_at)
    paper = Paper(
        id=named.id,
        version=named.version,
        title=named.title,
        abstract=abstract,
        authors=_authors(entry),
        published=announced if kind == "new" else None,
        updated=announced if kind.startswith("replace") else None,
        categories=categories(entry),
        doi=normalize_doi(child_text(entry, "DOI") or child_text(entry, "doi")),
        journal_ref=fields.line(child_text(entry, "journal_reference")),
        withdrawn=fields.says_withdrawn(None, abstract),
    )
    return Observation(source=NAME, seen_at=seen_at, paper=paper)


def _authors(entry: Element) -> tuple[str, ...]:
    """Names stand in one line, separated by commas; so do affiliations in parentheses and "Jr."."""
    given = [child_text(author, "name") for author in entry.findall("{*}author")] or [child_text(entry, "creator")]
    parts: list[str] = []
    for part in re.split(r",\s|\n", _AFFILIATION.sub("", ", ".join(given))):
        name = part.strip()
        if name in _GENERATION and parts:
            parts[-1] += f" {name}"
        else:
            parts.append(name)
    return names(parts)
