"""What a message says, as plain words: read out of Slack's blocks and out of Discord's components."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.discord.components import Kind, walked

_SLACK_LINK = re.compile(r"<[^|>]+\|([^>]*)>")
_SLACK_LIKE = str.maketrans("∗ˍ∼ˋ∶＠›", "*_~`:@>")
_DISCORD_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(https?://[^)\s]*\)")
_DISCORD_LINE = re.compile(r"^(?:#{1,3} |-# )", re.M)
_DISCORD_LIKE = str.maketrans("＠∕", "@/")
_FOLLOWS = re.compile(r"^\d+ more (?:follows?|in the thread)\.$", re.M)
"""Messages are cut elsewhere, since Slack and Discord take messages of different sizes."""
_BETWEEN = {"·", "-", "…"}
"""What stands between two texts on a line, where the other platform begins another."""


def slack_words(blocks: Iterable[dict[str, Any]]) -> list[str]:
    """All words that are shown, in order, labels of buttons too."""
    return _words("\n".join(text for block in blocks for text in _of_block(block)))


def discord_words(components: Iterable[dict[str, Any]]) -> list[str]:
    """The same of Discord."""
    return _words("\n".join(_of_component(component) for component in walked(components)))


def _of_block(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield block["text"]["text"]
        case "rich_text":
            for section in block["elements"]:
                yield "".join(part["text"] for part in section["elements"])
        case "context":
            yield from map(_of_text, block["elements"])
        case "actions":
            yield from (element["text"]["text"] for element in block["elements"])
        case "divider":
            return
        case other:
            raise AssertionError(f"what does a block {other} say?")


def _of_text(element: dict[str, Any]) -> str:
    if element["type"] == "plain_text":
        return str(element["text"])
    return html.unescape(_SLACK_LINK.sub(r"\1", element["text"])).translate(_SLACK_LIKE)


def _of_component(component: dict[str, Any]) -> str:
    if component["type"] == Kind.BUTTON:
        return str(component["label"])
    if component["type"] != Kind.TEXT:
        return ""
    shown = _DISCORD_LINE.sub("", component["content"])
    shown = _DISCORD_LINK.sub(r"\1", shown)
    shown = re.sub(r"(?<!\\)\*\*", "", shown)
    return re.sub(r"\\(.)", r"\1", shown).translate(_DISCORD_LIKE)


def _words(text: str) -> list[str]:
    return [word for word in _FOLLOWS.sub("", text).split() if word not in _BETWEEN]
