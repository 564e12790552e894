"""What a person asked for: a digest, or a topic to follow."""

from datetime import datetime

from pydantic import Field

from papers.delivery_models import Kind
from papers.models import Frozen
from papers.schedule import Schedule


class DigestOptions(Frozen):
    top: int = Field(default=10, ge=1, le=50)
    categories: tuple[str, ...] = ()
    minimum_score: float | None = Field(default=None, allow_inf_nan=False)
    language: str = "en"
    """Of dates: a BCP 47 tag such as ``de`` or ``pt-BR``."""
    say_when_empty: bool = False
    """One quiet line on a day with nothing new, instead of nothing."""
    publish: bool = False
    """In a channel for announcements: also to those who follow it from elsewhere."""


class FollowedAuthor(Frozen):
    """A person. Homonyms are told apart by ORCID or by the people they write with, where these are known."""

    name: str
    orcid: str | None = None
    coauthors: tuple[str, ...] = ()
    """If any: one of them must be on the paper too."""


class Feedback(Frozen):
    """A person's thumb on a hit: ``wanted`` widens the topic towards the paper, else it is narrowed away from it."""

    paper: str
    wanted: bool
    at: datetime
    threshold: float | None = None
    """The topic's threshold before it, for whoever takes it back."""


class TopicOptions(Frozen):
    """What is followed: words, a paper to be like, authors, or several of these (all must hold)."""

    text: str = ""
    like: str | None = None
    """Id of a paper."""
    authors: tuple[FollowedAuthor, ...] = ()
    """At least one of them."""
    excluded: tuple[str, ...] = ()
    """Words or phrases that must not be in title or abstract."""
    categories: tuple[str, ...] = ()
    threshold: float = Field(default=0.0, ge=-1.0, le=1.0)
    """Least cosine similarity of paper and topic, if it has words or a paper to be like."""
    revisions: bool = False
    """Whether a new version of a paper is news again."""
    feedback: tuple[Feedback, ...] = ()
    """Oldest first; of several on one paper the last counts."""


class Subscription(Frozen):
    """One wish of one owner for one destination. ``owner`` and ``destination`` are references."""

    id: str
    kind: Kind
    """DIGEST or TOPICS."""
    owner: str
    destination: str
    feed: str
    schedule: Schedule
    created: datetime
    digest: DigestOptions | None = None
    topic: TopicOptions | None = None
    paused: bool = False
    confirmed: bool = True
    """False until whoever owns an e-mail address has said yes."""
    notify: str | None = None
    """Reference of a destination that hears of it when this one is disabled."""


def may_resume(person: str, subscription: Subscription) -> bool:
    """Also who set it up for a place that owns it: they hear that it stopped, and can mend it."""
    return person in {subscription.owner, subscription.destination, subscription.notify}
