"""What follows a message: the rest of what outgrew it, and a thread with details.

Nobody waits for these to be recorded. A part whose answer is lost is sent again at once with the same nonce, so it is
there once; one that Discord refuses is left out.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.discord.answers import HAS_A_THREAD, NO_PERMISSION, NOT_IN_THIS_KIND, Task, code_of
from bot.discord.bundle import Body, Bundle
from bot.discord.calls import Calls
from bot.discord.rest import Answer
from bot.discord.rooms import Learnt, Room, Rooms, told_id
from papers.errors import AnswerLost, DeliveryError, DestinationGone, MessageRefused, TryLater
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS

PATIENCE = 60.0
"""Seconds that all parts together may take; what is left then is left out."""
_AGAIN_AFTER = 1.0
_MOST_TRIES = 4
_A_DAY = 1440
"""Minutes without a word after which Discord folds a thread away."""

log = get_logger("discord")


@dataclass(frozen=True)
class Sent:
    """A message that is there."""

    room: Room
    message: str
    room_in: float = 0.0
    """Seconds until the channel takes another."""
    in_thread: bool = False
    """The room is a thread that was made for this message."""

    def __str__(self) -> str:
        return f"{self.room.id}/{self.message}"


async def follow_up(calls: Calls, rooms: Rooms, sent: Sent, bundle: Bundle) -> None:
    """Send what belongs to a message that is there, in order. Raises nothing but cancellation."""
    parts = _Parts(calls)
    try:
        async with asyncio.timeout(PATIENCE):
            await _follow_up(calls, rooms, parts, sent, bundle)
    except (TimeoutError, TryLater, DestinationGone, *REDIS_FAILS) as error:
        reason = str(error) or "it took too long"
        log.warning("what follows a message was left out", message=str(sent), sent=parts.sent, reason=reason)


async def _follow_up(calls: Calls, rooms: Rooms, parts: "_Parts", sent: Sent, bundle: Bundle) -> None:
    last, here = sent, [sent]
    for body in bundle.more:
        last = await parts.send(last, body)
        here.append(last)
    if bundle.publish and not sent.in_thread:
        for one in here:
            await _publish(calls, one)
    if sent.in_thread:
        below: Sent | None = last
    else:
        below = await _thread(calls, rooms, last, bundle.about) if bundle.rest or bundle.details else None
    where = below or last
    for body in (*bundle.rest, *(bundle.details if below else ())):
        where = await parts.send(where, body)


class _Parts:
    """Sends parts, and counts them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.sent = 0

    async def send(self, after: Sent, body: Body) -> Sent:
        """Raises TryLater and DestinationGone; a part that is refused, or lost again and again, is passed over."""
        await asyncio.sleep(after.room_in)
        path = f"/channels/{after.room.id}/messages"
        answer = await _patiently(lambda: self._calls.hand_over_more(Task.WRITE, path, body), str(after))
        if answer is None:
            return Sent(after.room, after.message, in_thread=after.in_thread)
        self.sent += 1
        return Sent(after.room, told_id(answer.data) or after.message, answer.room_in, after.in_thread)


async def _thread(calls: Calls, rooms: Rooms, under: Sent, name: str) -> Sent | None:
    """A thread under a message; None where there can be none. Raises TryLater and redis-py's errors."""
    learnt = None if under.room.direct else await rooms.learnt(under.room)
    if under.room.direct or learnt is Learnt.NO_THREADS or not (learnt or calls.calm):
        return None
    try:
        answer = await _patiently(lambda: _open(calls, under, name), str(under))
    except DestinationGone as error:
        if code_of(error.__cause__) in NOT_IN_THIS_KIND | {NO_PERMISSION}:
            log.info("no details where no thread can be opened", channel=under.room.id, reason=str(error))
            await rooms.learn(under.room, Learnt.NO_THREADS)
        return None
    if answer is None:
        return None
    if learnt is None:
        await rooms.learn(under.room, Learnt.THREADS)
    # A thread has the id of its message.
    return Sent(Room(under.message), under.message, in_thread=True)


async def _open(calls: Calls, under: Sent, name: str) -> Answer:
    """May be repeated. Raises DeliveryErrors and redis-py's errors."""
    path = f"/channels/{under.room.id}/messages/{under.message}/threads"
    try:
        return await calls.ask(Task.OPEN_THREAD, "POST", path, body={"name": name, "auto_archive_duration": _A_DAY})
    except DeliveryError as error:
        if code_of(error.__cause__) != HAS_A_THREAD:
            raise
        return Answer(None)


async def _publish(calls: Calls, sent: Sent) -> None:
    """Only announcement channels can, ten messages an hour. Raises TryLater and redis-py's errors."""
    path = f"/channels/{sent.room.id}/messages/{sent.message}/crosspost"
    try:
        await _patiently(lambda: calls.ask(Task.PUBLISH, "POST", path), str(sent))
    except DestinationGone as error:
        only = "only channels for announcements are published from"
        reason = only if code_of(error.__cause__) in NOT_IN_THIS_KIND else str(error)
        log.warning("a message was not published", message=str(sent), reason=reason)


async def _patiently(call: Callable[[], Awaitable[Answer]], message: str) -> Answer | None:
    """A call that may be made again. None: it was refused, or no answer came, again and again."""
    for _ in range(_MOST_TRIES):
        try:
            return await call()
        except TryLater as error:
            if error.seconds is not None and error.seconds > PATIENCE:
                raise
            await asyncio.sleep(_AGAIN_AFTER if error.seconds is None else error.seconds)
        except AnswerLost:
            await asyncio.sleep(_AGAIN_AFTER)
        except MessageRefused as error:
            log.warning("a part of a message was left out", message=message, reason=str(error))
            return None
    log.warning("a part of a message may be missing", message=message, reason="no answer came, again and again")
    return None
