"""What the fake upstreams have in common: a real server on loopback, a record of what was asked, faults on demand.

upstream.faults.append(Fault("stall"))     the next request gets it, the one after a proper answer again
"""

import gzip
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import ClosingIterator

Kind = Literal["stall", "drip", "huge", "bomb", "html", "truncated", "status", "hang-up", "body"]


@cache
def _bomb() -> bytes:
    """50 MB that travel as 50 KB."""
    return gzip.compress(b" " * (50 * 1024 * 1024))


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with one answer."""

    kind: Kind
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True)
class Asked:
    path: str
    args: Mapping[str, str]
    headers: Mapping[str, str]
    at: float
    """Of time.monotonic()."""


class Upstream(ABC):
    """A WSGI application: subclasses answer, this records and breaks things."""

    def __init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """What it answers when nothing is broken."""

    def refuse(self, request: Request) -> Response | None:
        """A refusal that comes before anything else."""
        return None

    def started(self) -> None:  # noqa: B027 - for those who want to know
        """An answer is on its way."""

    def finished(self) -> None:  # noqa: B027 - for those who want to know
        """It has been sent, or its reader has gone."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        with self._lock:
            self.asked.append(Asked(request.path, request.args.to_dict(), dict(request.headers), time.monotonic()))
            refusal = self.refuse(request)
            fault = self.faults.popleft() if self.faults and refusal is None else None
            self.started()
        response = refusal or (self._broken(request, fault) if fault else self.answer(request))
        return self._until_sent(response(environ, start_response))

    def _until_sent(self, body: Iterable[bytes]) -> Iterator[bytes]:
        # werkzeug does not close what it sends if its reader goes with a reset instead of a farewell.
        try:
            yield from body
        finally:
            if isinstance(body, ClosingIterator):
                body.close()
            self.finished()

    def _broken(self, request: Request, fault: Fault) -> Response:  # noqa: PLR0911 - a table
        match fault.kind:
            case "status":
                return Response(fault.body, fault.status, dict(fault.headers))
            case "body":
                return Response(fault.body, fault.status, dict(fault.headers), content_type=fault.content_type)
            case "html":
                return Response(
                    "<!DOCTYPE html><html><body>Down for maintenance</body></html>", content_type="text/html"
                )
            case "stall":
                return Response(self._drip(b"", pause=60), content_type="application/json")
            case "drip":
                return Response(self._drip(b"[", pause=0.05), content_type="application/json")
            case "huge":
                return Response(self._flood(50), content_type="application/json")
            case "bomb":
                return Response(_bomb(), headers={"Content-Encoding": "gzip"}, content_type="application/json")
            case "truncated" | "hang-up":
                whole = self.answer(request)
                body = whole.get_data()
                kept = body[: len(body) // 2] if fault.kind == "truncated" else b""
                broken = Response(iter([kept]), whole.status_code, content_type=whole.content_type)
                broken.headers["Content-Length"] = str(len(body) + 1)
                return broken

    def _drip(self, first: bytes, *, pause: float) -> Iterator[bytes]:
        yield first
        while not self.closing.wait(pause):
            yield b" "

    def _flood(self, megabytes: int) -> Iterator[bytes]:
        for _ in range(megabytes * 16):
            if self.closing.is_set():
                return
            yield b" " * 65536


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Tests read ``asked`` instead."""


@contextmanager
def serve(
    application: Callable[..., Iterable[bytes]], *upstreams: Upstream, host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """The application on loopback, on a thread of its own; its URL. Stalled answers end with the block."""
    server = make_server(host, port, application, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        for upstream in upstreams or ((application,) if isinstance(application, Upstream) else ()):
            upstream.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
