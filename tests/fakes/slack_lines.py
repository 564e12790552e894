"""The ways from Slack to an app: signed requests over HTTP, or envelopes over websockets (Socket Mode).

Three seconds are given to acknowledge; an event that is not acknowledged comes again, three times.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.fakes.slack_state import Json
from tests.fakes.slack_world import World

ACK_SECONDS = 3.0
_PATIENCE = 6.0
"""Seconds that a late acknowledgement is waited for, to tell how late it was."""
_CONNECTING = 20.0
RETRIES = (0.05, 0.1, 0.2)
"""Seconds before an event comes again; a real Slack waits up to an hour."""
_MOST_LINKS = 10


@dataclass(frozen=True)
class Ack:
    status: int
    """Of HTTP; 200 over a websocket, 0 where none came."""
    body: Any
    """JSON, text, or None."""
    seconds: float

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300 and self.seconds <= ACK_SECONDS


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


@dataclass
class Lines:
    world: World
    request_url: str | None = None
    """Where the app takes requests; None: Socket Mode."""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, "asyncio.Future[Any]"] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _session: aiohttp.ClientSession | None = None

    # Socket Mode

    def new_link(self) -> str:
        ticket = f"ticket{next(self._numbers)}"
        self.tickets.add(ticket)
        return f"{self.world.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.world.config.app_id}"

    async def link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403, text="no such ticket")
        self.tickets.discard(ticket)  # an address serves one connection
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        if len(self.sockets) >= _MOST_LINKS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.sockets.append(socket)
        info = {"app_id": self.world.config.app_id}
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets),
                "debug_info": {"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": info,
            }
        )
        try:
            async for message in socket:
                if message.type == aiohttp.WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            with suppress(ValueError):
                self.sockets.remove(socket)
        return socket

    def _acknowledged(self, text: str) -> None:
        try:
            said = json.loads(text)
            waiting = self._waiting.pop(said["envelope_id"], None)
        except (ValueError, KeyError, TypeError):
            self.world.violation(f"socket: no acknowledgement: {text[:100]!r}")
            return
        if waiting is None:
            self.world.violation(f"socket: nobody waits for the acknowledgement of {said['envelope_id']}")
        elif not waiting.done():
            waiting.set_result(said.get("payload"))

    async def connected(self, seconds: float = _CONNECTING) -> web.WebSocketResponse:
        """An open websocket, the one that was used least recently."""
        async with asyncio.timeout(seconds):
            while not any(not socket.closed for socket in self.sockets):  # noqa: ASYNC110 - sockets tell nobody
                await asyncio.sleep(0.02)
        socket = next(socket for socket in self.sockets if not socket.closed)
        self.sockets.remove(socket)
        self.sockets.append(socket)
        return socket

    async def refresh(self) -> None:
        """What comes every few hours: the app is asked to connect again."""
        for socket in list(self.sockets):
            await socket.send_json(
                {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "fake"}}
            )

    def cut(self, *, in_mid_message: bool = False) -> None:
        """Break all websockets, without a word or within one."""
        for socket in list(self.sockets):
            transport = socket._req.transport if socket._req else None  # there is no other way to be rude
            if transport is None:
                continue
            if in_mid_message:
                transport.write(b'\x81\x7e\x10\x00{"envelope_id": "e-torn", "type": "slash_com')
            transport.abort()
        self.sockets.clear()

    # both ways

    async def send(self, kind: str, payload: Json, *, retry: int = 0, reason: str = "") -> Ack:
        """``kind``: slash_commands, interactive or events_api."""
        began = time.monotonic()
        if self.request_url:
            ack = await self._post(kind, payload, retry, reason)
        else:
            ack = await self._write(kind, payload, retry, reason)
        if ack.status == 0:
            self.world.violation(f"{kind}: no acknowledgement in {time.monotonic() - began:.1f} s")
        elif ack.seconds > ACK_SECONDS:
            self.world.violation(f"{kind}: acknowledged after {ack.seconds:.1f} s")
        return ack

    async def send_event(self, payload: Json) -> Ack:
        """An event, again until it is acknowledged."""
        ack = await self.send("events_api", payload)
        for number, pause in enumerate(RETRIES, start=1):
            if ack.ok:
                break
            await asyncio.sleep(pause)
            reason = "http_error" if ack.status else "http_timeout"
            ack = await self.send("events_api", payload, retry=number, reason=reason)
        return ack

    async def _write(self, kind: str, payload: Json, retry: int, reason: str) -> Ack:
        envelope_id = f"envelope-{next(self._numbers)}"
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        socket = await self.connected()
        began = time.monotonic()
        try:
            await socket.send_json(envelope)
            async with asyncio.timeout(_PATIENCE):
                body = await waiting
        except (TimeoutError, ConnectionError):
            self._waiting.pop(envelope_id, None)
            return Ack(0, None, time.monotonic() - began)
        return Ack(200, body, time.monotonic() - began)

    async def _post(self, kind: str, payload: Json, retry: int, reason: str) -> Ack:
        body = encoded(kind, payload)
        headers = {"Content-Type": "application/json" if kind == "events_api" else "application/x-www-form-urlencoded"}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return await self.post_signed(body, headers)

    async def post_signed(self, body: bytes, headers: dict[str, str], *, timestamp: str | None = None) -> Ack:
        """A request with a signature made now; ``headers`` may say otherwise."""
        assert self.request_url, "the app takes no requests over HTTP here"
        stamp = timestamp or str(int(self.world.now()))
        signed = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.world.config.signing_secret, stamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE))
        began = time.monotonic()
        try:
            async with self._session.post(self.request_url, data=body, headers={**signed, **headers}) as response:
                text = await response.text()
                seconds = time.monotonic() - began
                return Ack(response.status, _parsed(text), seconds)
        except (aiohttp.ClientError, TimeoutError):
            return Ack(0, None, time.monotonic() - began)

    async def close(self) -> None:
        for socket in list(self.sockets):
            await socket.close()
        if self._session is not None:
            await self._session.close()


def encoded(kind: str, payload: Json) -> bytes:
    """As Slack puts it into the body of a request."""
    if kind == "events_api":
        return json.dumps(payload).encode()
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode()
    return urlencode({name: value for name, value in payload.items() if value is not None}).encode()


def _parsed(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
