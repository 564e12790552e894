"""Why an embedded Redis does not come up, in one line for people."""

import errno
import os
import sys
import tempfile
from pathlib import Path

from papers.errors import EmbeddedRedisError
from papers.redis.folder import LOG, SOCKET, STARTING

# sun_path less its closing NUL; unix(7) and its macOS counterpart.
_LONGEST_SOCKET_PATH = 107 if sys.platform.startswith("linux") else 103
_PROBE = b"\0" * 65_536
_OTHER_FOLDER = "set PAPERBOY_DATA_DIR to another folder"


def check_folder(folder: Path) -> None:
    """Raises EmbeddedRedisError if no socket can have its place there."""
    length = len(os.fsencode(folder / SOCKET))
    if length > _LONGEST_SOCKET_PATH:
        raise EmbeddedRedisError(
            f"PAPERBOY_DATA_DIR is too long for a unix socket by {length - _LONGEST_SOCKET_PATH} bytes: "
            f"{folder.parent}; set it to a shorter path"
        )


def why_unusable(folder: Path, reason: OSError | str) -> str:
    """The sentence for a folder that cannot be used, or for a server that did not start there."""
    error = reason if isinstance(reason, OSError) else _write_error(folder)
    if error is not None:
        return (
            f"{_sentence(error, folder)}: free some space, or {_OTHER_FOLDER}"
            if _is_full(error)
            else (f"{_sentence(error, folder)}: {_OTHER_FOLDER} that you may write to")
        )
    words = last_words(folder)
    return f"the embedded Redis in {folder} does not run: {reason}" + (f"; it said: {words}" if words else "")


def _is_full(error: OSError) -> bool:
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


def _sentence(error: OSError, folder: Path) -> str:
    if _is_full(error):
        return f"the disk of {folder} is full"
    return f"the data folder {folder} cannot be used ({os.strerror(error.errno) if error.errno else error})"


def _write_error(folder: Path) -> OSError | None:
    """What happens to someone who writes there; a full disk keeps even Redis's own log silent."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(_PROBE)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return None


def last_words(folder: Path) -> str:
    """The last warning the server logged since it was last started, or its last line if there is none."""
    try:
        with open(folder / LOG, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 16_384))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    starts = [number for number, line in enumerate(lines) if STARTING in line]
    said = [line for line in lines[starts[-1] + 1 if starts else 0 :] if line.strip() and ":guard " not in line]
    warnings = [line.partition(" # ")[2] for line in said if " # " in line and " # WARNING" not in line]
    return (warnings or said or [""])[-1].strip()[:300]
