"""Delivery as a person starts it: match, plan, send all that is due, and tell what came of it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from paperboy.post import Post
from papers.contents import Content
from papers.delivery_models import Delivery, State, delivery_id
from papers.destinations import parse_destination
from papers.errors import BadInput, NotFound
from papers.inbox import put_matches
from papers.matching import match_arrivals
from papers.models import Frozen
from papers.planning import plan_due
from papers.topic_embedding import embed_topics
from papers.topics import TopicMatch

_LAST_YEAR = 9000
PATIENCE = 60.0
"""Seconds that ``digest send`` waits for a platform that asks us to wait, or for what another sender has in hand."""


class SendReport(Frozen):
    """What one ``digest send`` did, by number of messages."""

    planned: int
    sent: int = 0
    empty: int = 0
    failed: int = 0
    dead: int = 0
    unknown: int = 0
    left: int = 0
    """Due, but not sent: a platform asks us to wait, or another sender has them."""


async def send_due(post: Post, now: datetime) -> SendReport:
    """Send all that is due at ``now``, and nothing twice. Raises BadInput for a time with no end of the calendar."""
    if now.year >= _LAST_YEAR:
        raise BadInput(f"{now:%Y-%m-%d} is too far off: choose a time before {_LAST_YEAR}")
    planned = await make_due(post, now)
    done = await post.sender(post.app.clock).drain(now, patience=PATIENCE)
    left = await post.ledger.outstanding(post.adapters, now)
    return _report(planned, done, left)


async def make_due(post: Post, now: datetime) -> int:
    """Match what is new with what is followed, and plan what is due. Returns how many deliveries were made."""
    await match_new(post, now)
    return await plan_due(post.app.store.redis, post.ledger, post.app.settings, now)


async def match_new(post: Post, now: datetime) -> None:
    """Put the new papers that match a topic into the inboxes."""
    redis = post.app.store.redis
    await post.book.refresh()
    if post.book.missing:
        await embed_topics(post.book, post.subscriptions, post.encoder, post.app.store, now)
    await match_arrivals(post.app.store, post.book, now, lambda matches: put_matches(redis, post.ledger, matches, now))


def _report(planned: int, done: Counter[State], left: int) -> SendReport:
    return SendReport(
        planned=planned,
        sent=done[State.SENT],
        empty=done[State.EMPTY],
        failed=done[State.FAILED],
        dead=done[State.DEAD],
        unknown=done[State.UNKNOWN],
        left=left,
    )


async def preview(post: Post, to: str, now: datetime) -> list[tuple[Delivery, Content | None]]:
    """What each feed of a destination would bring if it were due now. Nothing is sent or remembered."""
    destination = await post.addresses.lookup(parse_destination(to))
    feeds = {s.feed: s for s in await post.subscriptions.of_destination(destination)}
    if not feeds:
        raise NotFound(f"nothing is subscribed for {to}: `paperboy subscribe --to {to}` does it")
    news = await _news(post, now)
    found = []
    for feed, subscription in feeds.items():
        identity = delivery_id(destination=destination, feed=feed, period="preview", kind=subscription.kind)
        delivery = Delivery(
            id=identity, kind=subscription.kind, feed=feed, destination=destination, period="preview", due=now
        )
        written = await post.writer.write(delivery, now, news=news[feed])
        found.append((delivery, written.content if written else None))
    return found


async def _news(post: Post, now: datetime) -> dict[str, dict[str, dict[str, float]]]:
    """By feed, what would match by ``now`` and is in no inbox yet: name -> {topic: score}."""
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))

    async def take(matches: Sequence[TopicMatch]) -> None:
        for match in matches:
            found[match.feed][match.paper][match.topic] = match.score

    await post.book.refresh()
    await match_arrivals(post.app.store, post.book, now, take, keep=True)
    return found
