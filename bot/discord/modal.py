"""A page of a form as a modal. What Discord has no field for is typed, and understood afterwards (submitted.py)."""

from collections.abc import Sequence

from bot.discord.components import Component, Kind, label
from bot.discord.form_ids import page_id
from bot.discord.form_pages import pages
from bot.forms import Field, FieldKind, Form, Option
from papers.display import one_line, shorten
from papers.errors import BadInput

YES = "yes"
MOST_OPTIONS = 25
_LONGEST_TITLE = 45
_LONGEST_LABEL = 45
_LONGEST_HINT = 100
_LONGEST_PLACEHOLDER = 100
_LONGEST_OPTION = 100
_LONGEST_TYPED = 4000
_LONG = 500
"""Characters from which a text is written in a box of several lines."""
_TYPED = {FieldKind.TIME: 10, FieldKind.SUGGEST: 100, FieldKind.CHOICE: 100, FieldKind.SUGGESTS: 1000}
_SHORT, _PARAGRAPH = 1, 2


def modal(form: Form, key: str, page: int, *, at_once: bool = False) -> Component:
    """A page as JSON (``view.modal_of`` sends it). Raises BadInput for a page that the form has not.

    ``key`` is that of the draft; ``at_once``: the whole form is handed in with it.
    """
    all_of_them = pages(form)
    if not 0 <= page < len(all_of_them):
        raise BadInput("this form is not known any more: open it again")
    return {
        "title": label(form.title, _LONGEST_TITLE),
        "custom_id": page_id(key, page, at_once=at_once),
        "components": [_labelled(field) for field in all_of_them[page].fields],
    }


def is_menu(field: Field) -> bool:
    """Whether a field is chosen from a menu: Discord's hold 25."""
    return field.kind is FieldKind.CHOICE and 0 < len(_options(field.options)) <= MOST_OPTIONS


def _labelled(field: Field) -> Component:
    shown: Component = {"type": int(Kind.LABEL), "label": label(field.label, _LONGEST_LABEL)}
    if hint := shorten(one_line(_hint(field)), _LONGEST_HINT):
        shown["description"] = hint
    if field.kind is FieldKind.TOGGLE:
        ticked = YES in field.value
        return {**shown, "component": {"type": int(Kind.CHECKBOX), "custom_id": field.name, "default": ticked}}
    return {**shown, "component": _menu(field) if is_menu(field) else _text_input(field)}


def _hint(field: Field) -> str:
    if field.kind is FieldKind.SUGGESTS:
        return f"With commas between them. {field.hint}"
    return field.hint


def _menu(field: Field) -> Component:
    element: Component = {
        "type": int(Kind.SELECT),
        "custom_id": field.name,
        "options": [
            {
                "label": label(option.label, _LONGEST_OPTION),
                "value": option.value,
                **({"default": True} if field.value[:1] == (option.value,) else {}),
            }
            for option in _options(field.options)
        ],
        "min_values": 1 if field.required else 0,
        "max_values": 1,
        "required": field.required,
    }
    if placeholder := shorten(one_line(field.placeholder), _LONGEST_PLACEHOLDER):
        element["placeholder"] = placeholder
    return element


def _text_input(field: Field) -> Component:
    longest = max(1, min(_TYPED.get(field.kind, field.longest), _LONGEST_TYPED))
    element: Component = {
        "type": int(Kind.TEXT_INPUT),
        "custom_id": field.name,
        "style": _PARAGRAPH if longest > _LONG and field.kind is FieldKind.TEXT else _SHORT,
        "max_length": longest,
        "required": field.required,
    }
    if value := shorten(", ".join(filter(None, map(one_line, _typed(field)))), longest):
        element["value"] = value
    if placeholder := shorten(one_line(field.placeholder), _LONGEST_PLACEHOLDER):
        element["placeholder"] = placeholder
    return element


def _typed(field: Field) -> tuple[str, ...]:
    """What is filled in, as one types it: a choice by its name."""
    names = {option.value: option.label for option in field.options} if field.kind is FieldKind.CHOICE else {}
    return tuple(names.get(value, value) for value in field.value)


def _options(given: Sequence[Option]) -> list[Option]:
    """Discord refuses two of one value, and values that are empty or longer than 100 characters."""
    distinct = {each.value: each for each in reversed(given) if 0 < len(each.value) <= _LONGEST_OPTION}
    return [each for each in reversed(distinct.values()) if one_line(each.value) == each.value]
