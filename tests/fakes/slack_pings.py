"""Whom a message would notify, as Slack reads it (docs.slack.dev/messaging/formatting-message-text)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

_SPECIAL = re.compile(r"<(?:!(?:channel|here|everyone|group)|!subteam\^[A-Z0-9]+|@[UWB][A-Z0-9]+)(?:\|[^<>]*)?>")
_NAMED = re.compile(r"(?<![\w@])@(?:channel|here|everyone)\b")


def pings(blocks: Sequence[dict[str, Any]], text: str = "", *, names: bool = False) -> list[str]:
    """Every mention: ``<!channel>``, ``<@U1>``; with ``names`` (link_names) also ``@here`` as typed."""
    pattern = re.compile(f"{_SPECIAL.pattern}|{_NAMED.pattern}") if names else _SPECIAL
    parsed = [text, *_parsed_texts(list(blocks))]
    return [found[0] for part in parsed for found in pattern.finditer(part)] + list(_rich_mentions(list(blocks)))


def _parsed_texts(thing: Any) -> Iterator[str]:
    """What Slack looks for mentions in: plain_text objects are shown as they are."""
    if isinstance(thing, list):
        for item in thing:
            yield from _parsed_texts(item)
    elif isinstance(thing, dict):
        if thing.get("type") in ("mrkdwn", "markdown") and isinstance(thing.get("text"), str):
            yield thing["text"]
        for part in thing.values():
            yield from _parsed_texts(part)


def _rich_mentions(thing: Any) -> Iterator[str]:
    if isinstance(thing, list):
        for item in thing:
            yield from _rich_mentions(item)
    elif isinstance(thing, dict):
        match thing:
            case {"type": "broadcast", "range": range_}:
                yield f"<!{range_}>"
            case {"type": "user", "user_id": user}:
                yield f"<@{user}>"
            case {"type": "usergroup", "usergroup_id": group}:
                yield f"<!subteam^{group}>"
        for part in thing.values():
            yield from _rich_mentions(part)
