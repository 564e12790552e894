"""Topics as a person makes and tunes them: words to a vector, a look at last week, a threshold, thumbs."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from papers import layout
from papers.clock import Clock
from papers.embedding import Encoder
from papers.errors import BadInput
from papers.feedback import Effect, effect
from papers.following import Subscription, TopicOptions
from papers.layout import Vector
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.topic_preview import Preview, papers_of_the_week, preview
from papers.topic_vectors import paper_vectors, vector_of
from papers.tuning import adjusted_threshold, undone, with_thumb


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
    effect: Effect
    """On the papers of the last week."""


class TopicDesk:
    """Makes topics and changes them. Raises redis-py's errors, and EncoderUnavailable where words must be embedded
    and neither a worker nor this process can."""

    def __init__(self, store: PaperStore, subscriptions: Subscriptions, encoder: Encoder, clock: Clock) -> None:
        self._store = store
        self._subscriptions = subscriptions
        self._encoder = encoder
        self._clock = clock

    async def look(self, topic: TopicOptions, threshold: float | None) -> Looked:
        """Make the topic's vector and see what last week would have brought; None: the threshold that is suggested.

        Raises BadInput, NotFound, EncoderUnavailable.
        """
        vector = await vector_of(topic, self._encoder, self._store)
        seen = await preview(topic, vector, self._store, self._clock.now())
        chosen = seen.threshold if threshold is None else threshold
        return Looked(topic.model_copy(update={"threshold": chosen if vector is not None else 0.0}), vector, seen)

    async def tune(self, subscription: Subscription, *, paper: str, wanted: bool) -> Tuned:
        """Move a topic towards a paper or away from it; ``paper`` is an id as a person writes it.

        Raises BadInput, NotFound, EncoderUnavailable.
        """
        now, topic = self._clock.now(), _topic(subscription)
        rated = await self._store.find(paper)
        return await self._move(subscription, with_thumb(topic, rated.id, wanted=wanted, at=now), now, rated.id)

    async def undo(self, subscription: Subscription) -> Tuned:
        """Take the last such step back. Raises BadInput if there is none, EncoderUnavailable."""
        return await self._move(subscription, undone(_topic(subscription)), self._clock.now(), None)

    async def _move(self, subscription: Subscription, topic: TopicOptions, now: datetime, rated: str | None) -> Tuned:
        known = _topic(subscription)
        before = await vector_of(known, self._encoder, self._store)
        after = await vector_of(topic, self._encoder, self._store)
        if before is None or after is None:
            raise BadInput("this topic follows authors only: there is nothing to make wider or narrower")
        _, vectors = await papers_of_the_week(self._store, now)
        if rated is not None:
            own = (await paper_vectors([rated], self._encoder, self._store)).values()
            recent = np.stack(list(vectors.values())) if vectors else np.empty((0, len(after)), np.float32)
            threshold = adjusted_threshold(
                topic.threshold,
                recent @ before,
                recent @ after,
                wanted=topic.feedback[-1].wanted,
                rated=max((float(vector @ after) for vector in own), default=topic.threshold),
            )
            topic = topic.model_copy(update={"threshold": threshold})
        tuned = await self._subscriptions.change(subscription.id, now, vector=layout.pack_vector(after), topic=topic)
        return Tuned(tuned, effect(before, after, vectors, known.threshold, topic.threshold))


def _topic(subscription: Subscription) -> TopicOptions:
    if subscription.topic is None:
        raise BadInput(f"{subscription.id} is a digest: only a topic can be tuned")
    return subscription.topic
