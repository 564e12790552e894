"""Buttons: of messages at any age, of forms, and of what was sent before a restart. Whatever comes is answered."""

import re
from typing import TYPE_CHECKING, Any

import discord

from bot.actions import OPENS_FORM, Verb
from bot.commands import Commands
from bot.discord import form_ids
from bot.discord.answering import Answering
from bot.discord.confirming import question
from bot.discord.custom_ids import press
from bot.discord.filling import Forms, components_of
from bot.discord.named_places import NamedPlaces
from bot.discord.quiet import heard
from bot.discord.turns import LAST, Turns
from bot.replies import Reply
from papers.asked import AskedTexts

if TYPE_CHECKING:
    Interaction = discord.Interaction[Any]

_READS = frozenset(
    {Verb.MORE, Verb.SIMILAR, Verb.WHY, Verb.SAVED, Verb.SHARE, Verb.TRENDING, Verb.FOLLOWING, Verb.EXPORT, Verb.HELP}
)
"""All others change something: not done for a press of which Discord has already said that it failed."""


class Presses:
    def __init__(self, commands: Commands, asked: AskedTexts, turns: Turns, forms: Forms, named: NamedPlaces) -> None:
        self._commands = commands
        self._asked = asked
        self._turns = turns
        self._forms = forms
        self._named = named

    def pressed(self, interaction: "Interaction", custom_id: str) -> None:
        """A button with this text."""

        async def work(at: Answering) -> Reply | None:
            return await self._press(at, custom_id)

        self._turns.take(interaction, "button", work, soon=LAST)

    def handed_in(self, interaction: "Interaction", custom_id: str, components: object) -> None:
        """A modal with this text."""

        async def work(at: Answering) -> Reply | None:
            wanted = form_ids.read_form_id(custom_id)
            return await self._forms.handed_in(at, await self._named.caller(interaction), wanted, components)

        self._turns.take(interaction, "form", work)

    async def _press(self, at: Answering, custom_id: str) -> Reply | None:
        caller = await self._named.caller(at.interaction)
        if re.fullmatch(form_ids.PATTERN, custom_id):
            return await self._forms.pressed(at, caller, form_ids.read_form_id(custom_id))
        wanted = await press(custom_id, self._asked)
        if wanted.confirm:
            return question(wanted, _name(at, custom_id))
        if wanted.action.verb in OPENS_FORM:
            return await self._forms.open(at, caller, wanted.action)
        if wanted.action.verb not in _READS:
            with heard("a press"):
                await at.defer()
        return await self._commands.press(caller, wanted.action)


def _name(at: Answering, custom_id: str) -> str:
    """What the pressed button is called."""
    message = at.interaction.message
    found = components_of(message) if message is not None else []
    return next((str(one.get("label") or "") for one in found if one.get("custom_id") == custom_id), "")
