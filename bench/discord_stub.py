"""A Discord that lets one bot in, tells it of servers and interactions, and notes when each was answered."""

import asyncio
import json
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bench.discord_traffic import APP, Asked, guild_create, guild_id, message

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.bench.token"
_BOT = {"id": APP, "username": "Paperboy", "discriminator": "0000", "bot": True, "avatar": None, "flags": 0}
_APPLICATION = {
    "id": APP,
    "name": "Paperboy",
    "owner": {"id": "5", "username": "ada", "discriminator": "0", "avatar": None},
    "description": "",
    "icon": None,
    "verify_key": "",
    "flags": 0,
    "bot_public": True,
    "bot_require_code_grant": False,
}
_CHOICES, _ANNOUNCED = 8, (5, 6)
_HELLO, _ACK = 10, 11


@dataclass
class DiscordStub:
    """``guilds`` of ``channels`` each are told of whoever identifies."""

    guilds: int = 1
    channels: int = 40
    url: str = ""
    acknowledged: dict[int, float] = field(default_factory=dict)
    """Number of an interaction -> when it was answered or deferred, by time.perf_counter."""
    answered: dict[int, float] = field(default_factory=dict)
    """The same -> when what was asked for came."""
    calls: Counter[str] = field(default_factory=Counter)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    """All servers were told of."""
    _socket: web.WebSocketResponse | None = None
    _squeeze: Any = None
    _sequence: int = 0
    _commands: list[dict[str, Any]] = field(default_factory=list)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["DiscordStub"]:
        app = web.Application(client_max_size=1 << 24)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def ask(self, asked: Asked) -> float:
        """Tell the bot of an interaction; when that was."""
        now = time.perf_counter()
        await self._tell("INTERACTION_CREATE", asked.payload)
        return now

    # the gateway

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        self._socket, self._squeeze, self._sequence = socket, zlib.compressobj(1), 0
        await self._send(json.dumps({"op": _HELLO, "d": {"heartbeat_interval": 41250}, "s": None, "t": None}))
        async for said in socket:
            if said.type is not aiohttp.WSMsgType.TEXT:
                continue
            heard = json.loads(said.data)
            if heard["op"] == 1:
                await self._send(json.dumps({"op": _ACK, "d": None, "s": None, "t": None}))
            elif heard["op"] == 2:
                await self._let_in(heard["d"])
        return socket

    async def _let_in(self, said: dict[str, Any]) -> None:
        guilds = [{"id": str(guild_id(number)), "unavailable": True} for number in range(self.guilds)]
        ready = {
            "v": 10,
            "user": _BOT,
            "guilds": guilds,
            "session_id": "bench",
            "resume_gateway_url": f"ws://{self.url}/gateway",
            "shard": said.get("shard", [0, 1]),
            "application": {"id": APP, "flags": 0},
            "private_channels": [],
        }
        await self._tell("READY", json.dumps(ready))
        for number in range(self.guilds):
            await self._tell("GUILD_CREATE", json.dumps(guild_create(number, self.channels)))
        self.told.set()

    async def _tell(self, event: str, data: str) -> None:
        self._sequence += 1
        await self._send(f'{{"t": "{event}", "op": 0, "s": {self._sequence}, "d": {data}}}')

    async def _send(self, text: str) -> None:
        assert self._socket is not None
        squeezed = self._squeeze.compress(text.encode()) + self._squeeze.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(squeezed)

    # REST

    async def _rest(self, request: web.Request) -> web.Response:
        now, path = time.perf_counter(), request.match_info["path"]
        first, *rest = path.split("/")
        if first == "interactions":
            return await self._callback(request, now, *rest[:2])
        if first == "webhooks":
            self.calls[f"{request.method} webhooks"] += 1
            self.answered.setdefault(int(rest[1]), now)
            return _json(message("7", "8", []))
        self.calls[f"{request.method} {path}"] += 1
        if path == "gateway/bot":
            limit = {"total": 1000, "remaining": 1000, "reset_after": 1, "max_concurrency": 1}
            return _json({"url": f"ws://{self.url}/gateway", "shards": 1, "session_start_limit": limit})
        if path == "users/@me":
            return _json(_BOT)
        if path.endswith("/commands"):
            if request.method == "PUT":
                self._commands = [
                    {"description": "", **one, "id": str(5 + place), "application_id": APP, "version": "1"}
                    for place, one in enumerate(await request.json())
                ]
            return _json(self._commands)
        return _json(_APPLICATION)

    async def _callback(self, request: web.Request, now: float, number: str, token: str) -> web.Response:
        given = await request.json()
        kind, asked = int(given["type"]), int(token)
        self.calls[f"callback {kind}"] += 1
        self.acknowledged.setdefault(asked, now)
        if kind not in _ANNOUNCED:
            self.answered.setdefault(asked, now)
        if request.query.get("with_response") not in {"true", "1"}:
            return web.Response(status=204)
        shown: dict[str, Any] = {"id": number, "type": 2}
        resource: dict[str, Any] = {"type": kind}
        if kind != _CHOICES:
            resource["message"] = message("7", "8", [])
        return _json({"interaction": shown, "resource": resource})


def _json(document: Any) -> web.Response:
    # discord.py reads nothing as JSON whose type says more, such as a charset.
    return web.Response(body=json.dumps(document).encode(), headers={"Content-Type": "application/json"})
