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

_MOST_SENT, _SENT_SECONDS = 120, 60.0
"""What an app may say on a connection."""


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
    left: float = 0.0
    """When its connection ended, by the clock of this Discord."""

    def has(self, guild: int | None) -> bool:
        """Direct messages go to shard 0."""
        return (guild >> 22) % self.shards == self.shard if guild is not None else self.shard == 0

    def resumable(self, last: object, now: float, seconds: float) -> bool:
        """Whether what came after its event ``last`` can be told: if not, it is over. ``seconds``: for which it is kept
        without a connection.
        """
        if isinstance(last, int) and not self.dead:
            late = self.socket is None and now - self.left > seconds
            self.dead = late or last > self.last or bool(self.events and last + 1 < self.events[0][0])
        else:
            self.dead = True
        return not self.dead


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

    def paced(self) -> bool:
        """Whether it may say one thing more."""
        now = time.monotonic()
        while self.said and self.said[0] < now - _SENT_SECONDS:
            self.said.popleft()
        self.said.append(now)
        return len(self.said) <= _MOST_SENT

    async def send(self, payload: Json) -> None:
        text = json.dumps(payload)
        with suppress(ConnectionError, RuntimeError):
            async with self._writing:
                if self.squeeze is None:
                    await self.web.send_str(text)
                else:
                    squeezed = self.squeeze.compress(text.encode()) + self.squeeze.flush(zlib.Z_SYNC_FLUSH)
                    await self.web.send_bytes(squeezed)
