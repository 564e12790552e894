"""Appends messages to files. A line is whole or not there at all, and a delivery's line is there once."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from bot.file.line import delivery_mark, message_line
from papers.adapters import ABSENT, Commit, Limits, Parcel, Sighting, seen
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import DestinationGone, TryLater

_CHUNK = 1 << 20
_FOR_GOOD = (IsADirectoryError, NotADirectoryError, PermissionError)
"""What somebody must mend; a full disk or a missing mount passes."""


class FileAdapter:
    """Implements papers.adapters.Adapter for ``file:PATH``. The folder must exist; the file is made."""

    platform = Platform.FILE
    limits: ClassVar[Limits] = {}
    timeout = 30.0
    settles = 0.0

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        path, line = Path(parcel.destination.address), message_line(parcel)
        await asyncio.to_thread(_check, path)
        await commit()
        await asyncio.to_thread(_append_once, path, line, parcel.delivery.id)
        return parcel.delivery.id

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        there = await asyncio.to_thread(_contains, Path(destination.address), delivery.id)
        return seen(delivery.id) if there else ABSENT

    async def close(self) -> None:
        """Nothing is kept open."""


def _check(path: Path) -> None:
    with _failures(path):
        os.close(_open(path))


def _append_once(path: Path, line: bytes, delivery: str) -> None:
    with _failures(path):
        file = _open(path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
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
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH)
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
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except _FOR_GOOD as error:
        raise DestinationGone(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except OSError as error:
        raise TryLater(f"{path}: {(error.strerror or str(error)).lower()}") from error
