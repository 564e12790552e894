"""One payload of Slack, however it came: done once, handed to Bolt, answered whatever it holds.

Where a person waits, trouble is a sentence: Slack sends commands and presses once, and would show an error of its own.
Events come again if they are not acknowledged.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.slack.authorizing import NotInstalled
from bot.slack.payloads import identity_of
from papers.errors import BadInput, PaperboyError
from papers.log import get_logger
from papers.once import Once
from papers.redis.failures import REDIS_FAILS

if TYPE_CHECKING:
    from slack_bolt import BoltResponse
    from slack_bolt.async_app import AsyncApp

REMEMBERED_SECONDS = 6 * 3600
"""Slack delivers an event again within an hour or so."""
_REDIS_SECONDS = 2.0
_SECONDS = 2.5
"""Slack waits three for an answer."""
UNAVAILABLE = "Paperboy cannot answer at the moment. Try again in a minute."
NOT_INSTALLED = "Paperboy is not installed here any more. Ask whoever manages the apps of this workspace to install it."

log = get_logger("slack")


class Receiver:
    """Takes payloads for an app; any number at once."""

    def __init__(self, app: "AsyncApp", once: Once, tell: Callable[[str, str], object] | None = None) -> None:
        """``tell`` begins to say something at an address that Slack gave with a press."""
        self._app = app
        self._once = once
        self._tell = tell

    async def receive(self, payload: dict[str, Any], *, first: bool | None = None) -> "BoltResponse":
        """The acknowledgement. 503: nothing was done, and it may come again. Raises nothing.

        ``first``: whether its identity was never seen before, for who has asked that already.
        """
        if not _is_awaited(payload):
            return await self._received(payload, first)
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await self._received(payload, first)
        except TimeoutError:
            log.warning("a person's request was not taken in time")
            return self.unavailable(payload)
        return answer if answer.status < 500 else self.unavailable(payload)

    def unavailable(self, payload: Mapping[str, Any]) -> "BoltResponse":
        """The answer to what cannot be taken at the moment."""
        from slack_bolt import BoltResponse

        url = payload.get("response_url")
        if "command" in payload:
            return BoltResponse(status=200, body=UNAVAILABLE)
        if isinstance(url, str) and url and self._tell is not None:
            self._tell(url, UNAVAILABLE)
            return BoltResponse(status=200, body="")
        return BoltResponse(status=503, body="")

    async def _received(self, payload: dict[str, Any], first: bool | None) -> "BoltResponse":
        from slack_bolt import BoltResponse

        identity = identity_of(payload)
        try:
            if first is None:
                first = identity is None or await self._first(identity)
        except (*REDIS_FAILS, OSError):
            log.warning("a request was not taken: Redis does not answer")
            return BoltResponse(status=503, body="")
        if not first:
            return BoltResponse(status=200, body="")  # it is done already, which Slack wants to hear
        answer = await self._dispatched(payload)
        if answer.status >= 500 and identity is not None:
            await self._undo(identity)
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

    async def _first(self, identity: tuple[str, str]) -> bool:
        async with asyncio.timeout(_REDIS_SECONDS):
            return await self._once.first("slack", *identity, seconds=REMEMBERED_SECONDS)

    async def _undo(self, identity: tuple[str, str]) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                await self._once.undo("slack", *identity)
        except (*REDIS_FAILS, OSError):
            log.warning("a request that failed will not be taken again: Redis does not answer")


def _is_awaited(payload: Mapping[str, Any]) -> bool:
    """Whether a person waits who can be told something."""
    return "command" in payload or bool(payload.get("response_url"))


def answer_to(error: Exception) -> "BoltResponse":
    """The acknowledgement of a request that could not be handed on."""
    from slack_bolt import BoltResponse

    if isinstance(error, NotInstalled):
        log.warning("a workspace that did not install the app asks")
        return BoltResponse(status=200, body=NOT_INSTALLED)
    if isinstance(error, BadInput):
        log.warning("a payload was not taken", reason=str(error))
        return BoltResponse(status=400, body="")
    if isinstance(error, (PaperboyError, *REDIS_FAILS, OSError)):
        log.error("a request was not taken", error=f"{type(error).__name__}: {error}"[:200])
        return BoltResponse(status=503, body="")
    log.warning("a payload could not be read", error=type(error).__name__)
    return BoltResponse(status=400, body="")
