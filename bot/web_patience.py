"""For how long a connection is kept over which nothing is asked: long where something was, else for a moment.

As many connections as we take are enough to keep everybody else out, and to open them costs nothing: uvicorn would
keep one for good over which no whole request begins to come. One over which a request was answered is kept by whoever
asked, a proxy or Slack, for the next. If we were the first to close it, that request would meet a closed door; so we
wait for longer than the other side does, but close it where there is no room for another. Imported where a server is
started only, as uvicorn is.
"""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as HttpProtocol  # httptools where it is installed, or h11

HEAD_SECONDS = 5.0
"""From the connection, or a request's first byte, until its headers are there. Bodies have limits of their own."""
IDLE_SECONDS = 620
"""From an answer to the next request. Proxies keep connections for 60 s (nginx, AWS), 90 s (Go's, as Traefik's) or
120 s (Caddy); Google's keeps them for 600 s and asks for more: https://cloud.google.com/load-balancing/docs/https"""


class ImpatientProtocol(HttpProtocol):
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()
        self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """More bytes give no more time: only a whole head does, nor does a body after it was answered."""
        if self._answering:
            self._unwatch()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _make_room(self) -> None:
        """With as many connections as there may be, the one that has asked nothing for longest ends."""
        if self.limit_concurrency is None or len(self.connections) < self.limit_concurrency:
            return
        waiting = [other for other in self.connections if isinstance(other, ImpatientProtocol) and other._idle_until]
        if waiting:
            min(waiting, key=lambda other: other._idle_until).transport.close()

    @property
    def _idle_until(self) -> float:
        """0 while anything is asked, answered, or on its way."""
        ends = self.timeout_keep_alive_task
        return 0.0 if ends is None or self.transport.is_closing() else ends.when()

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _unwatch(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self._answering:
            self.transport.close()
