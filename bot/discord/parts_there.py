"""What of a delivery is there already: in the channel after its first message, in its thread, or in a forum's post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.discord.answers import NO_SUCH_CHANNEL, UNREADABLE, Task, code_of
from bot.discord.bundle import Bundle
from bot.discord.calls import Calls
from bot.discord.marks import is_marked, nonce, whole_of
from bot.discord.rooms import Sent
from bot.discord.sightings import Sightings
from papers.errors import DeliveryError

_PAGE = 100
_MOST_PAGES = 20

Message = Mapping[str, Any]


@dataclass(frozen=True)
class There:
    parts: Mapping[str, str] = field(default_factory=dict)
    """Nonce of a part -> id of its message."""
    whole: int | None = None
    """What all parts say together, as the first message has it."""


NOTHING = There()


class PartsThere:
    def __init__(self, calls: Calls, sightings: Sightings) -> None:
        self._calls = calls
        self._sightings = sightings

    async def look(self, sent: Sent, delivery: str, bundle: Bundle) -> There | None:
        """None: nobody can say. Raises TryLater and redis-py's errors.

        Who may not read a channel's history is given an empty list: then its first message is not found either.
        """
        try:
            here = await self._messages(sent.room.id, int(sent.message) - 1)
            first = next((one for one in here or () if str(one.get("id")) == sent.message), None)
            if here is None or first is None:
                return None
            parts = await self._parts(here, delivery, bundle)
            beside = [parts[name] for name in bundle.in_the_channel if name in parts]
            if not sent.in_thread and beside:
                # A thread has the id of its message, which is the last of those that stand side by side.
                below = await self._in_thread(beside[-1])
                if below is None:
                    return None
                parts |= await self._parts(below, delivery, bundle)
        except DeliveryError as error:
            if code_of(error.__cause__) not in UNREADABLE:
                raise
            return None
        return There(parts, whole_of(first))

    async def _in_thread(self, thread: str) -> Sequence[Message] | None:
        try:
            return await self._messages(thread, int(thread))
        except DeliveryError as error:
            if code_of(error.__cause__) != NO_SUCH_CHANNEL:
                raise
            return ()

    async def _messages(self, channel: str, after: int) -> Sequence[Message] | None:
        """All after a message, oldest first; None: they are too many."""
        found: list[Message] = []
        for _ in range(_MOST_PAGES):
            query = {"limit": str(_PAGE), "after": str(after)}
            page = (await self._calls.ask(Task.READ, "GET", f"/channels/{channel}/messages", query=query)).data
            messages = [one for one in page if isinstance(one, dict)] if isinstance(page, list) else []
            found += messages
            if len(messages) < _PAGE:
                return found
            after = max(int(one["id"]) for one in messages)
        return None

    async def _parts(self, messages: Sequence[Message], delivery: str, bundle: Bundle) -> dict[str, str]:
        return {
            nonce(delivery, number): str(one["id"])
            for one in messages
            for number in range(bundle.count)
            if is_marked(one, delivery, number) and await self._sightings.is_ours(one)
        }
