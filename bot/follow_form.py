"""The form of a topic: its words, what they would have brought last week, and when it comes. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.category_field import category_field, read_categories
from bot.forms import Field, FieldKind, Filled, Form, FormName, Mistake
from bot.preview_reply import preview_reply
from bot.replies import Reply
from bot.rhythm_fields import rhythm_fields
from bot.threshold_field import threshold_field
from bot.typed_topic import typed_topic
from bot.wording import sentence
from papers.display import one_line
from papers.errors import BadInput
from papers.following import FollowedAuthor, TopicOptions
from papers.schedule import Schedule
from papers.topic_desk import Looked
from papers.topic_text import LONGEST, parse_topic

TOPIC, EXCLUDED, AUTHORS = "topic", "excluded", "authors"
_MOST_EXCLUDED, _MOST_AUTHORS = 20, 20


def follow_form(
    topic: TopicOptions,
    schedule: Schedule,
    now: datetime,
    *,
    looked: Looked | None = None,
    why_not: str = "",
    threshold: float | None = None,
    subscription: str = "",
    language: str = "en",
) -> Form:
    """The form with this filled in.

    ``looked`` is the topic as it was looked at; without it ``why_not`` says why there is no preview. ``threshold``
    is the one that was chosen, None for the suggested one; ``subscription`` the id of the one that is changed;
    ``language`` that of dates.
    """
    seen = _preview(looked, why_not, language)
    return Form(
        name=FormName.CHANGE_TOPIC if subscription else FormName.FOLLOW,
        title="Change a topic" if subscription else "Follow a topic",
        fields=(
            _words(topic),
            threshold_field(looked, threshold),
            _excluded(topic),
            _authors(topic),
            category_field(topic.categories),
            *rhythm_fields(schedule, now, at_once=True),
        ),
        intro=_intro(seen, new=not subscription),
        outro=_outro(seen),
        submit="Save" if subscription else "Follow",
        context=subscription,
    )


def read_topic(filled: Filled, before: TopicOptions) -> TopicOptions | Mistake:
    """The topic that was filled in, without its threshold; ``before`` keeps what the form does not ask."""
    typed = one_line(filled.one(TOPIC) or "")
    understood = _understood(typed, before)
    if isinstance(understood, Mistake):
        return understood
    authors = _read_authors(filled, before, understood.authors)
    if isinstance(authors, Mistake):
        return authors
    text = understood.text
    excluded = _list(filled.one(EXCLUDED))
    if len(excluded) > _MOST_EXCLUDED or not all(any(map(str.isalnum, word)) for word in excluded):
        text_of = f"Write words or phrases, {_MOST_EXCLUDED} at most, with commas between them."
        return Mistake(field=EXCLUDED, text=text_of)
    categories = read_categories(filled, before.categories)
    if isinstance(categories, Mistake):
        return categories
    if not (text or authors or before.like):
        return Mistake(field=TOPIC, text="Write a few words of what the papers should be about, or name an author.")
    fields = {"text": text, "authors": authors, "excluded": excluded, "categories": categories}
    return before.model_copy(update=fields)


def _understood(typed: str, before: TopicOptions) -> TopicOptions | Mistake:
    """Words that were there before were understood when they were first typed."""
    try:
        understood = TopicOptions(text=typed) if typed == before.text else typed_topic(typed)
        if understood.text:
            parse_topic(understood.text)
    except BadInput as error:
        return Mistake(field=TOPIC, text=sentence(str(error)))
    return understood


def _words(topic: TopicOptions) -> Field:
    return Field(
        name=TOPIC,
        label="About",
        kind=FieldKind.TEXT,
        value=(topic.text,) if topic.text else (),
        placeholder="As in: diffusion models for proteins, not images",
        hint="A few words, or a sentence. May be empty if you name authors.",
        required=False,
        longest=LONGEST,
        live=True,
    )


def _excluded(topic: TopicOptions) -> Field:
    return Field(
        name=EXCLUDED,
        label="Without papers that mention",
        kind=FieldKind.TEXT,
        value=(", ".join(topic.excluded),) if topic.excluded else (),
        placeholder="As in: survey, medical imaging",
        hint="Words or phrases, with commas between them.",
        required=False,
        live=True,
    )


def _authors(topic: TopicOptions) -> Field:
    return Field(
        name=AUTHORS,
        label="Only by these authors",
        kind=FieldKind.TEXT,
        value=(", ".join(author.name for author in topic.authors),) if topic.authors else (),
        placeholder="As in: Yann LeCun, Fei-Fei Li",
        hint="Names, with commas between them. Empty: by anybody.",
        required=False,
    )


def _intro(seen: Reply | None, *, new: bool) -> Reply | None:
    """The preview in a sentence: the papers themselves stand below the fields, where not everybody gets to."""
    told = (
        "New papers on it come to you alone, by direct message." if new else "",
        f"{seen.text} The nearest stand below the form." if seen and seen.cards else "",
    )
    text = "\n\n".join(filter(None, told))
    return Reply(text=text) if text else None


def _outro(seen: Reply | None) -> Reply | None:
    """The papers of the preview; without any, why there are none."""
    return seen.model_copy(update={"text": ""}) if seen and seen.cards else seen


def _preview(looked: Looked | None, why_not: str, language: str) -> Reply | None:
    if looked is None:
        return Reply(text=why_not) if why_not else None
    return preview_reply(looked, language)


def _read_authors(
    filled: Filled, before: TopicOptions, among_words: Sequence[FollowedAuthor]
) -> tuple[FollowedAuthor, ...] | Mistake:
    """A name that was there before keeps what is known of whom it means."""
    known = {author.name: author for author in before.authors}
    names = dict.fromkeys((*_list(filled.one(AUTHORS)), *(author.name for author in among_words)))
    if len(names) > _MOST_AUTHORS or not all(any(map(str.isalpha, name)) for name in names):
        text = f"Write names like Yann LeCun, {_MOST_AUTHORS} at most, with commas between them."
        return Mistake(field=AUTHORS, text=text)
    return tuple(known.get(name) or FollowedAuthor(name=name) for name in names)


def _list(typed: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(one_line, (typed or "").split(",")))))
