"""On Python 3.11, a cancelled task that uses redis-py may go on as if nothing had happened; here that is mended.

redis-py sends with ``asyncio.wait_for``, which in Python 3.11 returns its result when a cancellation arrives in the
same turn of the event loop as the result (mended in Python 3.12, https://github.com/python/cpython/issues/86296).
A step of an ingestion that survived its cancellation would then wait for ever for the others, and a Ctrl-C be lost.
"""

import asyncio
import sys
from collections.abc import Iterable
from functools import wraps
from typing import Any

from redis.asyncio.connection import AbstractConnection


def heed_cancellation() -> None:
    """Make every connection of this process raise CancelledError when it was cancelled while it sent. Idempotent."""
    send = AbstractConnection.send_packed_command
    if sys.version_info >= (3, 12) or hasattr(send, "__wrapped__"):
        return

    @wraps(send)
    async def send_or_be_cancelled(
        self: AbstractConnection, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> Any:
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        await send(self, command, check_health)
        if task and task.cancelling() > before:
            # The answer to what was sent must not be taken for that of the next command.
            await self.disconnect(nowait=True)
            raise asyncio.CancelledError

    AbstractConnection.send_packed_command = send_or_be_cancelled  # type: ignore[method-assign]
