"""What follows a message: the rest of what outgrew it, and a thread with details.

Nobody waits for these to be recorded. A part whose answer is lost is sent again at once with the same nonce, so it is
there once; one that Discord refuses is left out.
"""

import asyncio
from collections.abc import Iterable

from bot.discord.answers import IS_PUBLISHED, NO_PERMISSION, NOT_IN_THIS_KIND, Task, code_of
from bot.discord.bundle import Body, Bundle
from bot.discord.calls import Calls
from bot.discord.patience import PATIENCE, patiently
from bot.discord.rest import Answer
from bot.discord.rooms import Rooms, Sent, told_id
from bot.discord.threads import Thread, no_more_threads, open_thread
from papers.errors import DeliveryError, DestinationGone, TryLater
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS

log = get_logger("discord")


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
        await parts.send_all(last, (*bundle.rest, *bundle.details))
        return
    thread = await open_thread(calls, rooms, last, bundle.about) if bundle.rest or bundle.details else None
    left = await _in_thread(calls, rooms, parts, thread, last, bundle) if thread else bundle.rest
    await parts.send_all(last, left)


async def _in_thread(
    calls: Calls, rooms: Rooms, parts: "_Parts", thread: Thread, under: Sent, bundle: Bundle
) -> tuple[Body, ...]:
    """Returns what of the rest finds no place in the thread: details alone are left out. Raises TryLater."""
    where = thread.beginning
    for number, body in enumerate((*bundle.rest, *bundle.details)):
        try:
            where = await parts.send(where, body)
        except DestinationGone as error:
            if code_of(error.__cause__) == NO_PERMISSION:
                await no_more_threads(calls, rooms, under, thread, str(error), empty=number == 0)
            return bundle.rest[number:]
    return ()


class _Parts:
    """Sends parts, and counts them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.sent = 0

    async def send_all(self, after: Sent, bodies: Iterable[Body]) -> None:
        """Raises as ``send`` does."""
        for body in bodies:
            after = await self.send(after, body)

    async def send(self, after: Sent, body: Body) -> Sent:
        """Raises TryLater and DestinationGone; a part that is refused, or lost again and again, is passed over."""
        await asyncio.sleep(after.room_in)
        path = f"/channels/{after.room.id}/messages"
        answer = await patiently(lambda: self._calls.hand_over_more(Task.WRITE, path, body), str(after))
        if answer is None:
            return Sent(after.room, after.message, in_thread=after.in_thread)
        self.sent += 1
        return Sent(after.room, told_id(answer.data) or after.message, answer.room_in, after.in_thread)


async def _publish(calls: Calls, sent: Sent) -> None:
    """Only announcement channels can, ten messages an hour. Raises TryLater and redis-py's errors."""
    path = f"/channels/{sent.room.id}/messages/{sent.message}/crosspost"
    try:
        await patiently(lambda: _crosspost(calls, path), str(sent))
    except DestinationGone as error:
        only = "only channels for announcements are published from"
        reason = only if code_of(error.__cause__) in NOT_IN_THIS_KIND else str(error)
        log.warning("a message was not published", message=str(sent), reason=reason)


async def _crosspost(calls: Calls, path: str) -> Answer:
    """May be repeated. Raises DeliveryErrors and redis-py's errors."""
    try:
        return await calls.ask(Task.PUBLISH, "POST", path)
    except DeliveryError as error:
        if code_of(error.__cause__) != IS_PUBLISHED:
            raise
        return Answer(None)
