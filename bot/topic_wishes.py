"""Topics as a person handed them in: followed, or changed."""

from bot.caller import Caller
from bot.desk import Desk
from bot.follow_form import TOPIC, read_topic
from bot.forms import Filled, Mistake
from bot.replies import Reply
from bot.rhythm_fields import read_rhythm
from bot.threshold_field import read_threshold
from bot.topic_looks import TopicLooks, topic_of, topic_wish
from bot.wish_book import WishBook
from papers.following import Subscription, TopicOptions
from papers.schedule import Schedule
from papers.subscriptions import Saved
from papers.wishes import identity, means_other

_SAID = {
    Saved.MADE: "You follow this now. New papers come to you by direct message.",
    Saved.CHANGED: "You followed this already; it is changed to what you asked now.",
    Saved.UNCHANGED: "You follow this already, just like that.",
}


class TopicWishes:
    """Raises BadInput and NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, book: WishBook, looks: TopicLooks) -> None:
        self._desk = desk
        self._book = book
        self._looks = looks

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        """Follow what was filled in."""
        usual = await self._book.usual_schedule(caller)
        read = _read(filled, TopicOptions(), usual)
        if isinstance(read, Mistake):
            return read
        topic, threshold, schedule = read
        now = self._desk.clock.now()
        known = await self._desk.subscriptions.known(topic_wish(caller, topic, schedule, now).id)
        if known is not None and known.topic is not None:
            # They move the vector: it is made with them, or it would not be theirs.
            topic = topic.model_copy(update={"feedback": known.topic.feedback, "revisions": known.topic.revisions})
        topic, vector = await self._looks.made(topic, threshold)
        wish = topic_wish(caller, topic, schedule, now)
        saved, subscription = await self._desk.subscriptions.save(wish, now, vector=vector)
        return await self._told(caller, await self._book.awake(subscription), _SAID[saved], usual)

    async def change(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        """Change a topic into what was filled in."""
        known = await self._book.changeable(caller, filled.context)
        read = _read(filled, topic_of(caller, known), known.schedule)
        if isinstance(read, Mistake):
            return read
        topic, threshold, schedule = read
        after = known.model_copy(update={"topic": topic, "schedule": schedule})
        if (twin := identity(after)) != known.id and await self._desk.subscriptions.known(twin):
            return Mistake(field=TOPIC, text="You follow just that already: change that one, or remove it first.")
        vector = None
        if threshold is None or means_other(known, after) or not (topic.text or topic.like):
            topic, vector = await self._looks.made(topic, threshold)
        else:
            topic = topic.model_copy(update={"threshold": threshold})
        now = self._desk.clock.now()
        changed = await self._desk.subscriptions.change(known.id, now, vector=vector, topic=topic, schedule=schedule)
        return await self._told(caller, changed, "Changed.", known.schedule)

    async def _told(self, caller: Caller, subscription: Subscription, said: str, before: Schedule) -> Reply:
        caller, zone_told = await self._book.zone_kept(caller, before, subscription.schedule)
        return Reply(text=f"{said} {zone_told}".rstrip(), cards=await self._book.cards(caller, [subscription]))


def _read(
    filled: Filled, topic: TopicOptions, schedule: Schedule
) -> tuple[TopicOptions, float | None, Schedule] | Mistake:
    """Topic, threshold and schedule as they were filled in."""
    wanted = read_topic(filled, topic)
    if isinstance(wanted, Mistake):
        return wanted
    threshold = read_threshold(filled)
    if isinstance(threshold, Mistake):
        return threshold
    rhythm = read_rhythm(filled, schedule, at_once=True)
    return rhythm if isinstance(rhythm, Mistake) else (wanted, threshold, rhythm)
