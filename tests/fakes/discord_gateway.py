"""The gateway: websockets on which an app hears what happens (discord.com/developers/docs/events/gateway).

A session is one shard of one process. It outlives its connection: what happened meanwhile is told to whoever resumes.
"""

import asyncio
import json
import secrets
import time
import zlib
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web

from tests.fakes.discord_asked import Asked
from tests.fakes.discord_identifying import refused
from tests.fakes.discord_payloads import guild_create, unavailable, user_json
from tests.fakes.discord_sessions import Session, Socket
from tests.fakes.discord_state import Json
from tests.fakes.discord_world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    *range(5),
    *range(6, 12),
)
_NEEDS = {"GUILD": 1 << 0, "CHANNEL": 1 << 0, "THREAD": 1 << 0}
"""How the name of an event begins -> the intent for it."""


@dataclass(repr=False)
class Gateway:
    world: World
    sessions: dict[str, Session] = field(default_factory=dict)
    sockets: list[Socket] = field(default_factory=list)
    closed: bool = False
    """Nobody gets in: an outage of the gateway."""
    identified: list[tuple[float, int]] = field(default_factory=list)
    """When which shard did, by a clock that only goes forward."""
    resumed: int = 0
    _by_bucket: defaultdict[int, float] = field(default_factory=lambda: defaultdict(lambda: -1e9))

    # where it is

    @property
    def url(self) -> str:
        return f"{self.world.base_url.replace('http', 'ws', 1)}/gateway"

    def told(self, asked: Asked) -> Json:
        """GET /gateway and GET /gateway/bot."""
        if asked.route.endswith("/gateway"):
            return {"url": self.url}
        config = self.world.config
        return {
            "url": self.url,
            "shards": config.shards,
            "session_start_limit": {
                "total": 1000,
                "remaining": max(0, config.identifies - len(self.identified)),
                "reset_after": 14_400_000,
                "max_concurrency": config.max_concurrency,
            },
        }

    # connections

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.closed:
            return web.Response(status=503, text="upstream connect error")
        connection = web.WebSocketResponse(max_msg_size=4096 * 4, compress=False)
        await connection.prepare(request)
        asked = request.query
        if asked.get("v") != "10" or asked.get("encoding") != "json":
            self.world.violation(f"gateway: asked for {dict(asked)}")
        squeeze = zlib.compressobj() if asked.get("compress") == "zlib-stream" else None
        socket = Socket(connection, request.transport, squeeze)
        self.sockets.append(socket)
        interval = int(self.world.config.heartbeat_seconds * 1000)
        await socket.send({"op": HELLO, "d": {"heartbeat_interval": interval}, "s": None, "t": None})
        watching = asyncio.create_task(self._watch(socket))
        try:
            async for message in connection:
                if message.type == aiohttp.WSMsgType.TEXT and not socket.deaf:
                    await self._heard(socket, message.data)
        finally:
            watching.cancel()
            self._gone(socket)
        return connection

    async def _watch(self, socket: Socket) -> None:
        """Whoever sends no heartbeats is sent away."""
        patience = self.world.config.heartbeat_seconds + self.world.config.heartbeat_grace
        while True:
            left = socket.beaten + patience - time.monotonic()
            if left <= 0:
                break
            await asyncio.sleep(left)
        if socket.deaf:
            return  # a zombie stays open
        if socket.session is not None:
            socket.session.dead = True
        await socket.web.close(code=4009, message=b"Session timed out.")

    def _gone(self, socket: Socket) -> None:
        with suppress(ValueError):
            self.sockets.remove(socket)
        session = socket.session
        if session is not None and session.socket is socket:
            session.socket, session.left = None, self.world.now()
            if socket.web.close_code in (1000, 1001):
                session.dead = True  # whoever leaves with these does not come back

    async def _heard(self, socket: Socket, text: str) -> None:
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            await socket.web.close(code=4002, message=b"Error while decoding payload.")
            return
        if not socket.paced():
            self.world.violation("gateway: more than 120 payloads in a minute")
            await socket.web.close(code=4008, message=b"Rate limited.")
        elif op == HEARTBEAT:
            socket.heartbeats += 1
            socket.beaten = time.monotonic()
            await socket.send({"op": ACK, "d": None, "s": None, "t": None})
        elif op == IDENTIFY:
            await self._identify(socket, data)
        elif op == RESUME:
            await self._resume(socket, data)
        elif socket.session is None:
            await socket.web.close(code=4003, message=b"Not authenticated.")
        elif op not in (PRESENCE, VOICE, MEMBERS):
            await socket.web.close(code=4001, message=b"Unknown opcode.")

    async def _identify(self, socket: Socket, data: Json) -> None:
        shard, shards = data.get("shard") or (0, 1)
        refusal = refused(self.world, socket, data, shard, shards)
        if refusal:
            await socket.web.close(code=refusal[0], message=refusal[1].encode())
            return
        if len(self.identified) >= self.world.config.identifies:
            self.world.violation("gateway: identified more often than the day allows")
            await self.reset_token()
            return
        if not self._in_turn(shard):
            await socket.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        session = Session(f"session{len(self.sessions) + 1}fake", shard, shards, int(data["intents"]), socket)
        self.sessions[session.id] = session
        socket.session = session
        guilds = [one for one in self.world.guilds.values() if one.app and session.has(one.id)]
        app = self.world.app
        await self._tell(
            session,
            "READY",
            {
                "v": 10,
                "user": {**user_json(app), "verified": True, "mfa_enabled": True, "email": None, "flags": 0},
                "guilds": [unavailable(one) for one in guilds],
                "private_channels": [],
                "user_settings": {},
                "relationships": [],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.url,
                "shard": [shard, shards],
                "application": {"id": str(app.id), "flags": 0},
            },
        )
        for guild in guilds:
            if not guild.unavailable and session.intents & _NEEDS["GUILD"]:
                await self._tell(session, "GUILD_CREATE", guild_create(self.world, guild))

    def _in_turn(self, shard: int) -> bool:
        """One identify each five seconds of a bucket."""
        config, now = self.world.config, time.monotonic()
        bucket = shard % config.max_concurrency
        early = config.identify_seconds - (now - self._by_bucket[bucket])
        self.identified.append((now, shard))
        if early > 0.05:
            self.world.violation(f"gateway: shard {shard} identified {early:.1f} s too early")
            return False
        self._by_bucket[bucket] = now
        return True

    async def _resume(self, socket: Socket, data: Json) -> None:
        if data.get("token", "").removeprefix("Bot ") != self.world.config.token:
            await socket.web.close(code=4004, message=b"Authentication failed.")
            return
        session = self.sessions.get(str(data.get("session_id")))
        kept = self.world.config.resumable_seconds
        if session is None or not session.resumable(data.get("seq"), self.world.now(), kept):
            await socket.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        last = int(data["seq"])
        old, session.socket, socket.session = session.socket, socket, session
        if old is not None and old is not socket:
            old.session = None
            await old.web.close(code=4000)
        self.resumed += 1
        for number, event in list(session.events):
            if number > last:
                await socket.send(event)
        await self._tell(session, "RESUMED", {"_trace": []})

    # what happens

    async def happened(self, event: str, data: Json, guild: int | None) -> list[Session]:
        """Tells every session that has the shard of it. Returns those that hear of it, now or when they resume."""
        told = [one for one in self.sessions.values() if not one.dead and one.has(guild)]
        told = [one for one in told if one.intents & self._needs(event, guild) or not self._needs(event, guild)]
        for session in told:
            await self._tell(session, event, data)
        return told

    @staticmethod
    def _needs(event: str, guild: int | None) -> int:
        if event.startswith("MESSAGE_"):
            return 1 << 9 if guild is not None else 1 << 12
        return next((bit for begins, bit in _NEEDS.items() if event.startswith(begins)), 0)

    async def _tell(self, session: Session, event: str, data: Json) -> None:
        session.last += 1
        payload = {"op": DISPATCH, "d": data, "s": session.last, "t": event}
        session.events.append((session.last, payload))
        while len(session.events) > self.world.config.events_kept:
            session.events.popleft()
        if session.socket is not None and not session.socket.deaf:
            await session.socket.send(payload)

    # what goes wrong

    def connected(self, shard: int | None = None) -> list[Session]:
        """Sessions that have a connection."""
        wanted = [one for one in self.sessions.values() if one.socket is not None]
        return [one for one in wanted if shard is None or one.shard == shard]

    async def reconnect(self) -> None:
        """What comes now and then: the app is asked to connect again, and to resume."""
        for socket in list(self.sockets):
            await socket.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Sessions end."""
        for session in self.connected():
            session.dead = not resumable
            if session.socket is not None:
                await session.socket.send({"op": INVALID, "d": resumable, "s": None, "t": None})

    async def reset_token(self) -> None:
        """The bot has another token from now on, and whoever has the old one is sent away."""
        self.world.config = replace(self.world.config, token=f"{self.world.config.token}-{secrets.token_hex(4)}")
        for session in self.sessions.values():
            session.dead = True
        await self.close(4004)

    def fall_deaf(self) -> None:
        """All connections become zombies."""
        for socket in self.sockets:
            socket.deaf = True

    def cut(self) -> None:
        """All connections break without a word."""
        for socket in list(self.sockets):
            if socket.transport is not None:
                socket.transport.abort()

    async def close(self, code: int = 4000) -> None:
        """All connections are closed with a code."""
        await asyncio.gather(*(socket.web.close(code=code) for socket in self.sockets))
