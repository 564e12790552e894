"""The server process, as its guard sees it from the working folder. Standard library only."""

import fcntl
import os
import signal
from typing import NoReturn

from papers.redis.files import log
from papers.redis.folder import AOF, LOG, SERVER_LOCK
from papers.redis.locks import open_lock

_REWRITING_CHILDREN = (b"redis-aof-rewrite", b"redis-rdb-bgsave", b"redis-rdb-to-slaves")


def spawn(command: list[str]) -> int:
    """Fork and exec by hand: the child takes ``server.lock`` and keeps it as it becomes redis-server."""
    pid = os.fork()
    if not pid:
        _become(command)
    return pid


def _become(command: list[str]) -> NoReturn:
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        lock = open_lock(SERVER_LOCK)
        fcntl.lockf(lock, fcntl.LOCK_EX)
        os.truncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        os.set_inheritable(lock, True)
        output = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        # A locale that is named but not installed, as ssh forwards it, would end the server.
        os.execve(command[0], command, {**os.environ, "LC_ALL": "C"})  # noqa: S606 - no shell is wanted
    except OSError as error:
        log(f"{command[0]} cannot be run: {error.strerror}")
    finally:
        os._exit(127)


def lock_holder() -> int | None:
    """The process that holds ``server.lock``, whoever started it."""
    lock = open_lock(SERVER_LOCK)
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return int(os.read(lock, 20) or 0)
    else:
        return None
    finally:
        os.close(lock)


def stranger() -> int | None:
    """A Redis that works in this folder without our lock; two on one append-only file would ruin it. Linux only."""
    inside = os.path.realpath(AOF) + os.sep
    if not os.path.isdir(AOF) or not os.path.isdir("/proc/self/fd"):
        return None
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                title = file.read(4096)
            # A killed server's rewriting child still has the file open: it will end by itself.
            if not any(name in title for name in (b"redis", b"valkey")) or title.startswith(_REWRITING_CHILDREN):
                continue
            files = f"/proc/{pid}/fd"
            if any(os.readlink(f"{files}/{number}").startswith(inside) for number in os.listdir(files)):
                return int(pid)
        except OSError:
            continue  # it has ended, or belongs to someone else
    return None
