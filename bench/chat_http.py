"""A small HTTP/1.1 server: JSON in, JSON out, thousands of requests a second, and a hand on each connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_END_OF_HEAD = b"\r\n\r\n"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error"}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    document: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0
    """Seconds until it is given."""


@dataclass(frozen=True)
class HangUp:
    """The connection is closed without an answer."""


@dataclass(frozen=True)
class Silence:
    """Nothing is said, and the connection stays."""


Application = Callable[[Request], Answer | HangUp | Silence]


@asynccontextmanager
async def serving(application: Application, port: int = 0) -> AsyncIterator[int]:
    """The application on loopback; yields its port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(application), "127.0.0.1", port, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class _Connection(asyncio.Protocol):
    """One client. Requests come one after another, as httpx sends them."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (request := self._next()) is not None:
            answer = self._application(request)
            if isinstance(answer, HangUp):
                self._transport.close()
                return
            if isinstance(answer, Answer):
                asyncio.get_running_loop().call_later(answer.after, self._say, answer)

    def _next(self) -> Request | None:
        head, end, rest = self._buffer.partition(_END_OF_HEAD)
        if not end:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return None
        self._buffer = rest[length:]
        method, target, _ = first.split(" ", 2)
        parts = urlsplit(target)
        return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, rest[:length])

    def _say(self, answer: Answer) -> None:
        body = json.dumps(answer.document).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        status = f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Unknown')}\r\n"
        self._transport.write(f"{status}{head}\r\n".encode() + body)
