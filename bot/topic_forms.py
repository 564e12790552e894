"""Topics as they are offered and asked for: a preview with a button, and the form behind it."""

from bot.actions import Action, Verb, action
from bot.asks import Follow
from bot.caller import Caller
from bot.desk import Desk
from bot.follow_form import AUTHORS, EXCLUDED, TOPIC, follow_form, read_topic
from bot.forms import Field, Filled, Form, FormName, Mistake
from bot.helping import example
from bot.preview_reply import preview_reply
from bot.replies import Button, Reply, Style
from bot.rhythm_fields import read_rhythm
from bot.threshold_field import read_threshold
from bot.topic_looks import TopicLooks, topic_of
from bot.typed_topic import typed_topic
from bot.wish_book import WishBook
from bot.wishes import describe
from papers.display import one_line
from papers.following import Subscription, TopicOptions
from papers.topic_text import parse_topic

_NO_PREVIEW = (
    "There is no preview at the moment. You can follow all the same: papers are matched as soon as that works again."
)
_FIRST_WORDS = "Write what the papers should be about, and see what last week would have brought."


class TopicForms:
    """Raises BadInput and NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, book: WishBook, looks: TopicLooks) -> None:
        self._desk = desk
        self._book = book
        self._looks = looks

    async def offer(self, caller: Caller, ask: Follow) -> Reply:
        """The preview of a topic where no form can open, and the button that opens it."""
        text = one_line(ask.text)
        if not text:
            words = f"Write what you want to follow, as in: {example(caller, 'follow')}"
            return Reply(text=words, buttons=(_choose(action(Verb.FOLLOW), "Fill in a form"),))
        topic = typed_topic(text)
        if topic.text:
            parse_topic(topic.text)
        looked = await self._looks.look(topic, None)
        preview = (
            Reply(heading=f"“{text}”", text=_NO_PREVIEW) if looked is None else preview_reply(looked, _language(caller))
        )
        known = await self._looks.followed(caller, topic)
        if known is None:
            button = _choose(action(Verb.FOLLOW, await self._desk.asked.keep(text)), "Choose when")
            return preview.model_copy(update={"buttons": (button,)})
        notes = (*preview.notes, f"You follow this already: {describe(known)}.")
        button = _choose(action(Verb.CHANGE, known.id), "Change")
        return preview.model_copy(update={"notes": notes, "buttons": (button,)})

    async def form(self, caller: Caller, key: str | None) -> Form:
        """The form of a topic; ``key`` is that of its words. Of one that is followed already it has what is there."""
        text = (await self._desk.asked.text(key) or "") if key else ""
        topic = typed_topic(text)
        known = await self._looks.followed(caller, topic) if text else None
        if known is not None:
            return await self.change_form(caller, known)
        return follow_form(
            topic,
            await self._book.usual_schedule(caller),
            self._desk.clock.now(),
            looked=await self._looks.look(topic, None) if text else None,
            why_not=_NO_PREVIEW if text else _FIRST_WORDS,
            language=_language(caller),
        )

    async def form_for(self, caller: Caller, filled: Filled) -> Form:
        """The form with what is there already of just what was filled in, and the usual where nothing is."""
        wanted = read_topic(filled, TopicOptions())
        known = None if isinstance(wanted, Mistake) else await self._looks.followed(caller, wanted)
        return await (self.form(caller, None) if known is None else self.change_form(caller, known))

    async def change_form(self, caller: Caller, known: Subscription) -> Form:
        topic = topic_of(caller, known)
        has_words = bool(topic.text or topic.like)
        return follow_form(
            topic,
            known.schedule,
            self._desk.clock.now(),
            looked=await self._looks.look(topic, topic.threshold),
            why_not=_NO_PREVIEW,
            threshold=topic.threshold if has_words else None,
            subscription=known.id,
            language=_language(caller),
        )

    async def refresh(self, caller: Caller, filled: Filled) -> Form:
        """The form with what is filled in so far, and a preview of it."""
        topic, schedule = TopicOptions(), await self._book.usual_schedule(caller)
        if filled.name is FormName.CHANGE_TOPIC:
            known = await self._book.changeable(caller, filled.context)
            topic, schedule = topic_of(caller, known), known.schedule
        wanted, threshold = read_topic(filled, topic), read_threshold(filled)
        rhythm = read_rhythm(filled, schedule, at_once=True)
        chosen = None if isinstance(threshold, Mistake) else threshold
        form = follow_form(
            topic if isinstance(wanted, Mistake) else wanted,
            schedule if isinstance(rhythm, Mistake) else rhythm,
            self._desk.clock.now(),
            looked=None if isinstance(wanted, Mistake) else await self._looks.look(wanted, chosen),
            why_not=wanted.text if isinstance(wanted, Mistake) else _NO_PREVIEW,
            threshold=chosen,
            subscription=filled.context if filled.name is FormName.CHANGE_TOPIC else "",
            language=_language(caller),
        )
        return _as_typed(form, filled)


def _language(caller: Caller) -> str:
    return caller.language or "en"


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
