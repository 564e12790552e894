"""Topics that a person follows: offered, asked for with a form, saved, changed."""

import asyncio
from datetime import datetime

from bot.actions import Action, Verb, action
from bot.asks import Follow
from bot.caller import Caller
from bot.desk import Desk
from bot.follow_form import AUTHORS, EXCLUDED, TOPIC, follow_form, read_threshold, read_topic
from bot.forms import Field, Filled, Form, FormName, Mistake
from bot.permission import none_such
from bot.preview import preview_message
from bot.preview_reply import preview_reply
from bot.replies import Button, Reply, Style
from bot.rhythm_fields import read_rhythm
from bot.wish_book import WishBook
from papers.display import one_line
from papers.errors import EncoderUnavailable
from papers.following import Subscription, TopicOptions
from papers.schedule import Schedule
from papers.subscriptions import Saved
from papers.topic_desk import Looked
from papers.topic_preview import USUAL
from papers.topic_text import parse_topic
from papers.wishes import identity, means_other, topic_subscription

_NO_PREVIEW = (
    "There is no preview at the moment. You can follow all the same: papers are matched as soon as that works again."
)
_FIRST_WORDS = "Write what the papers should be about, and see what last week would have brought."


class TopicWishes:
    """Raises BadInput and NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, book: WishBook, *, longest_look: float) -> None:
        """``longest_look``: seconds that looking at last week may take before it is done without."""
        self._desk = desk
        self._book = book
        self._longest_look = longest_look

    async def offer(self, caller: Caller, ask: Follow) -> Reply:
        """The preview of a topic where no form can open, and the button that opens it."""
        text = one_line(ask.text)
        if not text:
            words = f"Write what you want to follow, as in: {caller.command} follow diffusion models for proteins"
            return Reply(text=words, buttons=(_choose(action(Verb.FOLLOW), "Fill in a form"),))
        parse_topic(text)
        looked = await self._look(TopicOptions(text=text), None)
        preview = Reply(heading=f"“{text}”", text=_NO_PREVIEW) if looked is None else _preview(looked)
        button = _choose(action(Verb.FOLLOW, await self._desk.asked.keep(text)), "Choose when")
        return preview.model_copy(update={"buttons": (button,)})

    async def form(self, caller: Caller, key: str | None) -> Form:
        """The form of a new topic; ``key`` is that of its words, as they were asked."""
        text = (await self._desk.asked.text(key) or "") if key else ""
        topic = TopicOptions(text=text)
        looked = await self._look(topic, None) if text else None
        return follow_form(
            topic,
            await self._book.usual_schedule(caller),
            self._desk.clock.now(),
            looked=looked,
            why_not=_NO_PREVIEW if text else _FIRST_WORDS,
        )

    async def change_form(self, caller: Caller, known: Subscription) -> Form:
        topic = _topic(caller, known)
        has_words = bool(topic.text or topic.like)
        return follow_form(
            topic,
            known.schedule,
            self._desk.clock.now(),
            looked=await self._look(topic, topic.threshold),
            why_not=_NO_PREVIEW,
            threshold=topic.threshold if has_words else None,
            subscription=known.id,
        )

    async def refresh(self, caller: Caller, filled: Filled) -> Form:
        """The form with what is filled in so far, and a preview of it."""
        topic, schedule = TopicOptions(), await self._book.usual_schedule(caller)
        if filled.name is FormName.CHANGE_TOPIC:
            known = await self._book.changeable(caller, filled.context)
            topic, schedule = _topic(caller, known), known.schedule
        wanted, threshold = read_topic(filled, topic), read_threshold(filled)
        rhythm = read_rhythm(filled, schedule, at_once=True)
        chosen = None if isinstance(threshold, Mistake) else threshold
        looked = None if isinstance(wanted, Mistake) else await self._look(wanted, chosen)
        form = follow_form(
            topic if isinstance(wanted, Mistake) else wanted,
            schedule if isinstance(rhythm, Mistake) else rhythm,
            self._desk.clock.now(),
            looked=looked,
            why_not=wanted.text if isinstance(wanted, Mistake) else _NO_PREVIEW,
            threshold=chosen,
            subscription=filled.context if filled.name is FormName.CHANGE_TOPIC else "",
        )
        return _as_typed(form, filled)

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        """Follow what was filled in."""
        read = _read(filled, TopicOptions(), await self._book.usual_schedule(caller))
        if isinstance(read, Mistake):
            return read
        topic, threshold, schedule = read
        now = self._desk.clock.now()
        wish = _wish(caller, topic, schedule, now)
        known = await self._desk.subscriptions.known(wish.id)
        if known is not None and known.topic is not None:
            topic = topic.model_copy(update={"feedback": known.topic.feedback, "revisions": known.topic.revisions})
        topic, vector = await self._made(topic, threshold)
        wish = _wish(caller, topic, schedule, now)
        saved, subscription = await self._desk.subscriptions.save(wish, now, vector=vector)
        return await self._told(caller, await self._book.awake(subscription), _SAID[saved])

    async def change(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        """Change a topic into what was filled in."""
        known = await self._book.changeable(caller, filled.context)
        read = _read(filled, _topic(caller, known), known.schedule)
        if isinstance(read, Mistake):
            return read
        topic, threshold, schedule = read
        after = known.model_copy(update={"topic": topic, "schedule": schedule})
        if (twin := identity(after)) != known.id and await self._desk.subscriptions.known(twin):
            return Mistake(field=TOPIC, text="You follow just that already: change that one, or remove it first.")
        vector = None
        if threshold is None or means_other(known, after) or not (topic.text or topic.like):
            topic, vector = await self._made(topic, threshold)
        else:
            topic = topic.model_copy(update={"threshold": threshold})
        now = self._desk.clock.now()
        changed = await self._desk.subscriptions.change(known.id, now, vector=vector, topic=topic, schedule=schedule)
        return await self._told(caller, changed, "Changed.")

    async def _made(self, topic: TopicOptions, threshold: float | None) -> tuple[TopicOptions, bytes | None]:
        """The topic with its threshold, and its vector if it has one and it can be made now."""
        looked = await self._look(topic, threshold)
        if looked is not None:
            return looked.topic, looked.packed
        return topic.model_copy(update={"threshold": USUAL if threshold is None else threshold}), None

    async def _look(self, topic: TopicOptions, threshold: float | None) -> Looked | None:
        """None if it cannot be looked at now: nobody embeds its words, or it takes too long."""
        try:
            async with asyncio.timeout(self._longest_look):
                return await self._desk.topics.look(topic, threshold)
        except (EncoderUnavailable, TimeoutError):
            return None

    async def _told(self, caller: Caller, subscription: Subscription, said: str) -> Reply:
        return Reply(text=said, cards=await self._book.cards(caller, [subscription]))


_SAID = {
    Saved.MADE: "You follow this now. New papers come to you by direct message.",
    Saved.CHANGED: "You followed this already; it is changed to what you asked now.",
    Saved.UNCHANGED: "You follow this already, just like that.",
}


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


def _wish(caller: Caller, topic: TopicOptions, schedule: Schedule, now: datetime) -> Subscription:
    """For the person alone: wherever it was asked, it comes by direct message."""
    me = caller.person
    return topic_subscription(owner=me, destination=me, schedule=schedule, topic=topic, now=now)


def _topic(caller: Caller, known: Subscription) -> TopicOptions:
    """Raises NotFound for a digest: the form was made for something else."""
    if known.topic is None:
        raise none_such(caller)
    return known.topic


def _preview(looked: Looked) -> Reply:
    return preview_reply(preview_message(looked.topic, looked.preview, threshold=looked.topic.threshold))


def _as_typed(form: Form, filled: Filled) -> Form:
    """The form with the texts as they were typed, right or wrong."""
    return form.model_copy(update={"fields": tuple(_field_as_typed(field, filled) for field in form.fields)})


def _field_as_typed(field: Field, filled: Filled) -> Field:
    if field.name not in {TOPIC, EXCLUDED, AUTHORS}:
        return field
    typed = filled.one(field.name)
    return field.model_copy(update={"value": (typed[: field.longest],) if typed else ()})


def _choose(about: Action, label: str) -> Button:
    return Button(label=label, action=about, style=Style.PRIMARY)
