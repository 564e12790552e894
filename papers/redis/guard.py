"""The process that keeps one Redis for one folder. Standard library only, so that it starts in milliseconds.

It starts the server (or adopts one whose guard was killed), starts it again if it is killed while someone
uses it, writes what it appended through to the disk every second, and stops it when the last user has left.
"""

import _thread
import contextlib
import fcntl
import os
import signal
import socket
import time
import traceback

from papers.redis.files import Flusher, log, sweep, trim_log
from papers.redis.folder import GUARD_LOCK, KILLED, SHUTDOWN, SOCKET, STARTING, USERS_LOCK
from papers.redis.locks import is_shared, open_lock, try_lock
from papers.redis.server import lock_holder, spawn, stranger

TICK = 1.0
"""Seconds between two flushes to disk: what a power cut may cost."""
START_TIMEOUT = 15.0
STOP_TIMEOUT = 60.0
"""Seconds until a server that does not end is killed: what it has answered is with the kernel already."""
_POLL = 0.002


class NoServer(Exception):
    """There is no server, and this is why."""


class Guard:
    def __init__(self, linger: float, command: list[str]) -> None:
        self._linger = linger
        self._command = command
        self._child = 0
        self._ready = False
        self._flusher = Flusher()
        self._connection = socket.socket(socket.AF_UNIX)
        self._starting_or_stopping = _thread.allocate_lock()

    def start(self) -> None:
        """Returns once a server listens. Raises NoServer."""
        # Opened now and kept, in case the folder is removed under the server.
        self._users = open_lock(USERS_LOCK)
        self._lock = open_lock(GUARD_LOCK)
        deadline = time.monotonic() + TICK  # others take it for a moment to see whether there is a guard
        while not try_lock(self._lock):
            if time.monotonic() > deadline:
                raise NoServer("another process is starting it")
            time.sleep(_POLL)
        self._serve()

    def watch(self) -> None:
        """Returns when the server is gone and is not wanted. Raises NoServer if it cannot be had again."""
        _thread.start_new_thread(self._stop_when_alone, ())
        while True:
            self._supervise()
            self._reap()
            with self._starting_or_stopping:
                if not is_shared(USERS_LOCK):
                    return
                if not self._ready:
                    raise NoServer("the server ended while it loaded its data")
                log("the server is gone while it is in use")
                self._serve()

    def _serve(self) -> None:
        """Adopt the server that holds the folder, or start one."""
        deadline = time.monotonic() + START_TIMEOUT
        self._ready = False
        while (pid := lock_holder()) is not None:
            if self._connect():
                self._await_first_answer(time.monotonic() + TICK)
                return
            if time.monotonic() > deadline:
                raise NoServer(f"a Redis (process {pid}) holds the folder but does not answer: stop that process")
            time.sleep(_POLL)
        if self._connect():
            raise NoServer("another Redis, not started by Paperboy, answers at its socket: stop that one")
        if (pid := stranger()) is not None:
            raise NoServer(f"another Redis (process {pid}) has its data in this folder: stop that one")
        sweep()
        log(STARTING)
        self._child = spawn(self._command)
        while not self._connect():
            if ending := self._ending():
                raise NoServer(f"redis-server ended at once ({ending})")
            if time.monotonic() > deadline:
                os.kill(self._child, signal.SIGKILL)
                raise NoServer("redis-server did not listen in time")
            time.sleep(_POLL)
        self._await_first_answer(time.monotonic() + TICK)

    def _connect(self) -> bool:
        self._connection.close()
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(TICK)
        try:
            self._connection.connect(SOCKET)
        except OSError:
            return False
        return True

    def _await_first_answer(self, deadline: float) -> None:
        """Small data is loaded by then; of large data, only that loading has begun. Raises NoServer."""
        while not self._ready and time.monotonic() < deadline:
            try:
                self._connection.sendall(b"PING\r\n")
                answer = self._connection.recv(4096)
            except TimeoutError:
                return
            except OSError:
                answer = b""
            if not answer:
                raise NoServer(f"redis-server ended while it loaded its data ({self._reap() or KILLED})")
            self._ready = answer.startswith(b"+PONG")
            if not self._ready:
                time.sleep(_POLL)

    def _supervise(self) -> None:
        """Returns when the connection to the server breaks."""
        while True:
            try:
                answer = self._connection.recv(4096)
                if not answer:
                    return
                self._ready = self._ready or b"+PONG" in answer
            except TimeoutError:
                self._tick()
            except OSError:
                return

    def _tick(self) -> None:
        self._flusher.flush()
        trim_log()
        if not self._ready:
            with contextlib.suppress(OSError):  # the next recv tells what has happened
                self._connection.sendall(b"PING\r\n")

    def _stop_when_alone(self) -> None:
        """Runs in a thread of its own, because nothing else can be waited for together with a lock."""
        while True:
            fcntl.flock(self._users, fcntl.LOCK_EX)
            # Users touch the file as they come and go, so that the wait counts from the last of them.
            wait = min(os.fstat(self._users).st_mtime + self._linger - time.time(), self._linger)
            if wait <= 0:
                break
            fcntl.flock(self._users, fcntl.LOCK_UN)
            time.sleep(wait)
        # Over the connection that there is: the folder, and with it the socket, may have been removed.
        with self._starting_or_stopping, contextlib.suppress(OSError):
            self._connection.sendall(SHUTDOWN)
        time.sleep(STOP_TIMEOUT)  # the main thread sees the server end, and ends this process
        if pid := self._child or lock_holder():
            log(f"the server (process {pid}) did not end when asked: killing it")
            os.kill(pid, signal.SIGKILL)

    def _reap(self) -> str:
        """How the server has ended; its connection breaks a moment before that is known."""
        deadline = time.monotonic() + TICK
        ending = ""
        while self._child and not ending and time.monotonic() < deadline:
            ending = self._ending()
            time.sleep(0 if ending else _POLL)
        return ending

    def _ending(self) -> str:
        """How the server we started has ended; empty if it runs, or is not our child."""
        pid, status = os.waitpid(self._child, os.WNOHANG) if self._child else (0, 0)
        if not pid:
            return ""
        self._child = 0
        code = os.waitstatus_to_exitcode(status)
        return f"status {code}" if code >= 0 else KILLED if code == -signal.SIGKILL else f"signal {-code}"


def _report(line: str) -> None:
    # Whoever started us may have been killed meanwhile; the server is wanted by the next one.
    with contextlib.suppress(OSError):
        os.write(1, f"{line}\n".encode())
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)


def main(folder: str, linger: str, *command: str) -> None:
    """Write one line on standard output, ``ready`` or why there is no server, and stay as long as there is one."""
    if os.fork():
        os._exit(0)
    # In a session of its own: a Ctrl-C in the terminal, or the SIGTERM that ends all processes of a service,
    # must not take Redis from users who are still finishing. The guard outlives both, and the server with it.
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        os.chdir(folder)
        guard = Guard(float(linger), list(command))
        guard.start()
        _report("ready")
        guard.watch()
    except NoServer as error:
        log(str(error))
        _report(str(error))
    except OSError as error:
        _report(f"{error.strerror} ({error.filename or 'file'})")
    except Exception as error:  # noqa: BLE001 - nobody else would see what went wrong in a process without a terminal
        log(traceback.format_exc())
        _report(f"{type(error).__name__}: {error}")
    finally:
        os._exit(0)
