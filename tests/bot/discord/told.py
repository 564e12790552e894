"""What Discord shows of an answer."""

from typing import Any

from bot.discord.components import Kind, walked


def words(result: Any) -> str:
    """All texts of the response and of what follows it."""
    return "\n".join(text for message in messages(result) for text in texts(message.components))


def messages(result: Any) -> list[Any]:
    return [one for one in (result.response, *result.followups) if one is not None]


def texts(components: list[dict[str, Any]]) -> list[str]:
    return [part["content"] for part in walked(components) if part["type"] == Kind.TEXT]


def labels(components: list[dict[str, Any]]) -> list[str]:
    return [str(part.get("label")) for part in walked(components) if part["type"] == Kind.BUTTON]
