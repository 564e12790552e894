"""Blocks as Slack keeps them and gives them back: what was left out is filled in, so they come back longer."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from tests.fakes.block_kit import elements
from tests.fakes.slack_state import Json


def stored(blocks: Sequence[Json], new_id: Callable[[str], str]) -> list[Json]:
    """A copy in which every block and element has a name, and every text says how it is shown."""
    kept = copy.deepcopy(list(blocks))
    for block in kept:
        block.setdefault("block_id", new_id("b"))
        for element in elements(block):
            if element["type"] != "image":
                element.setdefault("action_id", new_id("a"))
    _fill(kept)
    return kept


def _fill(thing: Any) -> None:
    if isinstance(thing, list):
        for item in thing:
            _fill(item)
    elif isinstance(thing, dict):
        if thing.get("type") == "mrkdwn":
            thing.setdefault("verbatim", False)
        elif thing.get("type") == "plain_text":
            thing.setdefault("emoji", True)
        for part in thing.values():
            _fill(part)
