"""Slack over HTTP: commands, buttons, forms and events come to one address, signed.

What is forged, replayed, old or cut short is refused before anything is read of it.
"""

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.payloads import payload_of
from bot.slack.receiving import Receiver
from bot.slack.signatures import REMEMBERED_SECONDS, Signed, claim, is_true
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
            known = await self._remember(signed)
        except _Refused as refused:
            return _plain(str(refused), refused.status)
        except BadInput as error:
            return _plain(str(error), 400)
        if not known:
            return _converted(self._receiver.unavailable(payload))
        answer = await self._receiver.receive(payload)
        if answer.status >= 500:
            await self._forget(signed)
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

    async def _remember(self, signed: Signed) -> bool:
        """Whether that could be done. Raises _Refused for a request that came before."""
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                first = await self._once.first("slack", "signature", signed.signature, seconds=REMEMBERED_SECONDS)
        except (*REDIS_FAILS, OSError):
            log.warning("a request was not taken: Redis does not answer")
            return False
        if not first:
            raise _Refused(401, "this request came before")
        return True

    async def _forget(self, signed: Signed) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                await self._once.undo("slack", "signature", signed.signature)
        except (*REDIS_FAILS, OSError):
            pass  # Slack signs anew when it tries again


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
