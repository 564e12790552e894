"""Calls that may be made again, as those of what follows a message, until they are answered or refused."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.discord.rest import Answer
from papers.errors import AnswerLost, MessageRefused, TryLater
from papers.log import get_logger

PATIENCE = 60.0
"""Seconds that all that follows a message may take at once."""
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries, where none are told."""

log = get_logger("discord")


async def patiently(call: Callable[[], Awaitable[Answer]], message: str) -> Answer | None:
    """A call that may be made again. None: it was refused. Raises TryLater, DestinationGone, redis-py's errors."""
    for pause in (*_PAUSES, None):
        try:
            return await call()
        except TryLater as error:
            if pause is None or (error.seconds or 0.0) > PATIENCE:
                raise
            await asyncio.sleep(error.seconds or pause)
        except AnswerLost as error:
            if pause is None:
                raise TryLater(f"{error}, again and again") from error
            await asyncio.sleep(pause)
        except MessageRefused as error:
            log.warning("a part of a message was left out", message=message, reason=str(error))
            return None
    raise AssertionError("the last try is answered, or raises")
