"""Appends messages to files. A line is whole or not there at all, and a delivery's line is there once."""

import asyncio
import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, TypeVar

from bot.file.line import delivery_mark, message_line
from papers.adapters import ABSENT, Commit, Limits, Parcel, Sighting, seen
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import DestinationGone, TryLater

T = TypeVar("T")
_CHUNK = 1 << 20
_THREADS = 32
"""Files that may hang (a network disk that is away) before others have to wait."""
_LOCK_SECONDS, _LOCK_PAUSE = 5.0, 0.05
_FOR_GOOD = (IsADirectoryError, NotADirectoryError, PermissionError)
"""What somebody must mend; a full disk or a missing mount passes."""


class FileAdapter:
    """Implements papers.adapters.Adapter for ``file:PATH``. The folder must exist; the file is made."""

    platform = Platform.FILE
    limits: ClassVar[Limits] = {}
    timeout = 30.0
    settles = 0.0

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="file")

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        path, line = Path(parcel.destination.address), message_line(parcel)
        await self._run(lambda: _check(path))
        await commit()
        await self._locked(path, lambda: _append_once(path, line, parcel.delivery.id))
        return parcel.delivery.id

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        path = Path(destination.address)
        there = await self._locked(path, lambda: _contains(path, delivery.id))
        return seen(delivery.id) if there else ABSENT

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _locked(self, path: Path, work: Callable[[], T]) -> T:
        """Try for a while: a program that keeps the file's lock holds up nobody but its own file."""
        for _ in range(int(_LOCK_SECONDS / _LOCK_PAUSE)):
            try:
                return await self._run(work)
            except _Locked:
                await asyncio.sleep(_LOCK_PAUSE)
        raise TryLater(f"{path}: another program keeps it locked")

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class _Locked(Exception):
    """Somebody else has the file's lock; nothing was done."""


def _check(path: Path) -> None:
    with _failures(path):
        os.close(_open(path))


def _append_once(path: Path, line: bytes, delivery: str) -> None:
    with _failures(path):
        file = _open(path)
        try:
            _lock(file, fcntl.LOCK_EX)
            end = _end_of_lines(file)
            if not _find(file, delivery_mark(delivery)):
                _append(file, line, end)
        finally:
            os.close(file)


def _append(file: int, line: bytes, end: int) -> None:
    try:
        written = 0
        while written < len(line):
            written += os.write(file, line[written:])
        os.fsync(file)
    except OSError:
        os.ftruncate(file, end)  # half a line is worse than none
        raise


def _end_of_lines(file: int) -> int:
    """The file's length without a line that a killed writer left unfinished; that is cut off."""
    end = size = os.fstat(file).st_size
    while end:
        start = max(0, end - _CHUNK)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            end = start + found + 1
            break
        end = start
    if end < size:
        os.ftruncate(file, end)
    return end


def _contains(path: Path, delivery: str) -> bool:
    with _failures(path):
        try:
            file = _checked(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), path)
        except FileNotFoundError:
            return False
        try:
            _lock(file, fcntl.LOCK_SH)
            return _find(file, delivery_mark(delivery), whole=True)
        finally:
            os.close(file)


def _find(file: int, mark: bytes, *, whole: bool = False) -> bool:
    """Whether a line begins with ``mark``; ``whole``: only one that has its end."""
    position, rest = 0, b"\n"
    while chunk := os.pread(file, _CHUNK, position):
        position += len(chunk)
        text = rest + chunk
        at = text.find(b"\n" + mark)
        if at >= 0:
            return not whole or b"\n" in text[at + 1 :] or _has_newline(file, position)
        rest = text[-len(mark) - 1 :]
    return False


def _has_newline(file: int, position: int) -> bool:
    while chunk := os.pread(file, _CHUNK, position):
        if b"\n" in chunk:
            return True
        position += len(chunk)
    return False


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
    return _checked(os.open(path, flags, 0o644), path)


def _checked(file: int, path: Path) -> int:
    """A device or a pipe has no lines to look for, and may have no end."""
    kind = os.fstat(file).st_mode
    if stat.S_ISDIR(kind):
        os.close(file)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(kind):
        os.close(file)
        raise DestinationGone(f"{path}: is no regular file")
    return file


def _lock(file: int, kind: int) -> None:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _Locked from None


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except _FOR_GOOD as error:
        raise DestinationGone(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except OSError as error:
        raise TryLater(f"{path}: {(error.strerror or str(error)).lower()}") from error
