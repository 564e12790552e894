"""A connection over which no whole request begins to come in time is closed: uvicorn would keep it for good.

As many connections as we take are enough to keep everybody else out, and to open them costs nothing. Imported where
a server is started only, as uvicorn is.
"""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as HttpProtocol  # httptools where it is installed, or h11

HEAD_SECONDS = 5.0
"""From the connection, or a request's first byte, until its headers are there. Bodies have limits of their own."""


class ImpatientProtocol(HttpProtocol):
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

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
