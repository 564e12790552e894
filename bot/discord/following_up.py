"""What follows a message: the rest of what outgrew it, and a thread with details.

A part whose answer is lost is sent again at once with the same nonce, so it is there once; one that Discord refuses is
left out. What cannot be sent now is left to the ledger, whose next sender reads which parts are there.
"""

import asyncio
from collections.abc import Iterable
from functools import partial

from bot.discord.answers import IS_PUBLISHED, NO_PERMISSION, NOT_IN_THIS_KIND, Task, code_of
from bot.discord.bundle import Body, Bundle
from bot.discord.calls import Calls
from bot.discord.parts_there import NOTHING, There
from bot.discord.patience import PATIENCE, patiently
from bot.discord.rest import Answer
from bot.discord.rooms import Room, Sent, told_id
from bot.discord.threads import Thread, Threads
from papers.adapters import StillOurs
from papers.errors import DeliveryError, DestinationGone, Incomplete, TryLater
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS, translated

log = get_logger("discord")


async def follow_up(
    calls: Calls, threads: Threads, sent: Sent, bundle: Bundle, still_ours: StillOurs, there: There = NOTHING
) -> None:
    """Send what belongs to a message that is there and is not there itself, in order. Raises NotOurs and Incomplete."""
    parts = _Parts(calls, still_ours, there)
    try:
        async with asyncio.timeout(PATIENCE) as patience:
            here = await _follow_up(threads, parts, sent, bundle)
        if bundle.publish and not sent.in_thread:
            await _publish(calls, here, patience.when())
    except DestinationGone as error:
        log.warning("what follows a message is left out", message=str(sent), sent=parts.sent, reason=str(error))
    except TryLater as error:
        reason = f"what follows it is not complete: {error}"
        raise Incomplete(reason, message_id=str(sent), seconds=error.seconds, scope=error.scope) from error
    except TimeoutError as error:
        raise Incomplete("what follows it took too long", message_id=str(sent)) from error
    except REDIS_FAILS as error:
        raise Incomplete(f"what follows it is not complete: {translated(error)}", message_id=str(sent)) from error


async def _follow_up(threads: Threads, parts: "_Parts", sent: Sent, bundle: Bundle) -> list[Sent]:
    """Returns what stands side by side with the message, and the message."""
    last, here = sent, [sent]
    for body in bundle.more:
        last = await parts.send(last, body)
        here.append(last)
    if sent.in_thread:
        await parts.send_all(last, (*bundle.rest, *bundle.details))
        return here
    thread = await threads.open(last, bundle.about) if bundle.rest or bundle.details else None
    left = await _in_thread(threads, parts, thread, last, bundle) if thread else bundle.rest
    await parts.send_all(last, left)
    return here


async def _in_thread(
    threads: Threads, parts: "_Parts", thread: Thread, under: Sent, bundle: Bundle
) -> tuple[Body, ...]:
    """Returns what of the rest finds no place in the thread: details alone are left out. Raises TryLater."""
    where = thread.beginning
    for number, body in enumerate((*bundle.rest, *bundle.details)):
        try:
            where = await parts.send(where, body)
        except DestinationGone as error:
            if code_of(error.__cause__) == NO_PERMISSION:
                await threads.no_more(under, thread, str(error), empty=number == 0)
            return bundle.rest[number:]
    return ()


class _Parts:
    """Sends the parts that are not there, and counts them."""

    def __init__(self, calls: Calls, still_ours: StillOurs, there: There) -> None:
        self._calls = calls
        self._still_ours = still_ours
        self._there = there
        self.sent = 0

    async def send_all(self, after: Sent, bodies: Iterable[Body]) -> None:
        """Raises as ``send`` does."""
        for body in bodies:
            after = await self.send(after, body)

    async def send(self, after: Sent, body: Body) -> Sent:
        """Raises TryLater, DestinationGone, NotOurs and redis-py's errors; a part that is refused is passed over."""
        if there := self._there.parts.get(body["nonce"]):
            return Sent(after.room, there, after.room_in, after.in_thread)
        await asyncio.sleep(after.room_in)
        answer = await patiently(lambda: self._hand_over(after.room, body), str(after))
        if answer is None:
            return Sent(after.room, after.message, in_thread=after.in_thread)
        self.sent += 1
        return Sent(after.room, told_id(answer.data) or after.message, answer.room_in, after.in_thread)

    async def _hand_over(self, room: Room, body: Body) -> Answer:
        await self._still_ours()
        return await self._calls.hand_over_more(Task.WRITE, f"/channels/{room.id}/messages", body)


async def _publish(calls: Calls, here: Iterable[Sent], until: float | None) -> None:
    """Only announcement channels can, ten messages an hour: nothing waits for that. Raises redis-py's errors.

    ``until``: when patience ends, by the loop's clock.
    """
    for sent in here:
        try:
            async with asyncio.timeout_at(until):
                await patiently(partial(_crosspost, calls, sent), str(sent))
        except (DestinationGone, TryLater, TimeoutError) as error:
            only = "only channels for announcements are published from"
            reason = only if code_of(error.__cause__) in NOT_IN_THIS_KIND else str(error) or "it took too long"
            log.warning("a message was not published", message=str(sent), reason=reason)
            return


async def _crosspost(calls: Calls, sent: Sent) -> Answer:
    """May be repeated. Raises DeliveryErrors and redis-py's errors."""
    try:
        return await calls.ask(Task.PUBLISH, "POST", f"/channels/{sent.room.id}/messages/{sent.message}/crosspost")
    except DeliveryError as error:
        if code_of(error.__cause__) != IS_PUBLISHED:
            raise
        return Answer(None)
