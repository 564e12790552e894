"""One payload of Slack, however it came: done once, handed to Bolt, answered whatever it holds.

Where a person waits, trouble is a sentence: Slack sends commands and presses once, and would show an error of its own.
Events come again until they are acknowledged: one that is not done is undone, and one that is under way is not called
done.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.replies import Reply
from bot.slack.authorizing import NotInstalled
from bot.slack.modal import options, said
from bot.slack.payloads import EVENT, identity_of
from papers.errors import BadInput, PaperboyError
from papers.log import get_logger
from papers.once import Before, Once
from papers.redis.failures import REDIS_FAILS

if TYPE_CHECKING:
    from slack_bolt import BoltResponse
    from slack_bolt.async_app import AsyncApp

Tell = Callable[[str, str], object]
"""Begins to say a sentence at an address that Slack gave with a press."""
_REMEMBERED_SECONDS = 6 * 3600
"""Slack delivers an event again within an hour or so."""
_UNDER_WAY_SECONDS = 30
"""Nobody works on one event for longer: if it is not known to be done by then, its process has died."""
_EVENT_SECONDS = 20.0
_POLLS = 10
_POLL_SECONDS = 0.1
_REDIS_SECONDS = 2.0
_SECONDS = 2.5
"""Slack waits three for an answer."""
_CLOSING_SECONDS = 2.0
UNAVAILABLE = "Paperboy cannot answer at the moment. Try again in a minute."
NOT_INSTALLED = "Paperboy is not installed here any more. Ask whoever manages the apps of this workspace to install it."

log = get_logger("slack")


class Receiver:
    """Takes payloads for an app; any number at once."""

    def __init__(self, app: "AsyncApp", once: Once, tell: Tell | None = None) -> None:
        self._app = app
        self._once = once
        self._tell = tell
        self._under_way: set[asyncio.Task[BoltResponse]] = set()

    async def receive(self, payload: dict[str, Any], *, before: Before | None = None) -> "BoltResponse":
        """The acknowledgement. 503: nothing was done, and it may come again. Raises nothing.

        ``before``: what is known of its identity, for who has asked that already (``to_begin``).
        """
        if not _is_awaited(payload):
            return await self._to_its_end(payload, before)
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await self._received(payload, before)
        except TimeoutError:
            log.warning("a person's request was not taken in time")
            return self.unavailable(payload)
        return answer if answer.status < 500 else self.unavailable(payload)

    def unavailable(self, payload: Mapping[str, Any]) -> "BoltResponse":
        """The answer to what cannot be taken at the moment."""
        from slack_bolt import BoltResponse

        return _said(UNAVAILABLE, payload, self._tell) or BoltResponse(status=503, body="")

    async def close(self) -> None:
        """Whoever brought it may be gone: what is under way is finished, or undone to be brought again."""
        if self._under_way:
            _, late = await asyncio.wait(set(self._under_way), timeout=_CLOSING_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _to_its_end(self, payload: dict[str, Any], before: Before | None) -> "BoltResponse":
        task = asyncio.create_task(self._received(payload, before))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _received(self, payload: dict[str, Any], before: Before | None) -> "BoltResponse":
        from slack_bolt import BoltResponse

        identity = identity_of(payload)
        if identity is None:
            return await self._dispatched(payload)
        comes_again = identity[0] == EVENT
        try:
            before = before or await self._begin(payload)
            if comes_again:
                before = await self._settled(payload, before)
        except (*REDIS_FAILS, OSError):
            log.warning("a request was not taken: Redis does not answer")
            return BoltResponse(status=503, body="")
        if before is Before.UNDER_WAY and comes_again:  # Slack tells it again, when it is done or has failed
            return BoltResponse(status=503, body="")
        if before is not Before.NEVER:
            return BoltResponse(status=200, body="")  # it is done already, which Slack wants to hear
        try:
            async with asyncio.timeout(_EVENT_SECONDS):
                answer = await self._dispatched(payload)
        except TimeoutError:
            log.warning("an event was not taken in time")
            answer = BoltResponse(status=503, body="")
        except asyncio.CancelledError:
            if comes_again:
                await self._undo(identity)
            raise
        if answer.status >= 500:
            await self._undo(identity)
        elif comes_again:
            await self._done(identity)
        return answer

    async def _dispatched(self, payload: dict[str, Any]) -> "BoltResponse":
        from slack_bolt import BoltResponse
        from slack_bolt.async_app import AsyncBoltRequest

        try:
            answer = await self._app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        except Exception as error:  # noqa: BLE001 - Bolt reads much without looking whether it is there
            log.warning("a payload could not be read", kind=str(payload.get("type"))[:40], error=type(error).__name__)
            return BoltResponse(status=400, body="")
        if answer.status == 404:  # of a kind that nobody here listens to
            log.debug("a payload was not for us", kind=str(payload.get("type"))[:40])
            return BoltResponse(status=200, body="")
        return answer

    async def _begin(self, payload: Mapping[str, Any]) -> Before:
        async with asyncio.timeout(_REDIS_SECONDS):
            (before,) = await self._once.begin(to_begin(payload))
        return before

    async def _settled(self, payload: Mapping[str, Any], before: Before) -> Before:
        """What is known of an event soon; if whoever was at it has failed, it is ours to do."""
        for _ in range(_POLLS):
            if before is not Before.UNDER_WAY:
                break
            await asyncio.sleep(_POLL_SECONDS)
            before = await self._begin(payload)
        return before

    async def _done(self, identity: tuple[str, str]) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                await self._once.done("slack", *identity, seconds=_REMEMBERED_SECONDS)
        except (*REDIS_FAILS, OSError):
            pass  # it comes again only if Slack does not hear of it, and is done twice then

    async def _undo(self, identity: tuple[str, str]) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                await self._once.undo("slack", *identity)
        except (*REDIS_FAILS, OSError):
            log.warning("a request that failed is not taken again for a while: Redis does not answer")


def to_begin(payload: Mapping[str, Any]) -> dict[tuple[str, ...], int]:
    """What ``Once.begin`` is to be asked of a payload, if anything.

    A press comes once, or twice by mistake: it needs no second word that it is done.
    """
    identity = identity_of(payload)
    if identity is None:
        return {}
    return {("slack", *identity): _UNDER_WAY_SECONDS if identity[0] == EVENT else _REMEMBERED_SECONDS}


def _is_awaited(payload: Mapping[str, Any]) -> bool:
    """Whether a person waits who can be told something, or shown that there is nothing."""
    return "command" in payload or payload.get("type") == "block_suggestion" or bool(payload.get("response_url"))


def _said(sentence: str, payload: Mapping[str, Any], tell: Tell | None) -> "BoltResponse | None":
    """The acknowledgement by which whoever waits reads a sentence; None where nothing can be told that way."""
    from slack_bolt import BoltResponse

    url = payload.get("response_url")
    if "command" in payload:
        return BoltResponse(status=200, body=sentence)
    if payload.get("type") == "block_suggestion":
        return BoltResponse(status=200, body=options(()))
    if isinstance(url, str) and url and tell is not None:
        tell(url, sentence)
        return BoltResponse(status=200, body="")
    return None


def answer_to(error: Exception, payload: Mapping[str, Any], tell: Tell | None = None) -> "BoltResponse":
    """The acknowledgement of a request that could not be handed on."""
    from slack_bolt import BoltResponse

    if isinstance(error, NotInstalled):
        log.warning("a workspace that did not install the app asks")
        if payload.get("type") == "view_submission":
            view = said(Reply(text=NOT_INSTALLED))
            return BoltResponse(status=200, body={"response_action": "update", "view": view})
        return _said(NOT_INSTALLED, payload, tell) or BoltResponse(status=200, body="")
    if isinstance(error, BadInput):
        log.warning("a payload was not taken", reason=str(error))
        return BoltResponse(status=400, body="")
    if isinstance(error, (PaperboyError, *REDIS_FAILS, OSError)):
        log.error("a request was not taken", error=f"{type(error).__name__}: {error}"[:200])
        return BoltResponse(status=503, body="")
    log.warning("a payload could not be read", error=type(error).__name__)
    return BoltResponse(status=400, body="")
