"""Messages that come by themselves, built from their content: the same for every platform."""

from bot.dates import local_moment
from bot.messages import Digest, Entry, digest, entry_fields
from bot.wishes import describe, topic_name
from bot.wording import reason_told
from papers.contents import ConfirmationContent, Content, DigestContent, Match, NoticeContent, TopicsContent
from papers.display import one_line
from papers.following import Subscription, TopicOptions
from papers.models import Frozen


class FollowedTopic(Frozen):
    """A topic that a paper matches. ``id`` is its subscription's, for thumbs up and down."""

    id: str
    name: str


class TopicsEntry(Entry):
    topics: tuple[FollowedTopic, ...]
    """The best match first."""
    score: float


class TopicsMessage(Frozen):
    """New papers for what somebody follows, each once, with the topics it matches."""

    heading: str
    span: str
    """When this was so, as people read it."""
    entries: tuple[TopicsEntry, ...]
    notes: tuple[str, ...] = ()


class NoticeMessage(Frozen):
    """Nothing is sent to another place any more."""

    heading: str
    text: str
    """What happened and why."""
    items: tuple[str, ...]
    """What is no longer sent."""
    notes: tuple[str, ...] = ()
    """What can be done."""


class ConfirmationMessage(Frozen):
    """Asks whoever reads it for a yes. The adapter adds how to give it."""

    heading: str
    text: str
    items: tuple[str, ...]
    """What was asked for."""
    notes: tuple[str, ...] = ()


Message = Digest | TopicsMessage | NoticeMessage | ConfirmationMessage


def message_of(content: Content) -> Message:
    """What an adapter renders."""
    if isinstance(content, DigestContent):
        return _digest(content)
    if isinstance(content, TopicsContent):
        return _topics(content)
    return _notice(content) if isinstance(content, NoticeContent) else _confirmation(content)


def _digest(content: DigestContent) -> Digest:
    return digest(
        content.chart,
        at=content.at,
        window=content.window,
        notes=(content.note,) if content.note else (),
        zone=content.zone,
        language=content.options.language,
    )


def _topics(content: TopicsContent) -> TopicsMessage:
    names = {s.id: topic_name(s.topic or TopicOptions()) for s in content.subscriptions}
    entries = tuple(_topics_entry(match, rank, names) for rank, match in enumerate(content.matches, start=1))
    more = (f"{_papers(content.more)} more matched and {_are(content.more)} not shown.",) if content.more else ()
    return TopicsMessage(
        heading="New for what you follow", span=local_moment(content.at, content.zone), entries=entries, notes=more
    )


def _topics_entry(match: Match, rank: int, names: dict[str, str]) -> TopicsEntry:
    topics = tuple(FollowedTopic(id=topic, name=names[topic]) for topic in match.topics if topic in names)
    return TopicsEntry(**entry_fields(match.paper, rank), topics=topics, score=match.score)


def _notice(content: NoticeContent) -> NoticeMessage:
    place = one_line(content.destination)
    return NoticeMessage(
        heading="Something you asked for can no longer be delivered",
        text=f"Nothing is sent to {place} any more: {reason_told(content.reason)}.",
        items=_described(content.subscriptions),
        notes=("Mend the cause, then resume them, here or among what is followed there. This is told once.",),
    )


def _confirmation(content: ConfirmationContent) -> ConfirmationMessage:
    return ConfirmationMessage(
        heading="Do you want to receive papers here?",
        text="Somebody, most likely you, asked for this to be sent to you:",
        items=_described(content.subscriptions),
        notes=("If it was not you, do nothing: without your yes nothing is sent.",),
    )


def _described(subscriptions: tuple[Subscription, ...]) -> tuple[str, ...]:
    return tuple(map(describe, subscriptions))


def _papers(count: int) -> str:
    return f"{count} paper{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
