"""Whom a message disturbs (discord.com/developers/docs/resources/message#allowed-mentions-object)."""

import re
from typing import Any

from tests.fakes.discord_state import Json

_MENTION = re.compile(r"@everyone|@here|<@!?\d+>|<@&\d+>")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_ESCAPED = re.compile(r"\\[<@]")


def mentioned(text: str) -> list[str]:
    """What in a text is a mention; ``<@!1>`` is ``<@1>``. Nothing in code is, and nothing behind a backslash."""
    plain = _ESCAPED.sub("", _CODE.sub("", text))
    return list(dict.fromkeys(found.replace("<@!", "<@") for found in _MENTION.findall(plain)))


def texts(components: Any) -> list[str]:
    """Of all text displays; embeds, labels and the like ping nobody."""
    if isinstance(components, list):
        return [text for one in components for text in texts(one)]
    if not isinstance(components, dict):
        return []
    own = [str(components.get("content", ""))] if components.get("type") == 10 else []
    return own + [text for name in ("components", "component", "accessory") for text in texts(components.get(name))]


def pings(content: str, components: list[Json], allowed: Json | None) -> list[str]:
    """Who is told of a message. Without ``allowed_mentions`` all who are mentioned."""
    found = mentioned("\n".join([content, *texts(components)]))
    if allowed is None:
        return found
    return [one for one in found if _allowed(one, allowed)]


def _allowed(mention: str, allowed: Json) -> bool:
    parse = allowed.get("parse") or []
    if mention in ("@everyone", "@here"):
        return "everyone" in parse
    kind, number = ("roles", mention[3:-1]) if mention.startswith("<@&") else ("users", mention[2:-1])
    return kind in parse or number in [str(one) for one in allowed.get(kind) or []]
