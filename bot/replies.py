"""What is said in a chat, whatever the platform: cards with buttons under a heading.

Texts are other people's words as they came, on one line: escaping and cutting for a platform is its adapter's work.
"""

from collections.abc import Mapping
from enum import StrEnum

from bot.actions import Action
from bot.links import Link
from papers.models import Frozen


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


class Button(Frozen):
    label: str
    """At most 40 characters."""
    action: Action
    hint: str = ""
    """For screen readers, which hear no more than the label otherwise: ``Save “Title of the paper”``."""
    style: Style = Style.PLAIN
    confirm: str = ""
    """A sentence that is asked before it is done."""


class Card(Frozen):
    """A paper, a subscription, a command: whatever stands in a list."""

    title: str
    url: str = ""
    """Where the title leads: a web address, or nothing."""
    rank: int | None = None
    byline: str = ""
    """Authors and day, or what else belongs under a title."""
    text: str = ""
    """A sentence or two."""
    reasons: tuple[str, ...] = ()
    """Short phrases without a full stop."""
    reasons_label: str = ""
    """What they are the reasons of, where they do not tell it themselves: ``Why it trends``."""
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()


class File(Frozen):
    name: str
    text: str


class Reply(Frozen):
    """One message."""

    heading: str = ""
    text: str = ""
    """Sentences; paragraphs are separated by an empty line."""
    places: tuple[str, ...] = ()
    """References of places that stand in the text: an adapter shows each as people there know it."""
    cards: tuple[Card, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences for the foot."""
    buttons: tuple[Button, ...] = ()
    """Of the whole message, at its end."""
    file: File | None = None
    """Handed to the person alone, by direct message."""
    private: bool = True
    """Only for the person; else for everybody in the place."""
    replaces: bool = False
    """Takes the place of the message whose button was pressed, if that one was private."""
    renamed: Mapping[str, str] = {}
    """Encoded action -> what its button is called from now on, on the message that was pressed."""
    renamed_at: int = 0
    """Of two that rename the same button the one with the higher number holds."""


class Home(Frozen):
    """A page of one's own: sections, one below the other."""

    sections: tuple[Reply, ...]


class Post(Frozen):
    """A message that comes by itself, and what belongs under it for whoever wants to know more."""

    main: Reply
    details: Reply | None = None
