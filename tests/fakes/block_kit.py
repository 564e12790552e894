"""Block Kit's rules, as documented at docs.slack.dev/reference/block-kit: what Slack would refuse is refused here.

What is not documented as allowed (an unknown field, an empty text, a block for another surface) is refused too.
"""

import json
from collections.abc import Sequence
from typing import Any

from tests.fakes.block_kit_checks import (
    BlockKitError,
    Check,
    any_text,
    boolean,
    kinds,
    listing,
    mapping,
    plain_text,
    refuse,
    string,
    url,
)
from tests.fakes.block_kit_elements import ACCESSORIES, IMAGE, IN_ACTIONS, INPUTS
from tests.fakes.block_kit_rich_text import RICH_TEXT
from tests.fakes.slack_pings import pings

__all__ = ["BlockKitError", "check_blocks", "check_message", "check_view", "pings"]

MESSAGE_CHARACTERS = 13_000
"""Of all blocks as compact JSON; more is answered with msg_blocks_too_long (reported, not documented)."""
TEXT_CHARACTERS = 40_000
_VIEW_BYTES = 250_000
_ID = {"block_id": string(255)}


def _section(value: Any, path: str) -> None:
    mapping(
        {},
        _ID
        | {
            "text": any_text(3000),
            "fields": listing(any_text(2000), most=10),
            "accessory": kinds(ACCESSORIES, "accessory of a section"),
            "expand": boolean,
        },
        type_="section",
    )(value, path)
    if "text" not in value and "fields" not in value:
        refuse(path, "is to have a text or fields")


_CONTEXT: dict[str, Check] = {"image": IMAGE, "plain_text": plain_text(2000), "mrkdwn": any_text(2000)}
_EVERYWHERE: dict[str, Check] = {
    "section": _section,
    "divider": mapping({}, _ID, type_="divider"),
    "header": mapping({"text": plain_text(150)}, _ID, type_="header"),
    "context": mapping({"elements": listing(kinds(_CONTEXT, "element of a context"), most=10)}, _ID, type_="context"),
    "actions": mapping({"elements": listing(kinds(IN_ACTIONS, "element of actions"), most=25)}, _ID, type_="actions"),
    "input": mapping(
        {"label": plain_text(2000), "element": kinds(INPUTS, "input")},
        _ID | {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
        type_="input",
    ),
    "image": mapping({"alt_text": string(2000), "image_url": url}, _ID | {"title": plain_text(2000)}, type_="image"),
    "rich_text": RICH_TEXT,
}
_IN_MESSAGES: dict[str, Check] = {
    **_EVERYWHERE,
    "markdown": mapping({"text": string(12_000)}, _ID, type_="markdown"),
}
_VIEW_PARTS: dict[str, Check] = {
    "blocks": listing(kinds(_EVERYWHERE, "block of a view"), least=0, most=100),
    "private_metadata": string(3000, least=0),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = mapping(
    {"title": plain_text(24), "blocks": _VIEW_PARTS["blocks"]},
    _VIEW_PARTS
    | {
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    type_="modal",
)
_HOME = mapping({"blocks": _VIEW_PARTS["blocks"]}, _VIEW_PARTS, type_="home")


def check_message(blocks: Sequence[dict[str, Any]], text: str = "") -> None:
    """Raises BlockKitError for a message that Slack would refuse, or that says nothing to a screen reader."""
    if not blocks and not text.strip():
        refuse("message", "has neither blocks nor text (no_text)")
    if not text.strip():
        refuse("text", "is empty: notifications and screen readers have nothing else")
    if len(text) > TEXT_CHARACTERS:
        refuse("text", f"has {len(text)} characters, at most {TEXT_CHARACTERS} are allowed (msg_too_long)")
    check_blocks(blocks)


def check_blocks(blocks: Sequence[dict[str, Any]]) -> None:
    """The blocks of a message, or of one attachment or unfurl."""
    listing(kinds(_IN_MESSAGES, "block of a message"), least=0, most=50)(list(blocks), "blocks")
    size = len(json.dumps(list(blocks), ensure_ascii=False, separators=(",", ":")))
    if size > MESSAGE_CHARACTERS:
        refuse("blocks", f"have {size} characters, at most {MESSAGE_CHARACTERS} are taken (msg_blocks_too_long)")
    _check_ids(blocks)


def check_view(view: dict[str, Any]) -> None:
    """Raises BlockKitError for a modal or home tab that Slack would refuse."""
    kinds({"modal": _MODAL, "home": _HOME}, "view")(view, "view")
    blocks: list[dict[str, Any]] = view["blocks"]
    if view["type"] == "modal" and "submit" not in view and any(block["type"] == "input" for block in blocks):
        refuse("view", "has inputs and no submit")
    if len(json.dumps(view, ensure_ascii=False).encode()) > _VIEW_BYTES:
        refuse("view", "is longer than 250 kB (view_too_large)")
    if sum(bool(element.get("focus_on_load")) for block in blocks for element in elements(block)) > 1:
        refuse("view", "has more than one focus_on_load")
    _check_ids(blocks)


def elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of a block."""
    if block["type"] == "actions":
        return list(block["elements"])
    return [block[name] for name in ("accessory", "element") if name in block]


def _check_ids(blocks: Sequence[dict[str, Any]]) -> None:
    _check_unique([block["block_id"] for block in blocks if "block_id" in block], "block_id")
    for number, block in enumerate(blocks):
        ids = [element["action_id"] for element in elements(block) if "action_id" in element]
        _check_unique(ids, f"action_id of blocks[{number}]")


def _check_unique(ids: list[str], what: str) -> None:
    twice = next((id_ for id_ in ids if ids.count(id_) > 1), None)
    if twice is not None:
        refuse("blocks", f"the {what} {twice!r} is there twice")
