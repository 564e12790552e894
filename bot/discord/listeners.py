"""What discord.py calls when a component is pressed or a modal handed in. Nothing of ours waits in memory for it."""

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ui import DynamicItem, Item

from bot.discord.filling import components_of

if TYPE_CHECKING:
    from bot.discord.pressing import Presses

Interaction = discord.Interaction[Any]
_OURS = re.compile("pb.*", re.DOTALL)
"""What the texts of our components begin with: custom_ids.py and form_ids.py read them."""


def listen(client: discord.Client, presses: "Presses") -> None:
    """Let the client's components and modals come to ``presses``."""

    class Pressed(DynamicItem[Item[Any]], template=_OURS):
        """A component of a message of any age: its text says what it does."""

        @classmethod
        async def from_custom_id(
            cls, interaction: Interaction, item: Item[Any], match: "re.Match[str]", /
        ) -> "Pressed":
            return cls(item)

        async def callback(self, interaction: Interaction) -> None:
            presses.pressed(interaction, self.custom_id)

    client.add_dynamic_items(Pressed)

    async def on_interaction(interaction: Interaction) -> None:
        """What discord.py itself has nothing for: modals, which it knows until it restarts, and forged components."""
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit:
            presses.handed_in(interaction, custom_id, data.get("components"))
        elif interaction.type is discord.InteractionType.component and not _has(interaction.message, data):
            presses.pressed(interaction, custom_id)

    client.event(on_interaction)


def _has(message: discord.Message | None, data: Any) -> bool:
    """Whether discord.py finds a component of ours of this kind with this text in the message."""
    kind, custom_id = data.get("component_type"), str(data.get("custom_id", ""))
    if message is None or not _OURS.fullmatch(custom_id):
        return False
    wanted = (kind, custom_id)
    return any((component.get("type"), component.get("custom_id")) == wanted for component in components_of(message))
