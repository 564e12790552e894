"""Slack over HTTP: commands, buttons, forms and events come to one address, signed.

What is forged, replayed, old or cut short is refused before anything is read of it.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.payloads import identity_of, payload_of
from bot.slack.receiving import REMEMBERED_SECONDS, Receiver
from bot.slack.signatures import REMEMBERED_SECONDS as SIGNATURE_SECONDS
from bot.slack.signatures import Signed, claim, is_true
from papers.clock import Clock
from papers.errors import BadInput
from papers.log import get_logger
from papers.once import Once
from papers.redis.failures import REDIS_FAILS

if TYPE_CHECKING:
    from slack_bolt import BoltResponse

EVENTS = "/slack/events"
MOST_BODY = 1024 * 1024
"""Bytes. Slack's own requests are far below."""
_BODY_SECONDS = 3.0
_REDIS_SECONDS = 1.5
"""Slack waits three for the whole answer."""

log = get_logger("slack")


def routes(receiver: Receiver, secret: str, once: Once, clock: Clock) -> list[Route]:
    """The route that Slack is told of as Request URL; ``secret`` is the signing secret."""
    return [Route(EVENTS, _Events(receiver, secret, once, clock).take, methods=["POST"])]


class _Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class _Events:
    def __init__(self, receiver: Receiver, secret: str, once: Once, clock: Clock) -> None:
        self._receiver = receiver
        self._secret = secret
        self._once = once
        self._clock = clock

    async def take(self, request: Request) -> Response:
        try:
            signed, body = await self._signed_body(request)
            payload = payload_of(body, request.headers.get("content-type", ""))
            first = await self._remember(signed, payload)
        except _Refused as refused:
            return _plain(str(refused), refused.status)
        except BadInput as error:
            return _plain(str(error), 400)
        if first is None:
            return _converted(self._receiver.unavailable(payload))
        answer = await self._receiver.receive(payload, first=first)
        if answer.status >= 500:
            await self._forget(signed, payload)
        return _converted(answer)

    async def _signed_body(self, request: Request) -> tuple[Signed, bytes]:
        headers = request.headers
        signed = claim(
            headers.getlist("x-slack-request-timestamp"), headers.getlist("x-slack-signature"), self._clock.now()
        )
        if signed is None:
            raise _Refused(401, "this request is not signed as Slack signs, or its time is past")
        body = await _read(request)
        if not is_true(signed, body, self._secret):
            raise _Refused(401, "this request was not signed with our secret")
        return signed, body

    async def _remember(self, signed: Signed, payload: dict[str, Any]) -> bool | None:
        """Whether what it says was never said before; None if nobody can tell. Raises _Refused for a replay."""
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                new, *said = await self._once.firsts(_things(signed, payload))
        except (*REDIS_FAILS, OSError):
            log.warning("a request was not taken: Redis does not answer")
            return None
        if not new:
            raise _Refused(401, "this request came before")
        return all(said)

    async def _forget(self, signed: Signed, payload: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                for thing in _things(signed, payload):
                    await self._once.undo(*thing)
        except (*REDIS_FAILS, OSError):
            log.warning("a request that failed will not be taken again: Redis does not answer")


def _things(signed: Signed, payload: dict[str, Any]) -> dict[tuple[str, ...], int]:
    """What comes once only, and for how many seconds that is remembered: the request, and what it is about."""
    identity = identity_of(payload)
    request: dict[tuple[str, ...], int] = {("slack", "signature", signed.signature): SIGNATURE_SECONDS}
    return request | ({("slack", *identity): REMEMBERED_SECONDS} if identity else {})


async def _read(request: Request) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > MOST_BODY:
        raise _Refused(413, "this request is too long")
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BODY:
                    raise _Refused(413, "this request is too long")
    except TimeoutError:
        raise _Refused(408, "this request took too long") from None
    except ClientDisconnect:
        raise _Refused(400, "this request is not whole") from None
    return bytes(body)


def _converted(answer: "BoltResponse") -> Response:
    kind = answer.headers.get("content-type", ["text/plain; charset=utf-8"])[0]
    return Response(answer.body, answer.status, media_type=kind)


def _plain(sentence: str, status: int) -> Response:
    return PlainTextResponse(f"{sentence}\n", status)
