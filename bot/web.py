"""The small web server: links in letters lead here, and machines ask here how we are.

A GET changes nothing, whatever it opens: programs that look at every link in a letter must neither confirm nor
unsubscribe. A POST to an unsubscribe link needs nothing but the link (one click, RFC 8058).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.email.links import Chosen, read_confirm, read_unsubscribe
from bot.pages import Page, page_html
from bot.web_safety import HEADERS, SafeHeaders
from papers.clock import Clock
from papers.errors import BadInput, NotFound, PaperboyError
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS
from papers.vault import Vault

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST_BODY = 4096
"""Bytes of a request's body that are read; a click has 26."""
_BODY_SECONDS = 10.0
_PING_SECONDS = 3.0

log = get_logger("web")


@dataclass(frozen=True)
class Actions:
    """What the composition root has the links do. Each may raise PaperboyError, whose sentence is shown."""

    confirm: Callable[[Chosen], Awaitable[int]]
    """The reader said yes. Returns how many subscriptions start; those that are confirmed already count."""
    unsubscribe: Callable[[Chosen], Awaitable[int]]
    """The reader said stop. Returns how many subscriptions were ended; none is fine: it was said before."""
    counts: Callable[[], Awaitable[Mapping[str, int]]]
    """Deliveries by state, for /metrics."""


def make_web(redis: "Redis", vault: Vault, clock: Clock, actions: Actions, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The application. Answers are pages with a sentence, also where something is wrong. ``more``: a platform's own."""
    web = _Web(redis, vault, clock, actions)
    return Starlette(
        routes=[
            Route("/healthz", web.health),
            Route("/metrics", web.metrics),
            Route("/confirm/{token}", web.ask_to_confirm, methods=["GET"]),
            Route("/confirm/{token}", web.confirm, methods=["POST"]),
            Route("/unsubscribe/{token}", web.ask_to_unsubscribe, methods=["GET"]),
            Route("/unsubscribe/{token}", web.unsubscribe, methods=["POST"]),
            *more,
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={
            HTTPException: _http_error,
            PaperboyError: _own_error,
            **dict.fromkeys((*REDIS_FAILS, OSError), _away),
            ClientDisconnect: _gone,
            Exception: _surprise,
        },
    )


class _Web:
    def __init__(self, redis: "Redis", vault: Vault, clock: Clock, actions: Actions) -> None:
        self._redis = redis
        self._vault = vault
        self._clock = clock
        self._actions = actions

    async def health(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(_PING_SECONDS):
                await self._redis.execute_command("PING")
        except (*REDIS_FAILS, OSError):
            return PlainTextResponse("Redis does not answer\n", 503)
        return PlainTextResponse("ok\n")

    async def metrics(self, request: Request) -> Response:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

        counts = await self._actions.counts()
        registry = CollectorRegistry()
        gauge = Gauge("paperboy_deliveries", "Deliveries in the ledger, by state.", ["state"], registry=registry)
        for state, count in counts.items():
            gauge.labels(state=str(state)).set(count)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    async def ask_to_confirm(self, request: Request) -> Response:
        read_confirm(self._vault, request.path_params["token"], now=self._clock.now())
        return _page(
            Page(
                heading="Do you want these letters?",
                text="Say yes, and Paperboy sends you what was asked for. If it was not you, close this page.",
                button="Yes, send them",
            )
        )

    async def confirm(self, request: Request) -> Response:
        await _read_body(request)
        chosen = read_confirm(self._vault, request.path_params["token"], now=self._clock.now())
        if not await self._actions.confirm(chosen):
            raise NotFound("what was asked for was removed meanwhile: ask for it again")
        return _page(
            Page(heading="Thank you", text="Your letters will come as you asked. Each has a link to stop them.")
        )

    async def ask_to_unsubscribe(self, request: Request) -> Response:
        read_unsubscribe(self._vault, request.path_params["token"], now=self._clock.now())
        return _page(
            Page(
                heading="Stop these letters?",
                text="One click, and what that letter was sent for ends.",
                button="Unsubscribe",
            )
        )

    async def unsubscribe(self, request: Request) -> Response:
        await _read_body(request)
        chosen = read_unsubscribe(self._vault, request.path_params["token"], now=self._clock.now())
        ended = await self._actions.unsubscribe(chosen)
        log.info("unsubscribed", destination=chosen.destination, subscriptions=ended)
        return _page(Page(heading="You are unsubscribed", text="You will get no more of these letters."))


async def _read_body(request: Request) -> None:
    """What a form or a mail program posts says nothing that the link does not; but it must not be endless."""
    length = 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                length += len(chunk)
                if length > MOST_BODY:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None


_SENTENCES = {
    404: "there is no such page: open the link as it was sent",
    405: "this page does not do that: open the link as it was sent",
    408: "that took too long: try again",
    413: "that was too much: open the link as it was sent",
}


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = _SENTENCES.get(error.status_code, "this cannot be answered: open the link as it was sent")
    return _sorry(sentence, error.status_code, error.headers)


async def _own_error(request: Request, error: Exception) -> Response:
    if isinstance(error, BadInput):
        return _sorry(str(error), 400)
    if isinstance(error, NotFound):
        return _sorry(str(error), 404)
    log.error("a page could not be answered", error=str(error))
    return _sorry("this does not work at the moment: try again in a few minutes", 503)


async def _away(request: Request, error: Exception) -> Response:
    log.error("a page could not be answered, Redis cannot be used", error=str(error))
    return _sorry("this does not work at the moment: try again in a few minutes", 503)


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=400)


async def _surprise(request: Request, error: Exception) -> Response:
    """Answered outside all middleware, so the headers are added here."""
    return _sorry("something went wrong on our side: try again in a few minutes", 500, HEADERS)


def _sorry(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    text = sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else ".")
    return _page(Page(heading="Sorry", text=text), status, headers)


def _page(page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(page_html(page), status, headers)
