"""Delivers to the terminal: messages appear on standard output of whoever sends, or another stream of theirs."""

import sys
from typing import IO, ClassVar

from bot.console.render import render_message
from bot.console.stream import make_console
from bot.delivered import message_of
from papers.adapters import CANNOT_SAY, Commit, Limits, Parcel, Sighting
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform


class ConsoleAdapter:
    """Implements papers.adapters.Adapter for ``console:NAME``."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        """``stream`` is where messages appear; default: standard output."""
        self._stream = stream

    platform = Platform.CONSOLE
    limits: ClassVar[Limits] = {}
    timeout = 10.0
    settles = 0.0

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        message = message_of(parcel.content)
        await commit()
        stream = self._stream or sys.stdout
        console = make_console(stream)
        render_message(message, console)
        console.print()
        stream.flush()
        return parcel.delivery.id

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        """Nobody knows what a terminal has shown."""
        return CANNOT_SAY

    async def close(self) -> None:
        """The stream is not ours to close."""
