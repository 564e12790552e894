"""Runs the web application until told to stop; requests under way are finished first."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from papers.errors import BadInput
from papers.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

_GRACE = 5
"""Seconds that requests under way have at the end."""
_MOST_AT_ONCE = 200
"""Connections, of which a platform's servers keep many open: see ``at_once``."""
_BACKLOG = 128


async def serve(
    app: "Starlette",
    settings: Settings,
    stop: asyncio.Event,
    on_ready: Callable[[str], None] | None = None,
    *,
    at_once: int = _MOST_AT_ONCE,
) -> None:
    """Serve on PAPERBOY_WEB_HOST and _PORT until ``stop`` is set. ``on_ready`` hears the address it listens on.

    ``at_once``: connections taken; for one more an idle one ends, and where none is idle it is told that there are
    too many.

    Raises BadInput if nobody can listen there.
    """
    import uvicorn

    from bot.web_patience import IDLE_SECONDS, ImpatientProtocol

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Signals are the process's affair: it sets ``stop``."""
            yield

    listening = _listen(settings)
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,  # addresses hold tokens
        server_header=False,
        proxy_headers=False,
        limit_concurrency=at_once,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=_GRACE,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopped = asyncio.create_task(stop.wait())
    try:
        if on_ready:
            host, port = listening.getsockname()[:2]
            on_ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        server.should_exit = True
        try:
            await serving
        finally:
            listening.close()


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.web.host, settings.web.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(
            f"cannot listen on {host}, port {port}: {reason}; set PAPERBOY_WEB_HOST and PAPERBOY_WEB_PORT"
        ) from None
