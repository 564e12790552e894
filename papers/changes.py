"""What observations would change: the step between reading the store and writing it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from papers import layout, merging, series
from papers.models import Observation, Paper, Signal, SignalName
from papers.twins import Group

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    absorbed: tuple[Paper, ...] = ()
    """Papers of the store that turned out to be this one, and go."""
    same_text: tuple[str, ...] = ()
    """Ids of other papers of the store that have the very same text, and so the same vector."""

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


def combine(group: Group, known: Mapping[str, Known]) -> Change:
    """What a group's observations say, on top of what is known of the paper under any of its ids."""
    mine = known.get(group.id)
    twins = [known[twin] for twin in sorted(group.twins) if twin in known]
    told = [*(_as_told(twin) for twin in twins), *group.observations]
    paper = mine.paper if mine else merging.as_first_seen(told[0]).model_copy(update={"id": group.id})
    for observation in told:
        paper = merging.merge(paper, observation)
    add, remove = series.append(mine.signals if mine else {}, [s for observation in told for s in observation.signals])
    return Change(
        observations=tuple(group.observations),
        paper=paper,
        known=mine,
        add=tuple(add),
        remove=tuple(remove),
        absorbed=tuple(twin.paper for twin in twins),
        same_text=tuple(
            other.id for other in group.namesakes if layout.embedding_text(other) == layout.embedding_text(paper)
        ),
    )


def _as_told(twin: Known) -> Observation:
    """What the store holds under another id, as if a source had just said it."""
    signals = tuple(signal for points in twin.signals.values() for signal in points)
    first = min((signal.at for signal in signals), default=EPOCH)
    return Observation(source="store", seen_at=twin.paper.first_seen or first, paper=twin.paper, signals=signals)
