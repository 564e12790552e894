"""HTTP as it goes over a connection, byte for byte: a client's library would not send what is wrong."""

import asyncio
import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

_PATIENCE = 15.0
_CLOSED = 0
"""The status of a request that was answered with the connection's end."""

Header = tuple[bytes, bytes]


@dataclass
class Request:
    """A request to be changed at will; ``head`` adds Content-Length where no header tells how the body is framed."""

    headers: list[Header]
    body: bytes
    method: bytes = b"POST"
    target: bytes = b"/slack/events"
    raw: bytes | None = None
    """Sent instead of all that."""
    cut: bool = False
    """Nothing comes after it, though more was announced: our side is closed."""
    last: bool = False
    """The connection is not used for another one: more was sent than the server may read as this request."""

    def encoded(self) -> bytes:
        if self.raw is not None:
            return self.raw
        framed = any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
        length = [] if framed else [(b"Content-Length", b"%d" % len(self.body))]
        lines = [b"%s %s HTTP/1.1" % (self.method, self.target)]
        lines += [b"%s: %s" % header for header in [*self.headers, *length]]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body

    def header(self, name: bytes) -> bytes:
        return next((value for each, value in self.headers if each == name), b"")

    def set(self, name: bytes, value: bytes) -> None:
        self.headers = [(each, value if each == name else old) for each, old in self.headers]

    def drop(self, name: bytes) -> None:
        self.headers = [header for header in self.headers if header[0] != name]


STAMP, SIGNATURE, KIND = b"X-Slack-Request-Timestamp", b"X-Slack-Signature", b"Content-Type"
FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


def signed(body: bytes, kind: bytes, secret: bytes, stamp: int) -> Request:
    """As Slack signs it (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    written = b"%d" % stamp
    signature = b"v0=" + hmac.new(secret, b"v0:%s:%s" % (written, body), sha256).hexdigest().encode()
    headers = [
        (b"Host", b"papers.example"),
        (b"User-Agent", b"Slackbot 1.0 (+https://api.slack.com/robots)"),
        (b"Accept", b"*/*"),
        (KIND, kind),
        (STAMP, written),
        (SIGNATURE, signature),
    ]
    return Request(headers, body)


@dataclass
class Line:
    """A connection to a server on this machine, opened anew where it was closed."""

    port: int
    opened: int = 0
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, repr=False)

    async def send(self, request: Request) -> int:
        """The status of the answer; 0: the server closed the connection without one. Raises TimeoutError."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._sent(request)
        except OSError as error:  # closed while we wrote; a timeout is one, too
            if isinstance(error, TimeoutError):
                raise
            await self.close()
            return _CLOSED

    async def _sent(self, request: Request) -> int:
        reader, writer = self._streams or await self._open()
        writer.write(request.encoded())
        if request.cut:
            writer.write_eof()
        status, stays = await _answer(reader, bodiless=request.method == b"HEAD")
        if not stays or request.cut or request.last or request.raw is not None:
            await self.close()
        return status

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.opened += 1
        self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        return self._streams

    async def close(self) -> None:
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, *, bodiless: bool) -> tuple[int, bool]:
    """Status, and whether the connection stays open."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        first, *lines = head.split(b"\r\n")
        headers = dict(line.split(b":", 1) for line in lines if b":" in line)
        if not bodiless:
            await reader.readexactly(int(headers.get(b"content-length", b"0")))
    except asyncio.IncompleteReadError:
        return _CLOSED, False
    return int(first.split(b" ")[1]), b"close" not in headers.get(b"connection", b"")
