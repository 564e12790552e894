"""What somebody's message says, for finding papers like it. It comes with the command: no intent is needed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bot.discord.components import Kind, walked

if TYPE_CHECKING:
    import discord

_LONGEST = 4000


def words_of(message: "discord.Message") -> str:
    """Its words, those of the previews below it, and those of a message it forwards or is made of."""
    return "\n".join(filter(None, _texts(message)))[:_LONGEST]


def _texts(message: Any) -> Iterable[str]:
    yield message.content
    for embed in message.embeds:
        yield embed.url or ""
        yield embed.title or ""
        yield embed.description or ""
    for component in walked([part.to_dict() for part in message.components]):
        if component.get("type") == Kind.TEXT:
            yield str(component.get("content", ""))
    for forwarded in getattr(message, "message_snapshots", ()):
        yield from _texts(forwarded)
