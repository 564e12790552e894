"""Suggestions while an option of a command is typed: at most 25, at once, and none rather than late."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from discord.app_commands import Choice

from bot.category_words import half_typed
from bot.commands import Commands
from bot.discord.callers import caller_of
from bot.forms import Option
from papers.display import one_line, shorten

if TYPE_CHECKING:
    import discord

    Interaction = discord.Interaction[Any]

_MOST = 25
_LONGEST = 100
_SECONDS = 1.0
"""A suggestion that takes longer is for what was typed before."""


class Choices:
    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def of(self, interaction: "Interaction", field: str, typed: str) -> list[Choice[str]]:
        """For one value: ``Commands.suggest`` knows the fields."""
        return choices(await self._asked(interaction, field, typed))

    async def several(self, interaction: "Interaction", field: str, typed: str) -> list[Choice[str]]:
        """For categories, of which the last is being typed."""
        before, last = half_typed(typed)
        return choices(await self._asked(interaction, field, last), before=before)

    async def _asked(self, interaction: "Interaction", field: str, typed: str) -> Sequence[Option]:
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._commands.suggest(caller_of(interaction), field, typed)
        except TimeoutError:
            return ()


def choices(options: Sequence[Option], before: Sequence[str] = ()) -> list[Choice[str]]:
    """Options as Discord takes them; one whose value would have to be cut is left out. ``before``: what stays."""
    kept = " ".join(before)
    made = [
        Choice(name=_name(f"{kept} + {option.label}" if kept else option.label), value=f"{kept} {option.value}".strip())
        for option in options
        if option.value not in before
    ]
    return [choice for choice in made if 0 < len(choice.value) <= _LONGEST][:_MOST]


def _name(text: str) -> str:
    return shorten(one_line(text), _LONGEST) or "…"
