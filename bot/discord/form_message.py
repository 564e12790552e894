"""A form as a message: what it is for, what is filled in so far, what that would bring, and buttons for its pages.

Discord's modals show no preview, and end when they are handed in: what is filled in stays to be seen here.
"""

from bot.discord.components import LONGEST_TEXT, MOST_COMPONENTS, Component, button, container, rows, text
from bot.discord.escape import fitted, fitted_prose
from bot.discord.form_ids import page_id, submit_id
from bot.discord.form_pages import pages
from bot.discord.layout import Rendered, pieces_of
from bot.discord.modal import YES
from bot.discord.pieces import Piece, fitting
from bot.forms import Field, FieldKind, Form, Mistake
from bot.replies import Reply, Style

_LONGEST_LABEL = 100
_LONGEST_VALUE = 300
_LONGEST_INTRO = 800
_LONGEST_FIELDS = 2000


def form_message(form: Form, key: str, mistake: Mistake | None = None) -> Rendered:
    """The form with the key of its draft; ``mistake`` is told above it, with the name of its field."""
    intro = fitted_prose(form.intro.text, _LONGEST_INTRO) if form.intro else ""
    title = f"## {fitted(form.title, 100) or form.name}"
    top = [
        Piece([text(f"{title}\n{intro}" if intro else title)]),
        *([Piece([text(f"⚠️ {_told(form, mistake)}")])] if mistake else []),
        *_fields(form),
    ]
    foot = [Piece([row]) for row in rows(_buttons(form, key))]
    most = MOST_COMPONENTS - 1 - sum(piece.weight for piece in (*top, *foot))
    longest = LONGEST_TEXT - sum(piece.characters for piece in top)
    preview = fitting(pieces_of(form.outro or Reply(), heading="###"), most, longest)
    shown = [component for piece in (*top, *preview, *foot) for component in piece.components]
    return Rendered([container(shown)])


def _told(form: Form, mistake: Mistake) -> str:
    field = next((field for field in form.fields if field.name == mistake.field), None)
    told = fitted_prose(mistake.text, _LONGEST_INTRO)
    return f"**{fitted(field.label, _LONGEST_LABEL)}:** {told}" if field else told


def _fields(form: Form) -> list[Piece]:
    lines = [line for field in form.fields if (line := _line(field))]
    shown: list[str] = []
    room = _LONGEST_FIELDS
    for line in lines:
        room -= len(line) + 1
        shown += [line] if room >= 0 else []
    return [Piece([text("\n".join(shown))])] if shown else []


def _line(field: Field) -> str:
    """``**How often:** Daily``; nothing of a field that may be empty and is."""
    names = {option.value: option.label for option in field.options}
    if field.kind is FieldKind.TOGGLE:
        value = "yes" if YES in field.value else "no"
    else:
        value = ", ".join(names.get(each, each) for each in field.value)
    if not value and field.required:
        value = "…"
    return f"**{fitted(field.label, _LONGEST_LABEL)}:** {fitted(value, _LONGEST_VALUE)}" if value else ""


def _buttons(form: Form, key: str) -> list[Component]:
    """A form that lacks something cannot be handed in yet: its first page is what one is led to."""
    lacking = [
        field for field in form.fields if field.required and not field.value and field.kind is not FieldKind.TOGGLE
    ]
    opening = [
        button(
            page.label,
            page_id(key, number),
            Style.PRIMARY if any(field in page.fields for field in lacking[:1]) else Style.PLAIN,
        )
        for number, page in enumerate(pages(form))
    ]
    submit = button(form.submit, submit_id(key), Style.PLAIN if lacking else Style.PRIMARY, disabled=bool(lacking))
    return [*opening, submit]
