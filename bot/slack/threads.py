"""What stands under a message: the rest of what outgrew it, and the details. Each part at most once, a second apart.

Nobody waits for these to be recorded: a part whose answer is lost is not sent again, and one that Slack refuses is
left out. Never twice is worth more under a message than never missing.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.slack.answers import understood
from papers.adapters import Scope
from papers.errors import AnswerLost, DestinationGone, MessageRefused, TryLater
from papers.log import get_logger

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

PACE = 1.0
"""Seconds between two messages in a channel: https://docs.slack.dev/apis/web-api/rate-limits"""
PATIENCE = 30.0
"""Seconds that all parts together may take; what is left then is left out."""

log = get_logger("slack")


async def send_thread(client: "AsyncWebClient", channel: str, ts: str, parts: Sequence[Mapping[str, Any]]) -> None:
    """Post the parts under the message ``ts``, in order. Raises nothing but cancellation."""
    sent = 0
    try:
        async with asyncio.timeout(PATIENCE):
            for part in parts:
                await asyncio.sleep(PACE)
                await _send_part(client, {**part, "channel": channel, "thread_ts": ts})
                sent += 1
    except (TimeoutError, TryLater, DestinationGone) as error:
        reason = str(error) or "it took too long"
        log.warning("the rest of a thread was left out", channel=channel, sent=sent, of=len(parts), reason=reason)


async def _send_part(client: "AsyncWebClient", message: dict[str, Any]) -> None:
    """Raises TryLater and DestinationGone; a part that is refused, or whose answer is lost, is passed over."""
    while True:
        try:
            with understood(handed_over=True, limited=Scope.CHANNEL):
                await client.chat_postMessage(**message)
        except TryLater as error:
            if error.seconds is None or error.seconds > PATIENCE:
                raise
            await asyncio.sleep(error.seconds)
            continue
        except (AnswerLost, MessageRefused) as error:
            log.warning("a part of a thread may be missing", channel=message["channel"], reason=str(error))
        return
