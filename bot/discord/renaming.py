"""A pressed message with other names on its buttons."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from bot.discord.components import Component, Kind, label, walked
from bot.discord.custom_ids import read
from papers.errors import BadInput


def renamed(
    components: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, always: bool = False
) -> list[Component] | None:
    """A message's components, as Discord gave them back, with other names; None if none is there to rename,
    unless that is wanted ``always``.

    ``names``: encoded action -> label. What is no button of ours is left as it is.
    """
    changed: list[Any] = deepcopy(list(components))
    done = [_rename(component, names) for component in walked(changed)]
    return changed if any(done) or always else None


def _rename(component: Component, names: Mapping[str, str]) -> bool:
    if component.get("type") != Kind.BUTTON or not isinstance(component.get("custom_id"), str):
        return False
    try:
        name = names.get(read(component["custom_id"]).encode())
    except BadInput:
        return False
    if name is None or component.get("label") == label(name):
        return False
    component["label"] = label(name)
    return True
