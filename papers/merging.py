"""Two accounts of one paper become one: the newest text wins, nothing known is ever blanked. Pure."""

from collections.abc import Mapping
from typing import Any

from papers.identity import normalize_doi
from papers.models import Observation, Paper

_EARLIEST_WINS = {"listed", "first_seen", "published"}
_OF_THE_TEXT = {"title", "abstract", "version", "updated", "authors", "categories"}


def as_first_seen(observation: Observation) -> Paper:
    """The observation's paper as it enters the store: stamped with when it was first seen and as of when it is so."""
    paper, seen_at = observation.paper, observation.seen_at
    return paper.model_copy(update={"first_seen": min(paper.first_seen or seen_at, seen_at), "as_of": seen_at})


def merge(known: Paper, observation: Observation) -> Paper:
    """``known`` with what the observation adds. Returns ``known`` itself when it adds nothing.

    Title, abstract and what is printed with them come from the newer text (see ``_is_newer_text``). Of every other
    field the value of a later look replaces an earlier one, an empty value never does; dates of birth (listed, first
    seen, published) keep the earliest. A look from before ``known.as_of`` fills gaps and turns nothing back.
    """
    new = as_first_seen(observation)
    later = known.as_of is None or observation.seen_at > known.as_of
    newer_text = _is_newer_text(known, new, later=later)
    changes: dict[str, Any] = {}
    for name in Paper.model_fields:
        old_value, value = getattr(known, name), getattr(new, name)
        if name in {"id", "as_of"} or value == old_value or not value:
            continue
        if name in _EARLIEST_WINS:
            if old_value is None or value < old_value:
                changes[name] = value
        elif name == "orcids":
            changes |= _both(known.orcids, new.orcids, later=later)
        elif not old_value or (newer_text if name in _OF_THE_TEXT else later):
            changes[name] = value
    if changes and later:
        changes["as_of"] = observation.seen_at
    return known.model_copy(update=changes) if changes else known


def _both(known: Mapping[str, str], new: Mapping[str, str], *, later: bool) -> dict[str, Mapping[str, str]]:
    """What sources say of different authors adds up; of one author the later look is right."""
    both = {**known, **new} if later else {**new, **known}
    return {"orcids": both} if both != known else {}


def _is_newer_text(known: Paper, new: Paper, *, later: bool) -> bool:
    """A higher arXiv version is newer; a source that tells no version never replaces one that does.

    Between equals the later revision date decides, then the later look. An abstract is never given up for none.
    """
    if (known.version or 0) != (new.version or 0):
        return (new.version or 0) > (known.version or 0)
    if known.updated and new.updated and known.updated != new.updated:
        return new.updated > known.updated
    return later and bool(new.abstract or not known.abstract)


def contradicts(known: Paper, new: Paper) -> bool:
    """Whether two papers of one normalized title are two papers all the same.

    They are if both have an arXiv id, or both a DOI, or both an importer's id, and these differ; or if both
    name authors and share not one surname.
    """
    if known.arxiv_id and new.arxiv_id:
        return known.arxiv_id != new.arxiv_id
    if known.doi and new.doi:
        return normalize_doi(known.doi) != normalize_doi(new.doi)
    if not known.arxiv_id and not new.arxiv_id and known.id != new.id:
        return True
    return bool(known.authors and new.authors) and not _surnames(known) & _surnames(new)


def _surnames(paper: Paper) -> set[str]:
    return {name.casefold().replace(",", " ").split()[-1] for name in paper.authors if name.strip()}
