"""Which embedded servers this process uses: one lock a folder, however many clients are open."""

import asyncio
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from papers.redis.folder import GUARD_LOCK, SHUTDOWN, SOCKET, USERS_LOCK
from papers.redis.locks import is_held, is_shared, open_lock, try_lock, unlock

STOP_TIMEOUT = 15.0
"""Seconds the last user waits for the server to end; its guard sees to the rest."""
_POLL = 0.002


@dataclass
class _Membership:
    lock: int
    clients: int = 1


_memberships: dict[Path, _Membership] = {}
_mutex = threading.Lock()


def _forget_parents() -> None:
    """A forked child uses nothing yet. Closing its copies leaves the locks of its parent alone."""
    global _mutex  # noqa: PLW0603
    _mutex = threading.Lock()  # a thread of the parent may have held the old one
    for membership in _memberships.values():
        os.close(membership.lock)
    _memberships.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parents)


async def wait_for_lock(file: int, *, shared: bool = False) -> None:
    """Asks again and again, because a thread blocked in flock() could not be cancelled."""
    while not try_lock(file, shared=shared):  # noqa: ASYNC110 - the kernel sends no event for this
        await asyncio.sleep(_POLL)


async def join(folder: Path) -> None:
    """Count one more client of the folder's server. Raises OSError."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if _count_one_more(folder):
        return
    lock = open_lock(folder / USERS_LOCK)
    try:
        await wait_for_lock(lock, shared=True)
        os.utime(lock)
    except BaseException:
        os.close(lock)
        raise
    with _mutex:
        membership = _memberships.setdefault(folder, _Membership(lock))
        if membership.lock != lock:  # another thread was quicker
            os.close(lock)
            membership.clients += 1


def _count_one_more(folder: Path) -> bool:
    with _mutex:
        membership = _memberships.get(folder)
        if membership is None:
            return False
        membership.clients += 1
        return True


async def leave(folder: Path, *, stop: bool) -> None:
    """Count one client less; after the last, and if ``stop``, wait until a server that nobody uses has ended."""
    with _mutex:
        membership = _memberships.get(folder)
        if membership is None:
            return
        membership.clients -= 1
        if membership.clients:
            return
        del _memberships[folder]
    try:
        os.utime(membership.lock)
        if stop:
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(STOP_TIMEOUT):
                    await _stop_if_last(folder, membership.lock)
    finally:
        os.close(membership.lock)


async def _stop_if_last(folder: Path, lock: int) -> None:
    if try_lock(lock):
        # The guard would do it too, but it may have been killed.
        await _shut_down(folder / SOCKET)
        unlock(lock)  # a guard that is just starting takes it and ends in turn
    elif try_lock(lock, shared=True):
        return  # others use it
    while is_held(folder / GUARD_LOCK) and not is_shared(folder / USERS_LOCK):  # noqa: ASYNC110 - the kernel sends no event
        await asyncio.sleep(_POLL)


async def _shut_down(socket: Path) -> None:
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except (ConnectionError, FileNotFoundError):
        return
    try:
        writer.write(SHUTDOWN)
        await reader.read()
    finally:
        writer.close()
