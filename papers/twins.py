"""Which records tell of one paper: by arXiv id, then DOI, then normalized title. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from papers import keys
from papers.identity import arxiv_base_id, normalize_doi, normalize_title
from papers.merging import contradicts
from papers.models import Observation, Paper


@dataclass
class Group:
    """Observations of one paper, earliest first, and the id it is, or will be, stored under."""

    id: str
    observations: list[Observation] = field(default_factory=list)
    twins: set[str] = field(default_factory=set)
    """Other ids under which the store holds the same paper: to be merged into ``id``."""
    namesakes: list[Paper] = field(default_factory=list)
    """Papers of the store with the same title that are others all the same."""


def alias_keys(paper: Paper) -> list[tuple[str, str]]:
    """``(key, field)`` of every other name the paper can be found by, the surest first."""
    doi = normalize_doi(paper.doi) if paper.doi else None
    title = normalize_title(paper.title)
    return [keys.alias(kind, value) for kind, value in (("doi", doi), ("title", title)) if value]


def group(
    observations: Sequence[Observation], matches: Sequence[Sequence[Paper]], stored: Collection[str]
) -> list[Group]:
    """The observations by paper. ``matches``: for each, the stored papers that its DOI or title points at.

    ``stored`` are those of the observations' own ids that the store holds. A paper goes by its arXiv id if any of its
    records has one, else by an id the store knows, else by the first.
    """
    same = _SameAs()
    named: dict[tuple[str, str], Paper] = {}
    for observation, found in zip(observations, matches, strict=True):
        paper = observation.paper
        aliases = alias_keys(paper)
        for other in (*found, *(named[alias] for alias in aliases if alias in named)):
            if not contradicts(other, paper) and same.join(paper.id, other.id):
                break
        named.update({alias: paper for alias in aliases if alias not in named})
    known = {*stored, *(paper.id for found in matches for paper in found)}
    return _groups(observations, matches, same, known)


def _groups(
    observations: Sequence[Observation], matches: Sequence[Sequence[Paper]], same: "_SameAs", known: Collection[str]
) -> list[Group]:
    groups: dict[str, Group] = {}
    for observation, found in zip(observations, matches, strict=True):
        ids = same.ids(observation.paper.id)
        best = min(ids, key=lambda paper_id: (arxiv_base_id(paper_id) is None, paper_id not in known))
        mine = groups.setdefault(best, Group(best, twins={i for i in ids if i != best and i in known}))
        mine.observations.append(observation)
        mine.namesakes += [paper for paper in found if paper.id not in ids]
    return list(groups.values())


class _SameAs:
    """Sets of ids that are one paper; no set ever holds two arXiv ids."""

    def __init__(self) -> None:
        self._sets: dict[str, list[str]] = {}

    def ids(self, paper_id: str) -> list[str]:
        return self._sets.setdefault(paper_id, [paper_id])

    def join(self, one: str, other: str) -> bool:
        mine, theirs = self.ids(one), self.ids(other)
        if mine is theirs:
            return True
        both = mine + theirs
        if sum(arxiv_base_id(paper_id) is not None for paper_id in both) > 1:
            return False
        for paper_id in both:
            self._sets[paper_id] = both
        return True
