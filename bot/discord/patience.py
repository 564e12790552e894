"""Calls that may be made again, as those of what follows a message, until they are answered or refused."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.discord.rest import Answer
from papers.errors import AnswerLost, MessageRefused, TryLater
from papers.log import get_logger

PATIENCE = 60.0
"""Seconds that all that follows a message may take at once."""
_AGAIN_AFTER = 1.0
_MOST_TRIES = 4

log = get_logger("discord")


async def patiently(call: Callable[[], Awaitable[Answer]], message: str) -> Answer | None:
    """A call that may be made again. None: it was refused. Raises TryLater, DestinationGone, redis-py's errors."""
    for _ in range(_MOST_TRIES):
        try:
            return await call()
        except TryLater as error:
            if error.seconds is not None and error.seconds > PATIENCE:
                raise
            await asyncio.sleep(_AGAIN_AFTER if error.seconds is None else error.seconds)
        except AnswerLost:
            await asyncio.sleep(_AGAIN_AFTER)
        except MessageRefused as error:
            log.warning("a part of a message was left out", message=message, reason=str(error))
            return None
    raise TryLater("Discord gave no answer, again and again")
