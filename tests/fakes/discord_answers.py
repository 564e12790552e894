"""What people see of an app's answer, and how long they wait for it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.discord_state import Interaction, Json, Message, Modal
from tests.fakes.discord_world import World
from tests.fakes.discord_writing import nested

PATIENCE = 30.0


@dataclass
class Answer:
    world: World
    interaction: Interaction

    @property
    def seconds(self) -> float:
        """Until it was answered at all, be it with a promise; infinite if it was not."""
        asked, answered = self.interaction.delivered, self.interaction.answered
        return answered - asked if asked is not None and answered is not None else float("inf")

    @property
    def response(self) -> Json | None:
        """The first answer: ``{"type", "data"}``."""
        return self.interaction.response

    @property
    def deferred(self) -> bool:
        return self.interaction.kind in (5, 6)

    @property
    def messages(self) -> list[Message]:
        """New ones that are there, without those that are only promised."""
        return [one for one in self.interaction.messages if not one.deleted and not one.loading]

    @property
    def choices(self) -> list[Json]:
        """Of an autocomplete."""
        response = self.interaction.response
        return list(response["data"].get("choices") or []) if response else []

    async def message(self, number: int = 0, seconds: float = PATIENCE) -> Message:
        """Waits for it."""
        await until(lambda: len(self.messages) > number, self._trouble, seconds)
        return self.messages[number]

    async def changed(self, seconds: float = PATIENCE) -> Message:
        """Waits until the message whose button was pressed is another, or a new one came."""
        await until(lambda: self.interaction.shown, self._trouble, seconds)
        found = self.messages[0] if self.messages else self.interaction.original
        assert found is not None
        return found

    async def modal(self, seconds: float = PATIENCE) -> Modal:
        """The form that opened."""
        await until(lambda: self.interaction.modal, self._trouble, seconds)
        assert self.interaction.modal is not None
        return self.interaction.modal

    def _trouble(self) -> str:
        return f"answered with {self.interaction.response}; {self.world.violations[-5:]}"


async def until(true: Callable[[], object], seen: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits; fails with what is seen instead."""
    try:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - a server of this same process changes it
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"it did not become true in {seconds} s: {seen()}") from None


def words(message: Message | Modal) -> str:
    """All the text that is shown, but for what stands on buttons."""
    parts = [] if isinstance(message, Modal) else [message.content]
    for embed in [] if isinstance(message, Modal) else message.embeds:
        parts += _of_embed(embed)
    if isinstance(message, Modal):
        parts.append(message.title)
    for one in nested(message.components):
        if one["type"] not in (2, 3):
            parts += [str(one[name]) for name in ("content", "label", "description", "value") if one.get(name)]
    return "\n".join(part for part in parts if part)


def _of_embed(embed: Json) -> list[str]:
    named = [embed.get("author", {}).get("name"), embed.get("title"), embed.get("description")]
    fields = [text for one in embed.get("fields", []) for text in (one["name"], one["value"])]
    return [text for text in [*named, *fields, embed.get("footer", {}).get("text")] if text]


def buttons(message: Message | Modal) -> list[Json]:
    """Buttons with a custom_id that are not disabled, from top to bottom."""
    return [one for one in nested(message.components) if one["type"] == 2 and one.get("custom_id")]


def find_component(message: Message | Modal, wanted: str) -> Json:
    """A button, select or field by its label or placeholder, or a part of its custom_id; the first of several.

    A part begins where the custom_id does, or behind a colon.
    """
    usable = [one for one in nested(message.components) if one.get("custom_id")]
    for one in usable:
        names = (one.get("label"), one.get("placeholder"), one["custom_id"])
        if wanted in names or f":{wanted}" in f":{one['custom_id']}":
            return one
    for one in nested(message.components):
        if one["type"] == 18 and wanted == one.get("label"):
            found: Json = one["component"]
            return found
    for one in usable:
        if any(wanted in (option["label"], option["value"]) for option in one.get("options") or []):
            return one
    there = [one.get("label") or one.get("placeholder") or one["custom_id"] for one in usable]
    raise AssertionError(f"there is no {wanted!r} among {there}")
