"""Questions with fields, whatever the platform: a modal, a dialogue."""

from collections.abc import Mapping
from enum import StrEnum

from bot.replies import Reply
from papers.models import Frozen

SUGGESTED_PAPERS, SUGGESTED_TOPICS = "paper", "followed"
"""What ``Commands.suggest`` knows besides fields of forms: titles of papers, and what the person follows."""


class FieldKind(StrEnum):
    TEXT = "text"
    """One line of words."""
    CHOICE = "choice"
    """One of a few options."""
    TIME = "time"
    """``09:00``"""
    SUGGEST = "suggest"
    """One of many: typed, with suggestions (``Commands.suggest``)."""
    SUGGESTS = "suggests"
    """Any number of many."""
    TOGGLE = "toggle"
    """``yes`` or nothing."""


class Option(Frozen):
    value: str
    """At most 75 characters."""
    label: str
    """At most 75 characters."""


class Field(Frozen):
    name: str
    label: str
    kind: FieldKind
    value: tuple[str, ...] = ()
    """What is filled in already."""
    options: tuple[Option, ...] = ()
    """Of a CHOICE, all of them; of SUGGEST and SUGGESTS, at least those that are filled in."""
    hint: str = ""
    placeholder: str = ""
    required: bool = True
    longest: int = 500
    """Characters of a TEXT."""
    live: bool = False
    """The form is made anew (``Commands.refresh``) when it was changed."""


class FormName(StrEnum):
    FOLLOW = "follow"
    SUBSCRIBE = "subscribe"
    CHANGE_TOPIC = "change-topic"
    CHANGE_DIGEST = "change-digest"
    SETTINGS = "settings"


class Form(Frozen):
    name: FormName
    title: str
    """At most 24 characters."""
    fields: tuple[Field, ...]
    intro: Reply | None = None
    """Stands above the fields, without buttons."""
    outro: Reply | None = None
    """Stands below them, without buttons: a preview."""
    submit: str = "Save"
    """At most 24 characters."""
    context: str = ""
    """Comes back with the answer, unchanged if nobody forged it; at most 1,000 characters."""


class Filled(Frozen):
    """A form as it was filled in."""

    name: FormName
    context: str = ""
    values: Mapping[str, tuple[str, ...]] = {}
    """Field -> what was chosen or typed; a field left empty is missing."""

    def one(self, field: str) -> str | None:
        """The only, or first, value of a field."""
        return next(iter(self.values.get(field, ())), None)


class Mistake(Frozen):
    """What must be mended before a form is taken."""

    field: str
    """An empty string: the form as a whole."""
    text: str
    """A sentence that says what to do."""
