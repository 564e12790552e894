"""A wish as a subscription: the same wish has the same ids, so that asking twice changes what is there."""

from collections.abc import Iterable
from datetime import datetime

from papers.delivery_models import Feed, Kind, short_digest
from papers.following import DigestOptions, Subscription, TopicOptions
from papers.identity import fold
from papers.schedule import Cadence, Schedule

_ID_LENGTH = 12


def digest_subscription(
    *,
    owner: str,
    destination: str,
    schedule: Schedule,
    options: DigestOptions,
    now: datetime,
    confirmed: bool = True,
    notify: str | None = None,
) -> Subscription:
    """A digest; one a destination for each cadence and choice of categories. It is a feed of its own."""
    identity = _digest_id(destination, schedule, options)
    return Subscription(
        id=identity,
        kind=Kind.DIGEST,
        owner=owner,
        destination=destination,
        feed=identity,
        schedule=schedule,
        created=now,
        digest=options,
        confirmed=confirmed,
        notify=notify,
    )


def topic_subscription(
    *,
    owner: str,
    destination: str,
    schedule: Schedule,
    topic: TopicOptions,
    now: datetime,
    confirmed: bool = True,
    notify: str | None = None,
) -> Subscription:
    """A topic; one a destination for each text, paper and authors. Topics of one rhythm share a feed."""
    return Subscription(
        id=_topic_id(destination, topic),
        kind=Kind.TOPICS,
        owner=owner,
        destination=destination,
        feed=topics_feed(destination, schedule),
        schedule=schedule,
        created=now,
        topic=topic,
        confirmed=confirmed,
        notify=notify,
    )


def identity(subscription: Subscription) -> str:
    """The id that this wish would have if it were made now: another than its own once it was changed into another."""
    if subscription.digest is not None:
        return _digest_id(subscription.destination, subscription.schedule, subscription.digest)
    return _topic_id(subscription.destination, subscription.topic or TopicOptions())


def twin_of(wish: Subscription, there: Iterable[Subscription]) -> Subscription | None:
    """The one of these that brings the same as the wish: perhaps under another id, since it was changed into that."""
    return next((one for one in there if identity(one) == identity(wish)), None)


def beside(wish: Subscription, there: Iterable[Subscription]) -> Subscription:
    """A digest with an id that none of these has: one of them may have had its words before it was changed."""
    taken = {one.id for one in there}
    free, number = wish.id, 1
    while free in taken:
        number += 1
        free = _id(wish.id, str(number))
    return wish if free == wish.id else wish.model_copy(update={"id": free, "feed": free})


def _digest_id(destination: str, schedule: Schedule, options: DigestOptions) -> str:
    return _id(destination, schedule.cadence, ",".join(sorted(options.categories)).lower())


def _topic_id(destination: str, topic: TopicOptions) -> str:
    authors = sorted(f"{fold(author.name)}/{author.orcid or ''}" for author in topic.authors)
    return _id(destination, fold(topic.text) or topic.text.strip(), topic.like or "", *authors)


def _id(*what: str) -> str:
    return short_digest("\n".join(what))[:_ID_LENGTH]


def topics_feed(destination: str, schedule: Schedule) -> str:
    """The feed of all topics that one destination follows at one rhythm."""
    return short_digest(f"{destination}\n{schedule.model_dump_json()}")


def feed_of(subscription: Subscription) -> Feed:
    return Feed(
        id=subscription.feed,
        kind=subscription.kind,
        destination=subscription.destination,
        schedule=subscription.schedule,
    )


def again(wish: Subscription, known: Subscription) -> Subscription:
    """A wish that is made again: it takes over what belongs to the one that is there."""
    kept: dict[str, object] = {
        "created": known.created,
        "paused": known.paused,
        "confirmed": known.confirmed or wish.confirmed,
        "notify": wish.notify or known.notify,
    }
    if wish.topic and known.topic:
        kept["topic"] = wish.topic.model_copy(update={"feedback": wish.topic.feedback or known.topic.feedback})
    return wish.model_copy(update=kept)


def means_other(before: Subscription, after: Subscription) -> bool:
    """Whether a topic's vector, made for ``before``, is not that of ``after``."""

    def meaning(subscription: Subscription) -> object:
        topic = subscription.topic
        return topic and (topic.text, topic.like, topic.feedback)

    return meaning(before) != meaning(after)


def is_active(subscription: Subscription) -> bool:
    """Whether anything is to be sent for it."""
    return subscription.confirmed and not subscription.paused


def is_timed(subscription: Subscription) -> bool:
    """Whether its feed is due by the clock, and not whenever something comes."""
    return subscription.schedule.cadence is not Cadence.NOW
