"""What a message is made of, in the domain's terms; how it reads and looks is up to its adapter."""

from datetime import datetime

from papers.following import DigestOptions, Subscription
from papers.models import Frozen, Paper, TrendingPaper, Window


class DigestContent(Frozen):
    """Trending papers that this feed has not told of yet, as of ``at``; without any, one quiet line: ``note``."""

    chart: tuple[TrendingPaper, ...]
    at: datetime
    window: Window
    zone: str
    options: DigestOptions
    note: str | None = None


class Match(Frozen):
    """A new paper and the topics of one feed that it matches, the best match first."""

    paper: Paper
    score: float
    """Cosine similarity with the best of them; 1 for a followed author."""
    topics: tuple[str, ...]
    """Ids of their subscriptions."""


class TopicsContent(Frozen):
    """New papers for what is followed, the best first."""

    matches: tuple[Match, ...]
    subscriptions: tuple[Subscription, ...]
    """The topics named by the matches."""
    more: int
    """How many more matched than are told of."""
    at: datetime
    zone: str


class NoticeContent(Frozen):
    """Another destination of the same owner was disabled."""

    destination: str
    """As the owner knows it."""
    reason: str
    subscriptions: tuple[Subscription, ...]
    """What is no longer sent there."""
    resumable: frozenset[str] = frozenset()
    """Ids of those that the reader may resume from where they read it."""


class ConfirmationContent(Frozen):
    """Somebody, most likely the reader, asked for these to be sent here; they start when the reader says yes."""

    subscriptions: tuple[Subscription, ...]


Content = DigestContent | TopicsContent | NoticeContent | ConfirmationContent


def paper_ids(content: Content) -> tuple[str, ...]:
    """Ids of the papers it tells of, in order."""
    if isinstance(content, DigestContent):
        return tuple(item.paper.id for item in content.chart)
    if isinstance(content, TopicsContent):
        return tuple(match.paper.id for match in content.matches)
    return ()
