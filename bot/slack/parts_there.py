"""Which parts of a delivery stand under its message, by their metadata.

``conversations.replies`` has the scopes and the limits of ``conversations.history``: 15 messages a call and one call a
minute for apps outside the Marketplace. A reader that is told to wait goes on where it was. Slack's page of the method
says that bots may not read threads of channels, and its table of scopes that they may: where they are refused, nobody
can say. https://docs.slack.dev/reference/methods/conversations.replies
"""

from dataclasses import dataclass
from typing import Any

from bot.slack.answers import UNREADABLE, error_name, understood
from bot.slack.line import Line
from bot.slack.marks import Message, part_of, whole_of
from papers.adapters import Scope
from papers.errors import DeliveryError, MessageRefused

_PAGE = 15
_MOST_PAGES = 20
_MOST_REMEMBERED = 1000
_NO_MESSAGE = "thread_not_found"


@dataclass(frozen=True)
class There:
    """What was found."""

    parts: frozenset[int] = frozenset()
    """0 is the message itself."""
    whole: str = ""
    """What all parts say together, as the message has it."""


class PartsThere:
    """Reads threads; remembers how far it has read for a delivery that it must ask for again."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[str, There]] = {}

    async def look(self, line: Line, ts: str, delivery: str) -> There | None:
        """None: nobody can say. Raises TryLater."""
        cursor, there = self._read.pop(delivery, ("", There()))
        for _ in range(_MOST_PAGES):
            try:
                page = await _page(line, ts, cursor)
            except DeliveryError as error:
                if isinstance(error, MessageRefused) or error_name(error.__cause__) in {*UNREADABLE, _NO_MESSAGE}:
                    return None
                if cursor:
                    self._remember(delivery, cursor, there)
                raise
            there = _with(there, page.get("messages") or (), line, delivery)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not (cursor and page.get("has_more")):
                return there if 0 in there.parts else None
        return None

    def _remember(self, delivery: str, cursor: str, there: There) -> None:
        while len(self._read) >= _MOST_REMEMBERED:
            self._read.pop(next(iter(self._read)))
        self._read[delivery] = (cursor, there)


async def _page(line: Line, ts: str, cursor: str) -> Any:
    with understood(handed_over=False, limited=Scope.CHANNEL):
        return await line.client.conversations_replies(
            channel=line.channel, ts=ts, limit=_PAGE, cursor=cursor or None, include_all_metadata=True
        )


def _with(there: There, messages: "list[Message] | tuple[()]", line: Line, delivery: str) -> There:
    found = {part: one for one in messages if (part := part_of(one, delivery, line.installation)) is not None}
    whole = whole_of(found[0]) if 0 in found else there.whole
    return There(there.parts | found.keys(), whole)
