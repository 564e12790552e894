"""The application commands: the group /papers, and “Papers like this” on every message.

Installed for a server or for a person, they are there in servers, in direct messages and in groups. Everybody may use
them all: who may subscribe a channel is decided by what they may do in it, when they ask.
"""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandContext, AppInstallationType, CommandTree, ContextMenu, Group

from bot.apologies import apology
from bot.discord.asking import Questions
from bot.discord.choices import Choices
from bot.discord.finding_commands import add_finding
from bot.discord.personal_commands import add_personal
from bot.discord.wish_commands import add_wishing
from bot.replies import Reply
from papers.log import get_logger

GROUP = "papers"
MENU = "Papers like this"
_DESCRIPTION = "Research papers that people talk about: find them, follow them, have them brought here"
_OLD = Reply(text="This command has changed since your Discord last looked: close Discord, open it again, try again.")

Interaction = discord.Interaction[Any]

log = get_logger("discord")


class PapersTree(CommandTree[Any]):
    """``listen`` adds the commands, once their parts are there."""

    questions: Questions

    def listen(self, questions: Questions, choices: Choices) -> None:
        self.questions = questions
        everywhere: dict[str, Any] = {
            "allowed_contexts": AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            "allowed_installs": AppInstallationType(guild=True, user=True),
        }
        group = Group(name=GROUP, description=_DESCRIPTION, **everywhere)
        add_finding(group, questions, choices)
        add_wishing(group, questions, choices)
        add_personal(group, questions)
        self.add_command(group)

        async def like_this(interaction: Interaction, message: discord.Message) -> None:
            questions.like(interaction, message)

        self.add_command(ContextMenu(name=MENU, callback=like_this, **everywhere))

    def payload(self) -> list[dict[str, Any]]:
        """What Discord is told of the commands."""
        return [command.to_dict(self) for command in self.get_commands()]

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """A command that Discord still has and we do not, one with options that do not fit, or one that failed."""
        if interaction.type is not discord.InteractionType.application_command:
            return
        if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            log.warning("a command was not understood", error=type(error).__name__)
            self.questions.tell(interaction, _OLD)
        else:
            self.questions.tell(interaction, apology(getattr(error, "original", error)))
