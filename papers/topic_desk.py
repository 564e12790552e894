"""Topics as a person makes and tunes them: words to a vector, a look at last week, a threshold, thumbs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from papers import layout
from papers.clock import Clock
from papers.encoder import Encoder
from papers.errors import BadInput, StoreError
from papers.feedback import Effect, effect
from papers.following import Subscription, TopicOptions
from papers.layout import Vector
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.topic_preview import Preview, look
from papers.topic_vectors import paper_vectors, vector_of
from papers.topic_week import RecentWeek, Week
from papers.tuning import adjusted_threshold, last_words, undone, with_thumb

_ATTEMPTS = 20


@dataclass(frozen=True)
class Looked:
    """A topic that was looked at: complete, with the threshold it would be followed with."""

    topic: TopicOptions
    vector: Vector | None
    """float32[dim] of unit length; None if only authors are followed."""
    preview: Preview

    @property
    def packed(self) -> bytes | None:
        """The vector as ``Subscriptions.save`` takes it."""
        return None if self.vector is None else layout.pack_vector(self.vector)


@dataclass(frozen=True)
class Tuned:
    subscription: Subscription
    """As it is now."""
    effect: Effect
    """On the papers of the last week; empty if there was nothing to do."""


class TopicDesk:
    """Makes topics and changes them. Raises redis-py's errors, and EncoderUnavailable where words must be embedded
    and neither a worker nor this process can."""

    def __init__(self, store: PaperStore, subscriptions: Subscriptions, encoder: Encoder, clock: Clock) -> None:
        self._store = store
        self._subscriptions = subscriptions
        self._encoder = encoder
        self._clock = clock
        self._week = RecentWeek(store)

    async def look(self, topic: TopicOptions, threshold: float | None) -> Looked:
        """Make the topic's vector and see what last week would have brought; None: the threshold that is suggested.

        Raises BadInput, NotFound, EncoderUnavailable.
        """
        vector = await vector_of(topic, self._encoder, self._store)
        week = await self._week.at(self._clock.now())
        # In a thread: thousands of papers are a tenth of a second, in which nobody else would be answered.
        seen = await asyncio.to_thread(look, topic, vector, week.papers, week.vectors, week.at)
        chosen = seen.threshold if threshold is None else threshold
        return Looked(topic.model_copy(update={"threshold": chosen if vector is not None else 0.0}), vector, seen)

    async def tune(self, subscription: Subscription, *, paper: str, wanted: bool) -> Tuned:
        """Move a topic towards a paper or away from it; ``paper`` is an id as a person writes it.

        The same thumb on the same paper again changes nothing, and two at once both count. Raises BadInput, NotFound,
        EncoderUnavailable.
        """
        now, rated = self._clock.now(), ""
        for _ in range(_ATTEMPTS):
            topic = _topic(subscription)
            rated = rated or (await self._store.find(paper)).id
            if last_words(topic).get(rated) is wanted:
                return Tuned(subscription, Effect())
            tuned = await self._move(subscription, with_thumb(topic, rated, wanted=wanted, at=now), now, rated)
            if tuned is not None:
                return tuned
            subscription = await self._subscriptions.get(subscription.id)
        raise _too_busy(subscription)

    async def undo(self, subscription: Subscription) -> Tuned:
        """Take back the last thumb of the subscription as it is given; if somebody did so meanwhile, nothing.

        Raises BadInput if it has none, NotFound, EncoderUnavailable.
        """
        last = _topic(subscription).feedback[-1:]
        for _ in range(_ATTEMPTS):
            topic = undone(_topic(subscription))
            tuned = await self._move(subscription, topic, self._clock.now(), None)
            if tuned is not None:
                return tuned
            subscription = await self._subscriptions.get(subscription.id)
            if _topic(subscription).feedback[-1:] != last:
                return Tuned(subscription, Effect())
        raise _too_busy(subscription)

    async def _move(
        self, subscription: Subscription, topic: TopicOptions, now: datetime, rated: str | None
    ) -> Tuned | None:
        """Give it another topic, whose threshold follows the paper that was rated. None: it was changed meanwhile."""
        known = _topic(subscription)
        before = await vector_of(known, self._encoder, self._store)
        after = await vector_of(topic, self._encoder, self._store)
        if before is None or after is None:
            raise BadInput("this topic follows authors only: there is nothing to make wider or narrower")
        week = await self._week.at(now)
        if rated is not None:
            own = (await paper_vectors([rated], self._encoder, self._store)).get(rated)
            threshold = await asyncio.to_thread(_threshold, topic, before, after, own, week)
            topic = topic.model_copy(update={"threshold": threshold})
        moved = await self._subscriptions.retopic(subscription, now, topic=topic, vector=layout.pack_vector(after))
        if moved is None:
            return None
        what = await asyncio.to_thread(effect, before, after, week.vectors, known.threshold, topic.threshold)
        return Tuned(moved, what)


def _threshold(topic: TopicOptions, before: Vector, after: Vector, rated: Vector | None, week: Week) -> float:
    """The threshold of a topic whose last thumb moved it from ``before`` to ``after``. Pure."""
    vectors = list(week.vectors.values())
    recent = np.stack(vectors) if vectors else np.empty((0, len(after)), np.float32)
    return adjusted_threshold(
        topic.threshold,
        recent @ before,
        recent @ after,
        wanted=topic.feedback[-1].wanted,
        rated=topic.threshold if rated is None else float(rated @ after),
    )


def _topic(subscription: Subscription) -> TopicOptions:
    if subscription.topic is None:
        raise BadInput(f"{subscription.id} is a digest: only a topic can be tuned")
    return subscription.topic


def _too_busy(subscription: Subscription) -> StoreError:
    return StoreError(f"the topic {subscription.id} is being changed by others all the time: try again")
