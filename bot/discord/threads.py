"""The thread under a message: opened where it can be written in, and remembered where it cannot."""

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.discord.answers import HAS_A_THREAD, NO_PERMISSION, NOT_IN_THIS_KIND, TOO_MANY_THREADS, Task, code_of
from bot.discord.calls import Calls
from bot.discord.patience import patiently
from bot.discord.permissions import Permission, Place
from bot.discord.reach import Reaches
from bot.discord.rest import Answer
from bot.discord.rooms import Learnt, Room, Rooms, Sent
from papers.errors import DeliveryError, DestinationGone, TryLater
from papers.log import get_logger

_A_DAY = 1440
"""Minutes without a word after which Discord folds a thread away."""
_TAKEN = frozenset({Permission.OPEN_THREADS, Permission.SEND_IN_THREADS})
_OF_LATE = 300.0
"""Seconds that is believed what was told of a server's roles."""

log = get_logger("discord")


@dataclass(frozen=True)
class Thread:
    beginning: Sent
    """What the first message in it comes after."""
    made: bool
    """It was opened just now. Else it was there, and others may have written in it."""


class Threads:
    """Opens them, and gives up where that is in vain."""

    def __init__(self, calls: Calls, rooms: Rooms, me: Callable[[], Awaitable[str]]) -> None:
        """``me``: the id of the bot's user."""
        self._calls = calls
        self._rooms = rooms
        self._me = me
        self._reaches: tuple[float, Reaches] | None = None

    async def open(self, under: Sent, name: str) -> Thread | None:
        """A thread under a message; None where there can be none. Raises TryLater and redis-py's errors."""
        learnt = None if under.room.direct else await self._rooms.learnt(under.room)
        if under.room.direct or learnt is Learnt.NO_THREADS or not (learnt or self._calls.calm):
            return None
        if learnt is None and not await self._may(under.room):
            return None
        try:
            answer = await patiently(lambda: _open(self._calls, under, name), str(under))
        except DestinationGone as error:
            if code_of(error.__cause__) in NOT_IN_THIS_KIND | {NO_PERMISSION}:
                await self._give_up(under.room, str(error))
            return None
        except TryLater as error:
            if code_of(error.__cause__) not in TOO_MANY_THREADS:
                raise
            log.info("no details while the server takes no more threads", channel=under.room.id, reason=str(error))
            return None
        if answer is None:
            return None
        await self._rooms.learn(under.room, Learnt.THREADS)
        # A thread has the id of its message.
        return Thread(Sent(Room(under.message), under.message, in_thread=True), made=answer.data is not None)

    async def no_more(self, under: Sent, thread: Thread, reason: str, *, empty: bool) -> None:
        """A thread could be opened under this message, and we may not write in it. Raises redis-py's errors."""
        await self._give_up(under.room, reason)
        if empty and thread.made:
            await _remove(self._calls, thread)

    async def _may(self, room: Room) -> bool:
        """Asked before the first, so that none is left empty. Where nobody can say, it is tried. Raises redis-py's
        errors.
        """
        try:
            reach = await (await self._of_late()).of(room.id)
        except DeliveryError:
            return True
        lacking = [one for one in reach.missing if one in _TAKEN]
        if reach.place is Place.CHANNEL and not lacking:
            return True
        await self._give_up(room, f"Paperboy lacks {' and '.join(lacking)}" if lacking else "it has no threads")
        return False

    async def _give_up(self, room: Room, reason: str) -> None:
        log.info("no details where no thread can be opened and written in", channel=room.id, reason=reason)
        await self._rooms.learn(room, Learnt.NO_THREADS)

    async def _of_late(self) -> Reaches:
        """What was told of servers within the last minutes."""
        now = time.monotonic()
        if self._reaches is None or now - self._reaches[0] > _OF_LATE:
            ask = partial(_told, self._calls)
            self._reaches = (now, Reaches(ask, int(await self._me())))
        return self._reaches[1]


async def _told(calls: Calls, path: str) -> Any:
    return (await calls.ask(Task.ASK, "GET", path)).data


async def _open(calls: Calls, under: Sent, name: str) -> Answer:
    """May be repeated. Raises DeliveryErrors and redis-py's errors."""
    path = f"/channels/{under.room.id}/messages/{under.message}/threads"
    try:
        return await calls.ask(Task.OPEN_THREAD, "POST", path, body={"name": name, "auto_archive_duration": _A_DAY})
    except DeliveryError as error:
        if code_of(error.__cause__) != HAS_A_THREAD:
            raise
        return Answer(None)


async def _remove(calls: Calls, thread: Thread) -> None:
    """It is empty. To delete it takes Manage Threads, which nobody has to give us; to fold it away, to have made it."""
    path = f"/channels/{thread.beginning.room.id}"
    try:
        await calls.ask(Task.REMOVE, "DELETE", path)
    except DestinationGone:
        with suppress(DeliveryError):
            await calls.ask(Task.REMOVE, "PATCH", path, body={"archived": True})
    except DeliveryError as error:
        log.info("an empty thread is left", thread=thread.beginning.room.id, reason=str(error))
