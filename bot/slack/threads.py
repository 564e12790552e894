"""What stands under a message: the rest of what outgrew it, and the details. Each part at most once, a second apart.

A part whose answer is lost is looked for, and one that Slack refuses is left out. What cannot be sent now is left to
the ledger, whose next sender reads which parts are there. Where nobody can read that, no part is sent again: never
twice is worth more under a message than never missing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.answers import error_name, understood
from bot.slack.line import Line
from bot.slack.marks import Message, whole_of
from bot.slack.parts_there import PartsThere
from papers.adapters import Scope, StillOurs
from papers.errors import AnswerLost, DeliveryError, DestinationGone, Incomplete, MessageRefused, TryLater
from papers.log import get_logger

PACE = 1.0
"""Seconds between two messages in a channel: https://docs.slack.dev/apis/web-api/rate-limits"""
PATIENCE = 30.0
"""Seconds that all parts together may take at once."""
_SETTLES = 2.0
"""Seconds until a part whose answer was lost is looked for."""
_NO_REPLIES = frozenset(
    {
        "cannot_reply_to_message",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
    }
)
"""Refusals of threads: https://docs.slack.dev/reference/methods/chat.postMessage#errors"""

log = get_logger("slack")


@dataclass(frozen=True)
class Thread:
    """Under the message ``ts`` of a delivery."""

    line: Line
    ts: str
    delivery: str

    def __str__(self) -> str:
        return f"{self.line.channel}/{self.ts}"


class Threads:
    def __init__(self) -> None:
        self._there = PartsThere()

    async def write(self, thread: Thread, messages: Sequence[Message], still_ours: StillOurs) -> None:
        """Post all but the first message, which is there, in order. Raises NotOurs and Incomplete."""
        await self._write(thread, dict(enumerate(messages[1:], start=1)), still_ours)

    async def complete(self, thread: Thread, messages: Sequence[Message], still_ours: StillOurs) -> None:
        """Post those that are not there. Raises NotOurs, TryLater, Incomplete."""
        if len(messages) == 1:
            return
        there = await self._there.look(thread.line, thread.ts, thread.delivery)
        if there is None or there.whole != whole_of(messages[0]):
            reason = "nobody can say what is there" if there is None else "it would not be the same any more"
            log.warning("a thread is left as it is", message=str(thread), reason=reason)
            return
        await self._write(thread, {n: one for n, one in enumerate(messages) if n not in there.parts}, still_ours)

    async def _write(self, thread: Thread, parts: Mapping[int, Message], still_ours: StillOurs) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                for number, part in parts.items():
                    await asyncio.sleep(PACE)
                    await self._send(thread, number, part, still_ours)
        except DestinationGone as error:
            log.warning("the rest of a thread is left out", message=str(thread), reason=str(error))
        except (TimeoutError, TryLater, AnswerLost) as error:
            if error_name(error.__cause__) not in _NO_REPLIES:
                raise _incomplete(thread, error) from error
            log.warning("no thread can be written", message=str(thread), reason=str(error))

    async def _send(self, thread: Thread, number: int, part: Message, still_ours: StillOurs) -> None:
        """Raises NotOurs, TryLater, DestinationGone, and AnswerLost if the part is not there, and may come yet."""
        message: dict[str, Any] = {**part, "channel": thread.line.channel, "thread_ts": thread.ts}
        while True:
            await still_ours()
            try:
                with understood(handed_over=True, limited=Scope.CHANNEL):
                    await thread.line.client.chat_postMessage(**message)
            except TryLater as error:
                if error.seconds is None or error.seconds > PATIENCE:
                    raise
                await asyncio.sleep(error.seconds)
                continue
            except MessageRefused as error:
                log.warning("a part of a thread is left out", message=str(thread), reason=str(error))
            except AnswerLost as error:
                await asyncio.sleep(_SETTLES)
                there = await self._there.look(thread.line, thread.ts, thread.delivery)
                if there is None:
                    log.warning("a part of a thread may be missing", message=str(thread), reason=str(error))
                elif number not in there.parts:
                    raise
            return


def _incomplete(thread: Thread, error: DeliveryError | TimeoutError) -> Incomplete:
    reason = f"its thread is not complete: {str(error) or 'it took too long'}"
    if isinstance(error, TryLater):
        return Incomplete(reason, message_id=str(thread), seconds=error.seconds, scope=error.scope)
    return Incomplete(reason, message_id=str(thread))
