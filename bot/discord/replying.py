"""Sends a reply in answer to an interaction: privately, for everybody, or in place of what was pressed."""

from typing import TYPE_CHECKING

import discord

from bot.button_names import ButtonNames
from bot.discord.answering import Answering
from bot.discord.components import Component
from bot.discord.custom_ids import kept
from bot.discord.layout import render, split
from bot.discord.quiet import Untold, heard
from bot.discord.renaming import renamed
from bot.replies import Reply
from papers.asked import AskedTexts
from papers.display import one_line
from papers.log import get_logger

if TYPE_CHECKING:
    from collections.abc import Mapping

_DONE = Reply(text="Done.")
_NOT_TAKEN = Reply(text="Discord did not take this answer. It is in the log of whoever runs Paperboy; ask another way.")
_LONGEST_NAME = 80

log = get_logger("discord")


class Replies:
    def __init__(self, asked: AskedTexts) -> None:
        self._asked = asked
        self._names = ButtonNames()

    async def send(self, at: Answering, reply: Reply) -> None:
        """All that the reply holds. Never raises but for Redis: what cannot be told is logged."""
        try:
            await self._send(at, reply)
        except Untold:
            return
        except discord.HTTPException as error:  # Discord names the field that it does not take
            log.error("an answer was refused", code=error.code, reason=error.text[:300])  # noqa: TRY400 - it says why
            try:
                with heard("an apology"):
                    await at.say(render(_NOT_TAKEN).components, private=True)
            except (Untold, discord.HTTPException):
                return

    async def _send(self, at: Answering, reply: Reply) -> None:
        if reply.renamed:
            await self._rename(at, reply)
            if not _says_something(reply):
                return
        if not _says_something(reply):
            reply = _DONE
        keys = await kept(reply, self._asked)
        messages = [one.components for one in split(_signed(at, reply), keys)]
        first, *more = messages
        with heard("a reply"):
            if reply.replaces and _private(at):
                await at.replace(first)
            else:
                await at.say(first, private=reply.private)
            for components in more:
                await at.say(components, private=reply.private)
            if reply.file is not None:
                await at.file(reply.file.name, reply.file.text)

    async def _rename(self, at: Answering, reply: Reply) -> None:
        """Call buttons of the pressed message so; where they are called so already, only note the press."""
        message = at.interaction.message

        async def write(all_names: "Mapping[str, str]", older: bool) -> bool:
            changed = renamed(_components(at), all_names, always=older)
            if changed is not None:
                await at.replace(changed)
            return changed is not None

        with heard("renamed buttons"):
            if message is None or not await self._names.change(message.id, reply.renamed, write, at=reply.renamed_at):
                await at.defer()


def _components(at: Answering) -> list[Component]:
    """Those of the pressed message, as they were when it was pressed."""
    message = at.interaction.message
    return [component.to_dict() for component in message.components] if message is not None else []  # type: ignore[misc]


def _private(at: Answering) -> bool:
    """Whether the pressed message is seen by the person alone, so that another may take its place."""
    message = at.interaction.message
    return at.pressed and message is not None and message.flags.ephemeral


def _says_something(reply: Reply) -> bool:
    return bool(reply.heading or reply.text or reply.cards or reply.notes or reply.buttons)


def _signed(at: Answering, reply: Reply) -> Reply:
    """What everybody sees tells who shared it, by name: a mention would ping them."""
    if reply.private:
        return reply
    name = one_line(at.interaction.user.display_name)[:_LONGEST_NAME]
    return reply.model_copy(update={"notes": (*reply.notes, f"Shared by {name or 'somebody here'}")})
