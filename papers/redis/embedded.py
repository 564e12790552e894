"""A Redis of our own in the data folder, shared by every process that names the folder.

Who uses it holds ``users.lock``; ``guard.py`` starts, restarts and stops the server. Nothing here survives its
process: locks of killed processes are gone, stale sockets are replaced, a torn append-only file is cut back.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from papers.errors import EmbeddedRedisError
from papers.log import get_logger
from papers.redis import membership
from papers.redis.binaries import find_binaries
from papers.redis.diagnosis import check_folder, why_unusable
from papers.redis.folder import AOF, GUARD_LOCK, KILLED, LOG, SOCKET, START_LOCK
from papers.redis.locks import is_held, open_lock
from papers.redis.membership import wait_for_lock
from papers.settings import Settings

FOLDER = "redis"
PATIENCE = 30.0
"""Seconds a process waits for its turn and for the server to listen (loading comes after that)."""
_POLL = 0.003
_GUARD = "import sys; sys.path.append(sys.argv[1]); from papers.redis.guard import main; main(*sys.argv[2:])"
_ROOT = str(Path(__file__).parents[2])
_KILLS = 5
"""Starts that may be cut short by a kill, of guard or server, before it is told."""
_WATCH = 1.0
_WATCH_CAP = 30.0

logger = get_logger(__name__)


def socket_path(settings: Settings) -> Path:
    """Absolute path of the server's unix socket."""
    return _folder(settings) / SOCKET


def _folder(settings: Settings) -> Path:
    return Path(os.path.abspath(settings.data_dir.expanduser())) / FOLDER


@asynccontextmanager
async def embedded_redis(settings: Settings) -> AsyncIterator[Path]:
    """Yields the socket of a server that listens (it may still be loading); the last to leave stops it.

    Should guard or server be killed meanwhile, they are started again. Raises EmbeddedRedisError.
    """
    if sys.platform == "win32":
        raise EmbeddedRedisError("there is no embedded Redis for Windows: set PAPERBOY_REDIS_URL")
    folder = _folder(settings)
    check_folder(folder)
    try:
        await _attach(folder, settings)
        watch = asyncio.create_task(_keep_guarded(folder, settings), name="embedded-redis")
    except BaseException:
        # What answers at the socket may be someone else's; a server of ours is stopped by its guard.
        await membership.leave(folder, stop=False)
        raise
    try:
        yield folder / SOCKET
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await membership.leave(folder, stop=settings.redis.linger == 0)


async def _attach(folder: Path, settings: Settings) -> None:
    """Join the users of the folder and see to it that a guarded server listens."""
    try:
        async with asyncio.timeout(PATIENCE):
            await membership.join(folder)
            await _ensure_guarded(folder, settings)
    except TimeoutError:
        raise EmbeddedRedisError(
            f"the Redis in {folder} is held by a process that does not answer, perhaps on another machine; "
            "stop it, or set PAPERBOY_DATA_DIR to another folder"
        ) from None
    except OSError as error:
        raise EmbeddedRedisError(why_unusable(folder, error)) from error


async def _ensure_guarded(folder: Path, settings: Settings) -> None:
    """One process at a time looks and, if need be, starts; the others then find what it has started."""
    turn = open_lock(folder / START_LOCK)
    try:
        await wait_for_lock(turn)
        kills = 0
        while not (is_held(folder / GUARD_LOCK) and await _listens(folder / SOCKET)):
            if is_held(folder / GUARD_LOCK):
                await asyncio.sleep(_POLL)  # it is restarting the server, or about to end
            elif line := await _start_guard(folder, settings):
                kills += 1
                if kills > _KILLS or not line.endswith(f"({KILLED})"):
                    raise EmbeddedRedisError(why_unusable(folder, line))
    finally:
        os.close(turn)


async def _listens(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except (ConnectionError, FileNotFoundError):
        return False
    writer.close()
    return True


async def _start_guard(folder: Path, settings: Settings) -> str:
    """Nothing, or why there is no server."""
    binaries = await asyncio.to_thread(find_binaries, settings.redis)
    command = [str(binaries.server), *_server_options(folder)]
    if binaries.module:
        command += ["--loadmodule", str(binaries.module)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        "-c",
        _GUARD,
        _ROOT,
        str(folder),
        str(settings.redis.linger),
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    answer, _ = await process.communicate()
    line = answer.decode(errors="replace").strip()
    return "" if line == "ready" else line or f"its guard ended at once ({KILLED})"


def _server_options(folder: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(folder / SOCKET),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / LOG),
        "daemonize": "no",
        "save": "",
        "appendonly": "yes",
        "appenddirname": AOF,
        # Not everysec: see Flusher. Killing anything loses nothing; a power cut may cost a second, two on
        # a busy disk.
        "appendfsync": "no",
        "aof-load-truncated": "yes",
        "maxmemory-policy": "noeviction",
        # Papers and alias buckets stay packed, which takes about half the memory of hash tables.
        "hash-max-listpack-value": "8192",
        "hash-max-listpack-entries": "512",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


async def _keep_guarded(folder: Path, settings: Settings) -> None:
    """Should the guard be killed, start another, which adopts or restarts the server."""
    pause = _WATCH
    while True:
        await asyncio.sleep(pause)
        try:
            if not is_held(folder / GUARD_LOCK):
                async with asyncio.timeout(PATIENCE):
                    await _ensure_guarded(folder, settings)
                logger.info("embedded_redis_guarded_again", folder=str(folder))
            pause = _WATCH
        except (EmbeddedRedisError, OSError) as error:
            pause = min(pause * 2, _WATCH_CAP)
            logger.warning("embedded_redis_unguarded", folder=str(folder), error=str(error), retry_in=pause)
