"""Sessions of the gateway and the connections they have: a session outlives its connection."""

import asyncio
import json
import time
import zlib
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.discord_state import Json


@dataclass
class Session:
    id: str
    shard: int
    shards: int
    intents: int
    socket: "Socket | None" = None
    last: int = 0
    """The number of its last event."""
    events: deque[tuple[int, Json]] = field(default_factory=deque)
    dead: bool = False

    def has(self, guild: int | None) -> bool:
        """Direct messages go to shard 0."""
        return (guild >> 22) % self.shards == self.shard if guild is not None else self.shard == 0


@dataclass
class Socket:
    """One connection."""

    web: web.WebSocketResponse
    transport: asyncio.Transport | None
    squeeze: "zlib._Compress | None" = None
    session: Session | None = field(default=None, repr=False)
    said: deque[float] = field(default_factory=deque)
    deaf: bool = False
    """It is a zombie: it stays open, and nothing that is said on it is heard or answered."""
    heartbeats: int = 0
    beaten: float = field(default_factory=time.monotonic)
    """When it last sent a heartbeat."""
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, payload: Json) -> None:
        text = json.dumps(payload)
        with suppress(ConnectionError, RuntimeError):
            async with self._writing:
                if self.squeeze is None:
                    await self.web.send_str(text)
                else:
                    squeezed = self.squeeze.compress(text.encode()) + self.squeeze.flush(zlib.Z_SYNC_FLUSH)
                    await self.web.send_bytes(squeezed)
