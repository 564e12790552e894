"""What the whole project talks about. All frozen; a changed paper is a new value."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, computed_field

from papers.identity import arxiv_base_id


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(Frozen):
    """One paper, whatever its source. Texts are plain Unicode: no TeX, no markup, no line breaks in titles."""

    id: str
    """arXiv base id where there is one (``2401.01234``, ``astro-ph/0601001``), else ``doi:…``, else the importer's."""
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    orcids: Mapping[str, str] = {}
    """ORCID iDs of authors, by their names as they stand in ``authors``; of few are they known."""
    published: datetime | None = None
    updated: datetime | None = None
    version: int | None = None
    """arXiv version of title and abstract, from 1; None where the source does not say."""
    categories: tuple[str, ...] = ()
    """arXiv categories, the primary one first."""
    doi: str | None = None
    link: str | None = None
    """A web page, for papers that have neither arXiv id nor DOI."""
    gist: str | None = None
    """The source's own one-sentence summary."""
    keywords: tuple[str, ...] = ()
    organization: str | None = None
    code_url: str | None = None
    project_url: str | None = None
    comment: str | None = None
    journal_ref: str | None = None
    withdrawn: bool = False
    listed: datetime | None = None
    """When a curated list (Daily Papers) first showed it; the start of its public life."""
    first_seen: datetime | None = None
    """When Paperboy first saw it; set by ingestion, kept for good."""
    as_of: datetime | None = None
    """When what is known of it last changed, by the time of the look that changed it; set by ingestion."""

    @property
    def arxiv_id(self) -> str | None:
        return arxiv_base_id(self.id)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def url(self) -> str:
        """Where a person reads it: arXiv, else the DOI, else ``link``, else an empty string."""
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return self.link or ""

    @property
    def huggingface_url(self) -> str | None:
        """Its Daily Papers page, if it was listed there."""
        return f"https://huggingface.co/papers/{self.arxiv_id}" if self.arxiv_id and self.listed else None


class SignalName(StrEnum):
    """Signs that people care. Values are running totals, never differences."""

    UPVOTES = "upvotes"
    COMMENTS = "comments"
    STARS = "stars"
    PARTICIPATION = "author_participating"


class Signal(Frozen):
    """One total of one sign, as it stood at one time."""

    name: SignalName
    value: float = Field(ge=0, allow_inf_nan=False)
    at: datetime


class Observation(Frozen):
    """What one source said of one paper at one time: the unit that sources yield and ingestion takes."""

    source: str
    seen_at: datetime
    paper: Paper
    signals: tuple[Signal, ...] = ()
    embedding: bytes | None = None
    """A ready vector of the paper's text by the configured model, packed as ``layout.pack_vector`` does."""


class SearchHit(Frozen):
    paper: Paper
    score: float


class SearchMode(StrEnum):
    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    KEYWORD = "keyword"


class SearchResult(Frozen):
    """Hits, best first; ``mode`` is what was really done, ``note`` a sentence when that is not what was asked."""

    hits: tuple[SearchHit, ...]
    mode: SearchMode
    note: str | None = None


class Window(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class TrendingPaper(Frozen):
    """A paper on a chart. The values of ``why`` (signal name -> its part) add up to ``score``."""

    paper: Paper
    rank: int
    score: float
    why: Mapping[str, float]
    signals: Mapping[SignalName, float] = {}
    """The totals the score was made of, for people to read."""
    gained: Mapping[SignalName, float] = {}
    estimated: frozenset[SignalName] = frozenset()
    """Signals whose gain lies between two looks far apart, and is taken to have grown evenly between them."""
    """What each total grew by in the last 24 hours; a sign without an earlier reading is left out."""


class IngestReport(Frozen):
    """What an ingestion did, by number of papers."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    embedded: int = 0
    signals: int = 0
    skipped: int = 0
    """Items that could not be read; each was logged with its reason."""
    failures: tuple[str, ...] = ()
    """One sentence for each source that failed as a whole."""
