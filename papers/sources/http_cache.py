"""Answers kept on disk for ETag and Last-Modified: an upstream that has nothing new sends nothing again.

The cache is a convenience. Where it cannot be had (a folder that cannot be written, a damaged file that cannot be
replaced) requests go out without it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from hishel import AsyncSqliteStorage

from papers.log import get_logger

_MONTH = 30 * 86_400.0
_MAX_SIZE = 64 * 1024 * 1024

log = get_logger(__name__)


@asynccontextmanager
async def open_cache(folder: Path, *, max_body: int) -> AsyncIterator[AsyncSqliteStorage | None]:
    """The cache in ``folder``, shared with other processes, or None. Answers above ``max_body`` bytes stay out."""
    # hishel logs each failure with a traceback and goes on without the cache; what matters is said once, below.
    logging.getLogger("hishel").setLevel(logging.CRITICAL)
    path = folder / "answers.sqlite3"
    problem = await asyncio.to_thread(_prepare, path)
    if problem:
        log.warning("no HTTP cache", path=str(path), reason=problem)
        yield None
        return
    storage = AsyncSqliteStorage(database_path=path, default_ttl=_MONTH, max_size=_MAX_SIZE, max_stream_size=max_body)
    try:
        yield storage
    finally:
        await storage.close()


def _prepare(path: Path) -> str | None:
    """Make sure a sound database can be opened and written at ``path``; what is in the way, if something is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _probe(path)
        except sqlite3.OperationalError:
            raise  # locked, read-only, disk full: nothing that a new file would mend
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            _probe(path)
    except (OSError, sqlite3.Error) as error:
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return None


def _probe(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=5)) as connection:
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()
