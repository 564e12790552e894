"""By what a message is known as a delivery's: its metadata, which only we are shown, and which say which part it is.

The message itself also says what all of its parts together say, in a few letters: who adds a part to it later must
have divided the same text the same way, or papers would be missing between two parts, or be there twice.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.installation import Installation
from papers.delivery_models import short_digest

EVENT_TYPE = "paperboy_delivery"

Message = Mapping[str, Any]
"""Arguments of chat.postMessage, without where it goes; or a message as Slack shows it."""


def marked(parts: Sequence[Message], delivery: str) -> list[Message]:
    """The messages of a delivery, each with its metadata: the first is the message, the others stand under it."""
    whole = short_digest(json.dumps(parts, sort_keys=True))
    return [
        {**part, "metadata": _metadata({"delivery_id": delivery, "part": number, **({} if number else {"all": whole})})}
        for number, part in enumerate(parts)
    ]


def part_of(message: Message, delivery: str, installation: Installation) -> int | None:
    """Which part of a delivery it is; None: it is none of it, or another app says so of its own."""
    said = _said(message)
    if said.get("delivery_id") != delivery or not _is_ours(message, installation):
        return None
    part = said.get("part", 0)
    return part if isinstance(part, int) else None


def whole_of(message: Message) -> str:
    """What all parts say together; the same as of other messages of a delivery if these say the same."""
    return str(_said(message).get("all", ""))


def _metadata(payload: dict[str, Any]) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _said(message: Message) -> Mapping[str, Any]:
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, Mapping) else {}


def _is_ours(message: Message, installation: Installation) -> bool:
    known = {"app_id": installation.app_id, "bot_id": installation.bot_id, "user": installation.bot_user}
    told = {name: message[name] for name in known if message.get(name) and known[name]}
    return bool(told) and all(known[name] == value for name, value in told.items())
