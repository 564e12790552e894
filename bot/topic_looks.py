"""Looking at last week through a topic, within a time; and what is done where that is not possible."""

import asyncio
from datetime import datetime

from bot.caller import Caller
from bot.desk import Desk
from bot.permission import may_change, none_such
from papers.errors import EncoderUnavailable
from papers.following import Subscription, TopicOptions
from papers.schedule import Schedule
from papers.topic_desk import Looked
from papers.topic_preview import USUAL
from papers.wishes import topic_subscription


class TopicLooks:
    """Raises BadInput and NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, *, longest: float) -> None:
        """``longest``: seconds that a look may take."""
        self._desk = desk
        self._longest = longest

    async def look(self, topic: TopicOptions, threshold: float | None) -> Looked | None:
        """None if it cannot be looked at now: nobody embeds its words, or it takes too long."""
        try:
            async with asyncio.timeout(self._longest):
                return await self._desk.topics.look(topic, threshold)
        except (EncoderUnavailable, TimeoutError):
            return None

    async def made(self, topic: TopicOptions, threshold: float | None) -> tuple[TopicOptions, bytes | None]:
        """The topic with its threshold, and its vector if it has one and it can be made now."""
        looked = await self.look(topic, threshold)
        if looked is not None:
            return looked.topic, looked.packed
        return topic.model_copy(update={"threshold": USUAL if threshold is None else threshold}), None

    async def followed(self, caller: Caller, topic: TopicOptions) -> Subscription | None:
        """What the person follows in these words already."""
        wish = topic_wish(caller, topic, Schedule(), self._desk.clock.now())
        known = await self._desk.subscriptions.known(wish.id)
        return known if known is not None and known.topic is not None and may_change(caller, known) else None


def topic_wish(caller: Caller, topic: TopicOptions, schedule: Schedule, now: datetime) -> Subscription:
    """For the person alone: wherever it was asked, it comes by direct message."""
    me = caller.person
    return topic_subscription(owner=me, destination=me, schedule=schedule, topic=topic, now=now)


def topic_of(caller: Caller, known: Subscription) -> TopicOptions:
    """Raises NotFound for a digest: the form was made for something else."""
    if known.topic is None:
        raise none_such(caller)
    return known.topic
