"""Buttons: what they do is their ``action_id``, which Slack gives back when they are pressed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.replies import Button, Style
from bot.slack.texts import Block, label, plain_text, size
from papers.display import one_line, shorten

_LONGEST_LABEL = 75
_MOST_IN_BLOCK = 25
_LONGEST_BLOCK = 6000
"""Characters as JSON: several blocks of buttons can be divided among messages, one cannot."""


def button(told: Button) -> Block:
    element: Block = {"type": "button", "action_id": told.action.encode(), "text": label(told.label, _LONGEST_LABEL)}
    hint = shorten(one_line(told.hint), _LONGEST_LABEL)
    if hint:
        element["accessibility_label"] = hint
    if told.style is not Style.PLAIN:
        element["style"] = told.style.value
    if told.confirm:
        element["confirm"] = {
            "title": label("Are you sure?", 100),
            "text": plain_text(told.confirm, 300),
            "confirm": label(told.label, 30),
            "deny": label("Cancel", 30),
            **({"style": "danger"} if told.style is Style.DANGER else {}),
        }
    return element


def actions(buttons: Sequence[Button]) -> list[Block]:
    """Blocks of buttons. Of two that do the same only the first is shown, and none that Slack could not give back."""
    distinct = {told.action: told for told in reversed(buttons)}
    shown = [button(told) for action, told in reversed(distinct.items()) if action.fits]
    blocks: list[Block] = []
    room = 0
    for element in shown:
        weight = size(element)
        if not blocks or len(blocks[-1]["elements"]) == _MOST_IN_BLOCK or weight > room:
            blocks.append({"type": "actions", "elements": []})
            room = _LONGEST_BLOCK
        blocks[-1]["elements"].append(element)
        room -= weight
    return blocks


def renamed(
    blocks: Sequence[Mapping[str, Any]], names: Mapping[str, str], *, always: bool = False
) -> list[Block] | None:
    """A message's blocks, as Slack gave them back, with other names on its buttons; None if none is there to rename,
    unless that is wanted ``always``.

    ``names``: encoded action -> label. What is no block or button is left as it is.
    """
    changed = [_as_sent(block) for block in blocks if isinstance(block, Mapping)]
    # A list: every one is to be renamed.
    done = [_rename(element, names) for block in changed for element in _elements(block)]
    return changed if any(done) or always else None


def _as_sent(block: Mapping[str, Any]) -> Block:
    """Without what Slack added to it: a message near its limit would be refused for that."""
    return {name: _without_defaults(value) for name, value in block.items() if name != "block_id"}


def _without_defaults(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_defaults(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _without_defaults(one)
        for name, one in value.items()
        if not ((name == "emoji" and one is True) or (name == "verbatim" and one is False))
    }


def _elements(block: Block) -> Iterable[Any]:
    elements = block.get("elements")
    yield from elements if block.get("type") == "actions" and isinstance(elements, list) else ()
    yield block.get("accessory")


def _rename(element: Any, names: Mapping[str, str]) -> bool:
    if not isinstance(element, dict) or element.get("type") != "button":
        return False
    name = names.get(str(element.get("action_id")))
    text = element.get("text")
    if name is None or not isinstance(text, dict):
        return False
    old, new = str(text.get("text", "")), label(name, _LONGEST_LABEL)["text"]
    if old == new:
        return False
    text["text"] = new
    hint = str(element.get("accessibility_label", ""))
    if old and hint.startswith(old):  # ``Save “Title”`` is said, not the label
        element["accessibility_label"] = shorten(new + hint[len(old) :], _LONGEST_LABEL)
    return True
