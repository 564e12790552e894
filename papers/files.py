"""Lines of JSON from files, plain or gzipped, with errors that name the file and the line."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from papers.errors import UnreadableFile

MAX_LINE_BYTES = 64 * 1024 * 1024


def json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """``(line number from 1, value)`` of each line that holds JSON; ``(number, None)`` of one that does not.

    Raises UnreadableFile when the file is missing, unreadable or cut short: what came before has been yielded.
    """
    with _told_as_unreadable(path), _open(path) as stream:
        for number, line in enumerate(_bounded(stream, path), start=1):
            if line.strip():
                yield number, _parse(line)


def json_document(path: Path) -> Any:
    """The one JSON value of a file, however many lines it takes; None if it is no JSON. Raises UnreadableFile."""
    with _told_as_unreadable(path), _open(path) as stream:
        content = stream.read(MAX_LINE_BYTES)
    return _parse(content)


@contextmanager
def _told_as_unreadable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise UnreadableFile(f"{path}: no such file") from None
    except EOFError:
        raise UnreadableFile(f"{path}: the gzip file is cut short; fetch it again") from None
    except (gzip.BadGzipFile, zlib.error):
        raise UnreadableFile(f"{path}: not a sound gzip file") from None
    except OSError as error:
        raise UnreadableFile(f"{path}: {(error.strerror or str(error)).lower()}") from None


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path, "rb")) if packed else path.open("rb")


def _bounded(stream: IO[bytes], path: Path) -> Iterator[bytes]:
    while line := stream.readline(MAX_LINE_BYTES):
        if len(line) == MAX_LINE_BYTES:
            raise UnreadableFile(f"{path}: a line of more than {MAX_LINE_BYTES // 2**20} MB; this is no JSONL file")
        yield line


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
