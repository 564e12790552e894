"""What was filled in, out of the view that Slack sends with ``view_submission`` and ``block_actions``.

Whoever can call us can forge a view: anything that is not as expected is refused in one sentence.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.forms import Filled, FormName
from bot.submitted_values import cleaned, unknown_form

_LONGEST_VALUE = 3000
_LONGEST_CONTEXT = 1000
_MOST = 100


def filled(view: object) -> Filled:
    """The values by field; a field left empty is missing. Raises BadInput for what is no form of ours."""
    told = _mapping(_metadata(_mapping(view).get("private_metadata")))
    name, context = told.get("form"), told.get("context", "")
    if not isinstance(name, str) or name not in set(FormName):
        raise unknown_form()
    if not isinstance(context, str) or len(context) > _LONGEST_CONTEXT:
        raise unknown_form()
    blocks = _mapping(_mapping(_mapping(view).get("state")).get("values"))
    if len(blocks) > _MOST:
        raise unknown_form()
    values = dict(map(_field, blocks.values()))
    return Filled(
        name=FormName(name), context=context, values={field: found for field, found in values.items() if found}
    )


def field_blocks(view: object) -> tuple[str, ...]:
    """The ids of a view's blocks with fields, in order; none for what is no view."""
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    return tuple(
        block_id
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and block.get("type") == "input"
        if isinstance(block_id := block.get("block_id"), str)
    )


def _metadata(text: object) -> object:
    if not isinstance(text, str) or len(text) > _LONGEST_VALUE:
        raise unknown_form()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise unknown_form() from None


def _field(block: object) -> tuple[str, tuple[str, ...]]:
    """A block holds one element, by its action_id."""
    elements = list(_mapping(block).items())
    if len(elements) != 1:
        raise unknown_form()
    return elements[0][0], _values(_mapping(elements[0][1]))


def _values(state: Mapping[str, Any]) -> tuple[str, ...]:
    match state:
        case {"type": "plain_text_input", "value": value} | {"type": "timepicker", "selected_time": value}:
            return cleaned([value], _LONGEST_VALUE)
        case {"type": "static_select" | "external_select" | "radio_buttons", "selected_option": option}:
            return cleaned([_mapping(option).get("value")] if option is not None else [], _LONGEST_VALUE)
        case {"type": "multi_external_select" | "checkboxes", "selected_options": list(options)}:
            return cleaned((_mapping(option).get("value") for option in options[:_MOST]), _LONGEST_VALUE)
        case _:
            raise unknown_form()


def _mapping(thing: object) -> Mapping[str, Any]:
    if not isinstance(thing, Mapping):
        raise unknown_form()
    return thing
