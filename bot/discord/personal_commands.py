"""Commands about what is a person's own, and help."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Group

from bot import asks
from bot.command_table import NAMES
from bot.discord.describing import does

if TYPE_CHECKING:
    from bot.discord.asking import Questions

Interaction = discord.Interaction[Any]


def add_personal(group: Group, questions: "Questions") -> None:
    """Add them to the group."""

    @group.command(name="following", description=does("following"))
    async def following(interaction: Interaction) -> None:
        questions.answer(interaction, asks.Following())

    @group.command(name="saved", description=does("saved"))
    async def saved(interaction: Interaction) -> None:
        questions.answer(interaction, asks.Saved())

    @group.command(name="settings", description=does("settings"))
    async def settings(interaction: Interaction) -> None:
        questions.open(interaction, asks.Settings())

    @group.command(name="export", description=does("export"))
    async def export(interaction: Interaction) -> None:
        questions.answer(interaction, asks.Export())

    @group.command(name="forget-me", description=does("forget-me"))
    async def forget_me(interaction: Interaction) -> None:
        questions.answer(interaction, asks.ForgetMe())

    @group.command(name="help", description=does("help"))
    @app_commands.describe(command="One of the commands, to hear more of it")
    @app_commands.choices(command=[Choice(name=name, value=name) for name in NAMES])
    async def help_with(interaction: Interaction, command: Choice[str] | None = None) -> None:
        questions.answer(interaction, asks.Help(about=command.value if command else ""))
