"""The fields of a form as input blocks: the element's ``action_id`` is the field's name, the block's begins with it."""

import re
import zlib
from collections.abc import Sequence

from bot.forms import Field, FieldKind, Option
from bot.slack.texts import LONGEST_OPTION, Block, plain_text
from papers.display import one_line, shorten

_LONGEST_LABEL = 2000
_LONGEST_PLACEHOLDER = 150
_LONGEST_TYPED = 3000
_MOST_OPTIONS = 100
_FEW = 3
"""Options that are shown at once rather than in a menu."""
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
YES = "yes"
_SEPARATOR = ":"


def input_block(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": _block_id(field),
        "label": plain_text(field.label, _LONGEST_LABEL),
        "element": _element(field),
    }
    if field.hint:
        block["hint"] = plain_text(field.hint, _LONGEST_LABEL)
    if not field.required or field.kind is FieldKind.TOGGLE:  # a box that must be ticked could not be left empty
        block["optional"] = True
    if field.live:
        block["dispatch_action"] = True
    return block


def is_of(block_id: str, field: str) -> bool:
    """Whether a block is that of a field."""
    return block_id.partition(_SEPARATOR)[0] == field


def option(told: Option) -> Block:
    return {"text": plain_text(told.label, LONGEST_OPTION), "value": told.value}


def options(given: Sequence[Option], most: int = _MOST_OPTIONS) -> list[Block]:
    """Slack refuses two of one value, and values that are empty or longer than 75 characters."""
    distinct = {each.value: each for each in reversed(given) if _is_value(each.value)}
    return [option(each) for each in reversed(distinct.values())][:most]


def _block_id(field: Field) -> str:
    """As long as a block keeps its id, Slack keeps what was chosen in it, with the words it had (bolt-python issue
    572): options in other words are another block."""
    if field.kind is not FieldKind.CHOICE:
        return field.name
    told = "\n".join(each.label for each in field.options)
    return f"{field.name}{_SEPARATOR}{zlib.crc32(told.encode('utf-8', 'replace')):08x}"


def _is_value(text: str) -> bool:
    return 0 < len(text) <= LONGEST_OPTION and one_line(text) == text


def _element(field: Field) -> Block:
    match field.kind:
        case FieldKind.TEXT:
            element = _text_input(field)
        case FieldKind.CHOICE:
            element = _choice(field)
        case FieldKind.TIME:
            element = {"type": "timepicker"}
            if field.value and _TIME.fullmatch(field.value[0]):
                element["initial_time"] = field.value[0]
        case FieldKind.SUGGEST:
            # At one character: nothing typed says nothing about which of hundreds are wanted.
            element = {"type": "external_select", "min_query_length": 1}
            if chosen := _chosen(field):
                element["initial_option"] = chosen[0]
        case FieldKind.SUGGESTS:
            element = {"type": "multi_external_select", "min_query_length": 1}
            if chosen := _chosen(field):
                element["initial_options"] = chosen
        case FieldKind.TOGGLE:
            element = _toggle(field)
    element["action_id"] = field.name
    placeholder = one_line(field.placeholder)
    if placeholder and element["type"] not in {"checkboxes", "radio_buttons"}:
        element["placeholder"] = plain_text(placeholder, _LONGEST_PLACEHOLDER)
    return element


def _text_input(field: Field) -> Block:
    longest = max(1, min(field.longest, _LONGEST_TYPED))
    element: Block = {"type": "plain_text_input", "max_length": longest}
    if field.value:
        element["initial_value"] = shorten(one_line(field.value[0]), longest)
    if field.live:  # at every character it would be made anew a dozen times a word
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return element


def _choice(field: Field) -> Block:
    all_of_them = options(field.options)
    element: Block = {
        "type": "radio_buttons" if len(all_of_them) <= _FEW else "static_select",
        "options": all_of_them or [option(Option(value="-", label="Nothing to choose from"))],
    }
    if field.value and (chosen := [each for each in all_of_them if each["value"] == field.value[0]]):
        element["initial_option"] = chosen[0]
    return element


def _chosen(field: Field) -> list[Block]:
    known = {each.value: each for each in field.options}
    return options([known.get(value, Option(value=value, label=value)) for value in field.value])


def _toggle(field: Field) -> Block:
    # The one option says what is agreed to where the form has words for it, else again what the label says.
    told = field.options[0].label if field.options else field.placeholder or "Yes"
    box = option(Option(value=YES, label=told))
    element: Block = {"type": "checkboxes", "options": [box]}
    if YES in field.value:
        element["initial_options"] = [box]
    return element
