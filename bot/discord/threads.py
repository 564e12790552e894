"""The thread under a message: opened where that is possible, and remembered where it is not."""

from contextlib import suppress
from dataclasses import dataclass

from bot.discord.answers import HAS_A_THREAD, NO_PERMISSION, NOT_IN_THIS_KIND, TOO_MANY_THREADS, Task, code_of
from bot.discord.calls import Calls
from bot.discord.patience import patiently
from bot.discord.rest import Answer
from bot.discord.rooms import Learnt, Room, Rooms, Sent
from papers.errors import DeliveryError, DestinationGone, TryLater
from papers.log import get_logger

_A_DAY = 1440
"""Minutes without a word after which Discord folds a thread away."""

log = get_logger("discord")


@dataclass(frozen=True)
class Thread:
    beginning: Sent
    """What the first message in it comes after."""
    made: bool
    """It was opened just now. Else it was there, and others may have written in it."""


async def open_thread(calls: Calls, rooms: Rooms, under: Sent, name: str) -> Thread | None:
    """A thread under a message; None where there can be none. Raises TryLater and redis-py's errors."""
    learnt = None if under.room.direct else await rooms.learnt(under.room)
    if under.room.direct or learnt is Learnt.NO_THREADS or not (learnt or calls.calm):
        return None
    try:
        answer = await patiently(lambda: _open(calls, under, name), str(under))
    except DestinationGone as error:
        if code_of(error.__cause__) in NOT_IN_THIS_KIND | {NO_PERMISSION}:
            log.info("no details where no thread can be opened", channel=under.room.id, reason=str(error))
            await rooms.learn(under.room, Learnt.NO_THREADS)
        return None
    except TryLater as error:
        if code_of(error.__cause__) not in TOO_MANY_THREADS:
            raise
        log.info("no details while the server takes no more threads", channel=under.room.id, reason=str(error))
        return None
    if answer is None:
        return None
    if learnt is None:
        await rooms.learn(under.room, Learnt.THREADS)
    # A thread has the id of its message.
    return Thread(Sent(Room(under.message), under.message, in_thread=True), made=answer.data is not None)


async def _open(calls: Calls, under: Sent, name: str) -> Answer:
    """May be repeated. Raises DeliveryErrors and redis-py's errors."""
    path = f"/channels/{under.room.id}/messages/{under.message}/threads"
    try:
        return await calls.ask(Task.OPEN_THREAD, "POST", path, body={"name": name, "auto_archive_duration": _A_DAY})
    except DeliveryError as error:
        if code_of(error.__cause__) != HAS_A_THREAD:
            raise
        return Answer(None)


async def no_more_threads(calls: Calls, rooms: Rooms, under: Sent, thread: Thread, reason: str, *, empty: bool) -> None:
    """A thread can be opened under this message, and we may not write in it. Raises redis-py's errors."""
    log.info("no details where no thread can be written in", channel=under.room.id, reason=reason)
    await rooms.learn(under.room, Learnt.NO_THREADS)
    if empty and thread.made:
        await _remove(calls, thread)


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
