"""What is answered to one interaction, in the order Discord wants it: first the response, then what follows.

Source: docs.discord.com/developers/interactions/receiving-and-responding.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from io import BytesIO
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.discord.components import Component
from bot.discord.quiet import TAKEN
from bot.discord.view import modal_of, view_of

if TYPE_CHECKING:
    Interaction = discord.Interaction[Any]


class _First(Enum):
    """What the first response was."""

    ANNOUNCED = "announced"
    """A private message will take its place."""
    NOTED = "noted"
    """The pressed message stays as it is for now."""
    DONE = "done"


_REFUSED = 400


class Answering:
    """One interaction. Methods raise discord.HTTPException, aiohttp.ClientError and TimeoutError: see quiet.py.

    One call at a time: what follows an announcement waits until Discord has taken that, and fails with it.
    """

    def __init__(self, interaction: "Interaction", *, seconds: float) -> None:
        """``seconds`` each call may take."""
        self.interaction = interaction
        self._seconds = seconds
        self._first: _First | None = None
        self._turn = asyncio.Lock()
        self._unannounced: Exception | None = None

    @property
    def opened(self) -> bool:
        """Whether something was answered: then no modal can be opened any more."""
        return self._first is not None

    @property
    def pressed(self) -> bool:
        """Whether it came from a message of ours, which can be changed."""
        return self.interaction.message is not None

    async def defer(self) -> None:
        """There will be an answer: a private one to a command, any one to a press.

        When it returns, whoever asked has not been told that it failed: Discord tells them so after three seconds.
        """
        async with self._in_turn():
            if self._first is None:
                self._first = _First.NOTED if self.pressed else _First.ANNOUNCED
                try:
                    await self._announce()
                except Exception as error:
                    self._unannounced = error
                    raise

    async def modal(self, made: Component) -> None:
        """Only as the first answer."""
        async with self._in_turn(), asyncio.timeout(self._seconds):
            self._first = _First.DONE
            await self._response(self.interaction.response.send_modal(modal_of(made)))

    async def say(self, components: Sequence[Component], *, private: bool) -> None:
        """A message of its own."""
        at, view = self.interaction, view_of(components)
        async with self._in_turn(), asyncio.timeout(self._seconds):
            first, self._first = self._first, _First.DONE  # also if Discord's answer is lost: it takes one response
            if first is None:
                await self._response(at.response.send_message(view=view, ephemeral=private))
            elif first is _First.ANNOUNCED:
                # What was announced privately cannot be for everybody: nothing public comes from a command.
                await at.edit_original_response(view=view)
            else:
                await at.followup.send(view=view, ephemeral=private, wait=True)

    async def replace(self, components: Sequence[Component]) -> None:
        """In place of the message that was pressed."""
        at, view = self.interaction, view_of(components)
        async with self._in_turn(), asyncio.timeout(self._seconds):
            first, self._first = self._first, _First.DONE
            if first is None:
                await self._response(at.response.edit_message(view=view))
            else:
                await at.edit_original_response(view=view)

    async def file(self, name: str, text: str) -> None:
        """A file for the person alone, after something was said."""
        attached = discord.File(BytesIO(text.encode()), filename=name)
        async with self._in_turn(), asyncio.timeout(self._seconds):
            await self.interaction.followup.send(file=attached, ephemeral=True, wait=True)

    async def _announce(self) -> None:
        """Once more where Discord's answer is lost: then it says whether it had taken the first, or that it is late."""
        for last in (False, True):
            try:
                async with asyncio.timeout(self._seconds):
                    await self.interaction.response.defer(ephemeral=True, thinking=not self.pressed)
            except discord.HTTPException as error:
                if error.code in TAKEN:
                    return
                raise
            except (aiohttp.ClientError, OSError, TimeoutError):
                if last:
                    raise
            else:
                return

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        async with self._turn:
            if self._unannounced is not None:
                raise self._unannounced
            yield

    async def _response(self, sending: Awaitable[object]) -> None:
        """The first answer. One that Discord refuses for what is in it was none: another may be tried."""
        try:
            await sending
        except discord.HTTPException as error:
            if error.status == _REFUSED and error.code not in TAKEN:
                self._first = None
            raise
