"""How a message reads as a letter: its subject, plain text and HTML."""

import textwrap
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from bot.delivered import ConfirmationMessage, Message, NoticeMessage, TopicsMessage
from bot.email.letter import Rendered
from bot.messages import Digest
from papers.display import shorten
from papers.models import Frozen

if TYPE_CHECKING:
    from jinja2 import Environment

_WIDTH = 72
_TITLE_IN_SUBJECT = 100
_WISHES_SHOWN = 5
_TEMPLATES: Mapping[type, str] = {
    Digest: "digest",
    TopicsMessage: "topics",
    NoticeMessage: "notice",
    ConfirmationMessage: "confirmation",
}


class Foot(Frozen):
    """What a letter says below its message."""

    wishes: tuple[str, ...] = ()
    """What the reader asked for, that this comes of."""
    confirm: str | None = None
    unsubscribe: str | None = None
    """Links; None where there is nothing to confirm, or to stop."""


def render(message: Message, foot: Foot) -> Rendered:
    """The letter. Texts of others are escaped; links are those of bot/links.py and ``foot``."""
    name = _TEMPLATES[type(message)]
    more = len(foot.wishes) - _WISHES_SHOWN
    context = {
        "message": message,
        "preview": _preview(message),
        "wishes": foot.wishes[:_WISHES_SHOWN] + ((f"{more} more",) if more > 0 else ()),
        "confirm": foot.confirm,
        "unsubscribe": foot.unsubscribe,
    }
    environment = _environment()
    return Rendered(
        subject=_subject(message),
        text=environment.get_template(f"{name}.txt.j2").render(context),
        html=environment.get_template(f"{name}.html.j2").render(context),
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("bot.email"),
        autoescape=select_autoescape(("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrapped"] = _wrapped
    environment.filters["tied"] = _tied
    return environment


def _wrapped(text: str, first: str = "", other: str | None = None) -> str:
    """``text`` in lines of 72 characters; a link, or any other long word, stays whole."""
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if other is None else other,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _tied(phrase: str) -> str:
    """The phrase with its first and last two words kept on one line: ``9 GitHub stars``, ``the last day``."""
    return "\N{NO-BREAK SPACE}".join(phrase.replace(" ", "\N{NO-BREAK SPACE}", 1).rsplit(" ", 1))


def _subject(message: Message) -> str:
    if isinstance(message, Digest):
        return f"Trending papers: {_first_title(message) or 'nothing new'}"
    if isinstance(message, TopicsMessage):
        topics = {topic.name for entry in message.entries for topic in entry.topics}
        about = f"New on {shorten(topics.pop(), 40)}" if len(topics) == 1 else "New for what you follow"
        return f"{about}: {_first_title(message) or 'nothing'}"
    return message.heading if isinstance(message, NoticeMessage) else "Please confirm: papers from Paperboy"


def _first_title(message: Digest | TopicsMessage) -> str:
    if not message.entries:
        return ""
    more = len(message.entries) - 1
    return shorten(message.entries[0].title, _TITLE_IN_SUBJECT) + (f" and {more} more" if more else "")


def _preview(message: Message) -> str:
    """What a list of letters shows after the subject: the titles that it does not name."""
    if isinstance(message, Digest | TopicsMessage):
        titles = "; ".join(entry.title for entry in message.entries[1:4])
        return titles or " ".join(message.notes) or message.span
    return message.text
