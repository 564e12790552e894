"""What was filled in on a page of a form, out of the components that Discord sends with a modal.

Whoever can call us can forge them: what is not as expected is refused in one sentence.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.discord.components import Kind
from bot.discord.modal import YES
from papers.display import one_line
from papers.errors import BadInput

_LONGEST_VALUE = 4000
_MOST = 25


def typed(components: object) -> Mapping[str, tuple[str, ...]]:
    """Field -> what was typed or chosen; nothing of a field left empty. Raises BadInput for what is no page of ours.

    ``components``: ``interaction.data["components"]``.
    """
    if not isinstance(components, list) or len(components) > _MOST:
        raise _unknown()
    return dict(found for component in components if (found := _field(component)) is not None)


def _field(component: object) -> tuple[str, tuple[str, ...]] | None:
    match component:
        case {"type": Kind.LABEL, "component": inner} | {"type": Kind.ROW, "components": [inner]}:
            return _values(inner)
        case {"type": Kind.TEXT}:
            return None
        case _:
            raise _unknown()


def _values(element: object) -> tuple[str, tuple[str, ...]]:
    match element:
        case {"type": Kind.TEXT_INPUT, "custom_id": str(name), "value": value}:
            return name, _cleaned([value])
        case {"type": Kind.SELECT, "custom_id": str(name), "values": list(values)}:
            return name, _cleaned(values[:_MOST])
        case {"type": Kind.CHECKBOX, "custom_id": str(name), "value": bool(ticked)}:
            return name, (YES,) if ticked else ()
        case _:
            raise _unknown()


def _cleaned(values: Iterable[Any]) -> tuple[str, ...]:
    found = []
    for value in values:
        if value is not None and not (isinstance(value, str) and len(value) <= _LONGEST_VALUE):
            raise _unknown()
        found.append(one_line(value or ""))
    return tuple(filter(None, found))


def _unknown() -> BadInput:
    return BadInput("this form is not known any more: open it again")
