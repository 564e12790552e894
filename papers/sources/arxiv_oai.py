"""arXiv's OAI-PMH answers (ListRecords, metadataPrefix=arXiv) to observations. Pure: no I/O, no clock.

Records carry no version, and dates without time. A datestamp is the day of the last change, so a harvest from a day
on holds older papers too: whoever asks sorts by ``published``.
"""

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from papers.errors import SourceMalformed, SourceUnavailable
from papers.identity import normalize_doi
from papers.models import Observation, Paper
from papers.sources import fields
from papers.sources.arxiv_atom import NAME, AtomPage, collect, names
from papers.sources.xml_tree import child_text, parse_xml

# Archives that are a group of their own; all others belong to physics (info.arxiv.org/help/oa).
_GROUPS = frozenset({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"})


@dataclass(frozen=True)
class OaiPage:
    page: AtomPage
    resumption: str | None
    """The token that the next page is asked with; None at the end."""


def set_of(category: str) -> str:
    """The OAI set of a category: ``cs.AI`` -> ``cs:cs:AI``, ``astro-ph.CO`` -> ``physics:astro-ph:CO``."""
    archive = category.partition(".")[0]
    group = archive if archive in _GROUPS else "physics"
    return f"{group}:{category.replace('.', ':')}"


def parse_records(body: bytes, *, seen_at: datetime) -> OaiPage:
    """A page of records. Raises SourceMalformed, and SourceUnavailable for a resumption token that has run out."""
    root = parse_xml(body, NAME)
    error = root.find("{*}error")
    if error is not None:
        code = error.get("code", "")
        if code == "noRecordsMatch":
            return OaiPage(collect((), total=0), None)
        kind = SourceUnavailable if code == "badResumptionToken" else SourceMalformed
        raise kind(NAME, f"OAI-PMH says {code or 'error'}: {fields.title(error.text) or 'no reason given'}")
    records = root.find("{*}ListRecords")
    if records is None:
        raise SourceMalformed(NAME, f"answered <{root.tag.rpartition('}')[2][:40]}> where OAI-PMH records were due")
    metadata = (record.find("{*}metadata/{*}arXiv") for record in records.findall("{*}record") if not _deleted(record))
    token = child_text(records, "resumptionToken").strip()
    return OaiPage(collect((_observation(found, seen_at) for found in metadata), total=None), token or None)


def _deleted(record: Element) -> bool:
    header = record.find("{*}header")
    return header is not None and header.get("status") == "deleted"


def _observation(metadata: Element | None, seen_at: datetime) -> Observation | str:
    if metadata is None:
        return "has no metadata"
    raw_id = child_text(metadata, "id").strip()
    named = fields.named(raw_id, child_text(metadata, "title"))
    if isinstance(named, str):
        return named
    abstract = fields.text(child_text(metadata, "abstract"))
    comment = fields.line(child_text(metadata, "comments"))
    terms = map(fields.category, child_text(metadata, "categories").split())
    paper = Paper(
        id=named.id,
        title=named.title,
        abstract=abstract,
        authors=names(map(_name, metadata.findall("{*}authors/{*}author"))),
        published=fields.moment(child_text(metadata, "created").strip(), seen_at),
        updated=fields.moment(child_text(metadata, "updated").strip(), seen_at),
        categories=tuple(dict.fromkeys(term for term in terms if term)),
        # Two DOIs can stand in one field.
        doi=normalize_doi((child_text(metadata, "doi").split() or [""])[0]),
        comment=comment,
        journal_ref=fields.line(child_text(metadata, "journal-ref")),
        withdrawn=fields.says_withdrawn(comment, abstract),
    )
    return Observation(source=NAME, seen_at=seen_at, paper=paper)


def _name(author: Element) -> str:
    return " ".join(filter(None, (child_text(author, part).strip() for part in ("forenames", "keyname", "suffix"))))
