"""Waiting in tests for what another task or the server does in its own time."""

import asyncio
from collections.abc import Awaitable, Callable


async def eventually(holds: Callable[[], Awaitable[object]], *, seconds: float = 30) -> None:
    """Return as soon as ``holds`` answers something true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - there is nothing to be woken by
            await asyncio.sleep(0.01)
