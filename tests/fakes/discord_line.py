"""A connection to the gateway with nothing behind it, to try what the gateway itself does."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.fakes.discord import Discord
from tests.fakes.discord_state import Json


class Line:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self._socket, self._token = socket, token
        self._unsqueeze = zlib.decompressobj()
        self.seq = 0
        self.session = ""

    async def next(self, seconds: float = 20.0) -> Json | int:
        """The next payload, or the code with which the connection was closed."""
        async with asyncio.timeout(seconds):
            message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            payload: Json = json.loads(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            payload = json.loads(self._unsqueeze.decompress(message.data))
        else:
            return self._socket.close_code or 0
        self.seq = payload["s"] or self.seq
        if payload["t"] == "READY":
            self.session = payload["d"]["session_id"]
        return payload

    async def event(self, seconds: float = 20.0) -> tuple[str, Any]:
        """The next payload that is an event."""
        payload = await self.next(seconds)
        assert isinstance(payload, dict), f"closed with {payload}"
        assert payload["op"] == 0, payload
        return payload["t"], payload["d"]

    async def say(self, op: int, data: Any) -> None:
        await self._socket.send_json({"op": op, "d": data})

    async def identify(self, *, shard: int = 0, shards: int = 1, intents: int = 1, token: str | None = None) -> None:
        wanted = self._token if token is None else token
        await self.say(
            2, {"token": wanted, "intents": intents, "shard": [shard, shards], "properties": {"os": "", "browser": ""}}
        )

    async def resume(self, session: str, seq: int) -> None:
        await self.say(6, {"token": self._token, "session_id": session, "seq": seq})


@asynccontextmanager
async def line(discord: Discord, *, compress: bool = False) -> AsyncIterator[Line]:
    """A connection that has said nothing yet, and was greeted."""
    query = "?v=10&encoding=json" + ("&compress=zlib-stream" if compress else "")
    async with aiohttp.ClientSession() as session, session.ws_connect(discord.gateway.url + query) as socket:
        made = Line(socket, discord.config.token)
        hello = await made.next()
        assert isinstance(hello, dict)
        assert hello["op"] == 10
        yield made
