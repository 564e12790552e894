"""What was filled in on a page of a form, out of the components that Discord sends with a modal.

Whoever can call us can forge them: what is not as expected is refused in one sentence.
"""

from collections.abc import Mapping

from bot.discord.components import Kind
from bot.discord.modal import YES
from bot.submitted_values import cleaned, unknown_form

_LONGEST_VALUE = 4000
_MOST = 25


def typed(components: object) -> Mapping[str, tuple[str, ...]]:
    """Field -> what was typed or chosen; nothing of a field left empty. Raises BadInput for what is no page of ours.

    ``components``: ``interaction.data["components"]``.
    """
    if not isinstance(components, list) or len(components) > _MOST:
        raise unknown_form()
    return dict(found for component in components if (found := _field(component)) is not None)


def _field(component: object) -> tuple[str, tuple[str, ...]] | None:
    match component:
        case {"type": Kind.LABEL, "component": inner} | {"type": Kind.ROW, "components": [inner]}:
            return _values(inner)
        case {"type": Kind.TEXT}:
            return None
        case _:
            raise unknown_form()


def _values(element: object) -> tuple[str, tuple[str, ...]]:
    match element:
        case {"type": Kind.TEXT_INPUT, "custom_id": str(name), "value": value}:
            return name, cleaned([value], _LONGEST_VALUE)
        case {"type": Kind.SELECT, "custom_id": str(name), "values": list(values)}:
            return name, cleaned(values[:_MOST], _LONGEST_VALUE)
        case {"type": Kind.CHECKBOX, "custom_id": str(name), "value": bool(ticked)}:
            return name, (YES,) if ticked else ()
        case _:
            raise unknown_form()
