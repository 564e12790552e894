"""Every topic that is followed, in memory, and kept so: only what has changed is read again."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from papers import keys, layout
from papers.delivery_models import Kind
from papers.following import Subscription
from papers.layout import Vector
from papers.log import get_logger
from papers.scripts import Script
from papers.topic_columns import TopicColumns
from papers.topics import Arrival, TopicMatch, match
from papers.wishes import is_active

if TYPE_CHECKING:
    from redis.asyncio import Redis

_PAGE = 500
_changes = Script("topic_changes")

log = get_logger("topics")


class TopicBook:
    """The active topics of one Redis with their vectors by one model. Used by one event loop; tasks may share it."""

    def __init__(self, redis: "Redis", model: str) -> None:
        self._redis = redis
        self._field = layout.vector_field(model)
        self._columns = TopicColumns()
        self._missing: set[str] = set()
        self._seen: set[str] = set()
        """All in keys.TOPICS as far as known, those included that cannot be used."""
        self._run, self._revision = "", 0
        self._lock = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def missing(self) -> frozenset[str]:
        """Topics that have no vector of this model and want one: they match nothing until they are embedded."""
        return frozenset(self._missing)

    @property
    def columns(self) -> TopicColumns:
        """The topics themselves. Changed by ``refresh`` only."""
        return self._columns

    async def refresh(self) -> int:
        """Take over what changed since the last time; returns how many topics that were. Raises redis-py's errors."""
        async with self._lock:
            changed = await self._take_over()
            if changed is None:
                # More was removed since than is remembered: look at all of them.
                self._run = ""
                changed = await self._take_over()
            return changed or 0

    async def match(self, arrivals: Sequence[Arrival], vectors: Vector) -> list[TopicMatch]:
        """``topics.match`` with these topics, in a thread of its own: the event loop goes on."""
        async with self._lock:
            return await asyncio.to_thread(match, self._columns, arrivals, vectors)

    async def _take_over(self) -> int | None:
        """None if what is here is not what is there, even so."""
        run, revision, count, whole, changed, gone = await _changes.run(
            self._redis, [keys.LEDGER], [self._revision, self._run]
        )
        names = [topic.decode() for topic in changed]
        if whole == b"1":
            removed = self._seen.difference(names)
            self._columns.reserve(len(names))
        else:
            removed = {topic.decode() for topic in gone}.difference(names)
        for topic in removed:
            self._remove(topic)
            self._seen.discard(topic)
        for start in range(0, len(names), _PAGE):
            await self._read(names[start : start + _PAGE])
        if len(self._seen) != count and whole != b"1":
            return None
        self._run, self._revision = run.decode(), int(revision)
        return len(names) + len(removed)

    async def _read(self, names: Sequence[str]) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            for topic in names:
                pipe.hmget(keys.subscription(topic), "data", self._field)
            rows: list[tuple[bytes | None, bytes | None]] = await pipe.execute()
        for topic, (data, packed) in zip(names, rows, strict=True):
            self._seen.add(topic)
            subscription = _parsed(topic, data)
            if subscription is None:
                self._remove(topic)
            else:
                self._put(subscription, packed)

    def _put(self, subscription: Subscription, packed: bytes | None) -> None:
        topic = subscription.topic
        assert topic is not None
        wants_vector = bool(topic.text or topic.like)
        vector = layout.unpack_vector(packed) if wants_vector and packed else None
        if vector is not None and self._columns.dimension not in {None, len(vector)}:
            vector = None
        self._columns.put(subscription, vector)
        (self._missing.add if wants_vector and vector is None else self._missing.discard)(subscription.id)

    def _remove(self, topic: str) -> None:
        self._columns.remove(topic)
        self._missing.discard(topic)


def _parsed(topic: str, data: bytes | None) -> Subscription | None:
    """The topic, if it is one that anything is to be sent for. One that is damaged stops no other."""
    if data is None:
        return None
    try:
        subscription = Subscription.model_validate_json(data)
    except ValidationError as error:
        log.warning("a followed topic cannot be read and matches nothing", topic=topic, error=str(error))
        return None
    is_one = subscription.kind is Kind.TOPICS and subscription.topic is not None and is_active(subscription)
    return subscription if is_one else None
