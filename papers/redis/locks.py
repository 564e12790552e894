"""File locks that the kernel drops when their process ends, however it ends."""

import os
import sys

if sys.platform != "win32":
    import fcntl

Path = str | os.PathLike[str]


def open_lock(path: Path) -> int:
    """A descriptor that no program started from here inherits. Raises OSError."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(file: int, *, shared: bool = False) -> bool:
    """Take the lock, or turn the one held into this kind. False: someone else holds it, and now we do not."""
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(file: int) -> None:
    fcntl.flock(file, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether some process holds this lock exclusively. Raises OSError."""
    file = open_lock(path)
    try:
        return not try_lock(file, shared=True)
    finally:
        os.close(file)


def is_shared(path: Path) -> bool:
    """Whether some process holds this lock shared. Raises OSError."""
    file = open_lock(path)
    try:
        return not try_lock(file) and try_lock(file, shared=True)
    finally:
        os.close(file)
