"""Components and modals as objects that discord.py sends.

What is sent is the JSON that was made, whether by discord.py or over REST, so that the two cannot differ. The objects
are stopped from the beginning: discord.py keeps those that are not, with their buttons, for as long as it runs.
"""

from collections.abc import Sequence
from typing import Any

import discord

from bot.discord.components import Component


class MadeView(discord.ui.LayoutView):
    def __init__(self, components: Sequence[Component]) -> None:
        super().__init__(timeout=None)
        self._made = list(components)
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        return self._made

    def has_components_v2(self) -> bool:
        return True

    def is_finished(self) -> bool:
        return True  # outside of a running loop, ``stop`` says nothing


class MadeModal(discord.ui.Modal):
    def __init__(self, made: Component) -> None:
        super().__init__(title=made["title"], custom_id=made["custom_id"], timeout=None)
        self._made = made
        self.stop()

    def to_dict(self) -> dict[str, Any]:
        return self._made

    def is_finished(self) -> bool:
        return True


def view_of(components: Sequence[Component]) -> MadeView:
    """For ``interaction.response``, ``followup`` and ``send``."""
    return MadeView(components)


def modal_of(made: Component) -> MadeModal:
    """For ``interaction.response.send_modal``. What is filled in comes with the interaction that follows."""
    return MadeModal(made)
