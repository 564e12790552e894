"""What the guard does with the files in its working folder: log, flush, sweep. Standard library only."""

import contextlib
import fcntl
import os
import time

from papers.redis.folder import AOF, LOG

LOG_LIMIT = 1 << 20
"""Bytes; one older log is kept."""


def log(line: str) -> None:
    # A full disk must not end the guard: whoever reads its answer is told so.
    with contextlib.suppress(OSError), open(LOG, "a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}:guard {time.strftime('%d %b %Y %H:%M:%S')} {line}\n")


def trim_log() -> None:
    """Redis opens its log anew for every line, so that it can be moved away under it."""
    with contextlib.suppress(OSError):
        if os.stat(LOG).st_size > LOG_LIMIT:
            os.replace(LOG, f"{LOG}.1")


def sweep() -> None:
    """Remove what a server killed in the middle of a rewrite has left half-written."""
    for folder in (".", AOF):
        if os.path.isdir(folder):
            for name in os.listdir(folder):
                if name.startswith("temp-") and name.endswith((".aof", ".rdb", ".manifest")):
                    os.unlink(os.path.join(folder, name))


class Flusher:
    """Writes the append-only file through to the disk.

    Redis does so itself with ``appendfsync everysec``, but then holds back, for up to two seconds, writes that it
    has already answered while a slow fsync runs: a kill -9 would lose them (``flushAppendOnlyFile`` in its aof.c).
    So it runs with ``appendfsync no``, which hands every write to the kernel before it answers, and the fsync of
    each second happens here.
    """

    def __init__(self) -> None:
        self._flushed: dict[str, int] = {}

    def flush(self) -> None:
        try:
            sizes = {entry.path: entry.stat().st_size for entry in os.scandir(AOF) if entry.name.endswith(".aof")}
            for path, size in sizes.items():
                if self._flushed.get(path) != size:
                    _fsync(path)
            self._flushed = sizes
        except FileNotFoundError:
            pass  # a rewrite has just replaced it
        except OSError as error:
            log(f"the append-only file cannot be written through to the disk: {error.strerror}")


def _fsync(path: str) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        # On macOS fsync() stops at the drive's cache.
        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is None:
            os.fsync(file)
        else:
            fcntl.fcntl(file, full)
    finally:
        os.close(file)
