"""Slack over HTTP: commands, buttons, forms and events come to one address, signed.

What is forged, replayed, old or cut short is refused before anything is read of it.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.payloads import only_asks, payload_of
from bot.slack.receiving import Receiver, to_begin
from bot.slack.signatures import REMEMBERED_SECONDS, Signed, claim, is_true
from papers.clock import Clock
from papers.errors import BadInput
from papers.log import get_logger
from papers.once import Before, Once
from papers.redis.failures import REDIS_FAILS

if TYPE_CHECKING:
    from slack_bolt import BoltResponse

EVENTS = "/slack/events"
MOST_BODY = 1024 * 1024
"""Bytes. Slack's own requests are far below."""
_MOST_OF_CHECK = 1024
"""Bytes of the one question that is not signed."""
_BODY_SECONDS = 3.0
_REDIS_SECONDS = 1.5
"""Slack waits three for the whole answer."""
_FORM = "application/x-www-form-urlencoded"

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
            signed = self._claim(request)
            if signed is None:
                return await _unsigned(request)
            body = await self._signed_body(request, signed)
            payload = payload_of(body, request.headers.get("content-type", ""))
            if only_asks(payload):
                return Response(status_code=200)
            before = await self._remember(signed, payload)
        except _Refused as refused:
            return _plain(str(refused), refused.status)
        except BadInput as error:
            return _plain(str(error), 400)
        if before is None:
            return _converted(self._receiver.unavailable(payload))
        answer = await self._receiver.receive(payload, before=before)
        if answer.status >= 500:
            await self._forget(signed)
        return _converted(answer)

    def _claim(self, request: Request) -> Signed | None:
        stamps, signatures = (request.headers.getlist(f"x-slack-{name}") for name in ("request-timestamp", "signature"))
        return claim(stamps, signatures, self._clock.now())

    async def _signed_body(self, request: Request, signed: Signed) -> bytes:
        body = await _read(request)
        if not is_true(signed, body, self._secret):
            raise _Refused(401, "this request was not signed with our secret")
        return body

    async def _remember(self, signed: Signed, payload: dict[str, Any]) -> Before | None:
        """What is known of what it says; None if nobody can tell. Raises _Refused for a replay."""
        things = {("slack", "signature", signed.signature): REMEMBERED_SECONDS, **to_begin(payload)}
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                came, *before = await self._once.begin(things)
        except (*REDIS_FAILS, OSError):
            log.warning("a request was not taken: Redis does not answer")
            return None
        if came is not Before.NEVER:
            raise _Refused(401, "this request came before")
        return before[0] if before else Before.NEVER

    async def _forget(self, signed: Signed) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                await self._once.undo("slack", "signature", signed.signature)
        except (*REDIS_FAILS, OSError):
            pass  # Slack signs anew when it tries again


async def _unsigned(request: Request) -> Response:
    """The answer to the one question that Slack does not sign: whether our certificate is good.

    Raises _Refused for all else, of which no more is read than such a question is long.
    """
    kind, length = request.headers.get("content-type", ""), _length(request)
    if kind.startswith(_FORM) and length is not None and length <= _MOST_OF_CHECK:
        with suppress(BadInput):
            if only_asks(payload_of(await _read(request), kind)):
                return Response(status_code=200)
    raise _Refused(401, "this request is not signed as Slack signs, or its time is past")


async def _read(request: Request) -> bytes:
    if (_length(request) or 0) > MOST_BODY:
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


def _length(request: Request) -> int | None:
    """What the request says of itself, in bytes."""
    length = request.headers.get("content-length", "")
    return int(length[:20]) if length.isascii() and length.isdigit() else None


def _converted(answer: "BoltResponse") -> Response:
    kind = answer.headers.get("content-type", ["text/plain; charset=utf-8"])[0]
    return Response(answer.body, answer.status, media_type=kind)


def _plain(sentence: str, status: int) -> Response:
    return PlainTextResponse(f"{sentence}\n", status)
