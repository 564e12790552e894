"""What observations would change: the step between reading the store and writing it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from papers import keys, layout, merging, series
from papers.identity import normalize_doi, normalize_title
from papers.models import Observation, Paper, Signal, SignalName


@dataclass(frozen=True)
class Known:
    """What the store holds of a paper."""

    paper: Paper
    revision: str
    embedded: bool
    """Whether it has a vector of the configured model."""
    signals: Mapping[SignalName, series.Series]


@dataclass(frozen=True)
class Change:
    """What one or more observations of a paper, planned together, would write."""

    observations: tuple[Observation, ...]
    paper: Paper
    known: Known | None
    add: tuple[Signal, ...]
    remove: tuple[Signal, ...]

    @property
    def text_changed(self) -> bool:
        return self.known is None or layout.embedding_text(self.known.paper) != layout.embedding_text(self.paper)

    @property
    def paper_changed(self) -> bool:
        return self.known is None or self.known.paper != self.paper

    @property
    def wants_vector(self) -> bool:
        """Whether its text has no vector of the configured model yet: a text is embedded once."""
        return self.known is None or not self.known.embedded or self.text_changed


def combine(paper_id: str, observations: Sequence[Observation], known: Known | None) -> Change:
    """The observations of one paper, earliest first, on top of what is known of it."""
    paper = known.paper if known else None
    for observation in observations:
        paper = merging.merge(paper, observation) if paper else merging.as_first_seen(observation)
    assert paper is not None
    if paper.id != paper_id:
        paper = paper.model_copy(update={"id": paper_id})
    add, remove = series.append(known.signals if known else {}, [s for o in observations for s in o.signals])
    return Change(tuple(observations), paper, known, tuple(add), tuple(remove))


def alias_keys(paper: Paper) -> list[tuple[str, str]]:
    """``(key, field)`` of every other name the paper can be found by, the surest first."""
    doi = normalize_doi(paper.doi) if paper.doi else None
    title = normalize_title(paper.title)
    return [keys.alias(kind, value) for kind, value in (("doi", doi), ("title", title)) if value]


def same_paper_among(stored: Sequence[Paper], fresh: Mapping[tuple[str, str], Paper], paper: Paper) -> str:
    """The id of the paper that ``paper`` is another record of: in the store, or earlier in this batch; else its own."""
    earlier = [fresh[alias] for alias in alias_keys(paper) if alias in fresh]
    for other in (*stored, *earlier):
        if not merging.contradicts(other, paper):
            return other.id
    return paper.id
