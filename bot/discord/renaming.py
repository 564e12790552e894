"""Buttons of a message under other names."""

from collections.abc import Mapping, Sequence
from copy import deepcopy

from bot.discord.components import Component, Kind, label, walked
from bot.discord.custom_ids import read
from papers.errors import BadInput


def renamed(components: Sequence[Component], names: Mapping[str, str]) -> list[Component] | None:
    """A message's components with other labels on its buttons; None if none of them is there.

    ``names``: encoded action -> label.
    """
    changed = deepcopy(list(components))
    found = False
    for component in walked(changed):
        name = names.get(_action(component))
        if name is not None:
            component["label"] = label(name)
            found = True
    return changed if found else None


def _action(component: Component) -> str:
    custom_id = component.get("custom_id")
    if component.get("type") != Kind.BUTTON or not isinstance(custom_id, str):
        return ""
    try:
        return read(custom_id).encode()
    except BadInput:  # what it does is kept under a key, or it is none of ours
        return ""
