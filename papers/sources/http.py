"""GET, for every source: paced, retried, bounded in time and size, revalidated from the cache.

Whatever goes wrong is a SourceError of one line that names the source.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx
import stamina
from hishel import CacheOptions
from hishel.httpx import AsyncCacheTransport

from papers.clock import Clock
from papers.errors import SourceError, SourceMalformed, SourceUnavailable
from papers.settings import HttpSettings, Settings
from papers.sources.http_cache import open_cache
from papers.sources.pace import Pace, Paused
from papers.sources.waits import rate_limit, retry_after

_TRY_AGAIN = frozenset({408, 425, 429, *range(500, 600)}) - {501, 505}
_MOST_REDIRECTS = 5
_LONGEST_BACKOFF = 20.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: bytes
    """Unpacked, at most ``settings.http.max_megabytes``."""
    from_cache: bool = False
    """Nothing was asked of the upstream: its headers are old."""


class _TryAgain(SourceUnavailable):
    """What another attempt may mend; after ``wait`` seconds if the upstream said so."""

    def __init__(self, source: str, message: str, wait: float | None = None) -> None:
        super().__init__(source, message)
        self.message = message
        self.wait = wait


@asynccontextmanager
async def open_http(settings: Settings, *, backoff: float = 1.0) -> AsyncIterator["Http"]:
    """The one client of a process. ``backoff`` is the first pause between two attempts, in seconds."""
    limits = settings.http
    async with AsyncExitStack() as stack:
        cache = await stack.enter_async_context(
            open_cache(settings.data_dir / "http", max_body=limits.max_megabytes * 1024 * 1024)
        )
        common = _client_options(limits)
        plain = await stack.enter_async_context(httpx.AsyncClient(**common))
        if cache is None:
            yield Http(plain, plain, limits, settings.clock, backoff)
            return
        options = CacheOptions(shared=False, allow_stale=False, supported_methods=["GET"])
        through = AsyncCacheTransport(_Through(plain), storage=cache, rfc=options)
        cached = await stack.enter_async_context(httpx.AsyncClient(transport=through, **common))
        yield Http(cached, plain, limits, settings.clock, backoff)


def _client_options(limits: HttpSettings) -> dict[str, Any]:
    contact = "".join(c for c in limits.contact if " " <= c <= "~" and c not in "()")
    agent = f"Paperboy/{_version()} (+{contact})" if contact else f"Paperboy/{_version()}"
    return {
        "verify": httpx.create_ssl_context(),
        "timeout": httpx.Timeout(limits.timeout, connect=min(limits.timeout, 10.0)),
        "follow_redirects": False,  # they are followed here, one paced request each
        "headers": {"User-Agent": agent, "Accept-Encoding": "gzip, deflate"},
    }


def _version() -> str:
    try:
        return version("paperboy")
    except PackageNotFoundError:  # run from a bare checkout
        return "0"


_given: ContextVar[list[httpx.Response]] = ContextVar("given")
"""What the upstream answered in this exchange."""


class _Through(httpx.AsyncBaseTransport):
    """The way past the cache. It notes each answer: hishel leaves it open if it is cancelled while it stores it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._client.send(request, stream=True)
        _given.get().append(response)
        return response


class Http:
    def __init__(
        self, cached: httpx.AsyncClient, plain: httpx.AsyncClient, limits: HttpSettings, clock: Clock, backoff: float
    ) -> None:
        self._client = cached
        self._plain = plain
        self._limits = limits
        self._clock = clock
        self._backoff = backoff

    async def get(
        self,
        url: str,
        *,
        source: str,
        pace: Pace,
        accept: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        passing: frozenset[int] = frozenset(),
        fresh: bool = False,
    ) -> Answer:
        """The answer with status 2xx, or one of ``passing``; ``fresh`` asks past every cache on the way.

        Raises SourceUnavailable, SourceMalformed (too large), StoreUnavailable (no Redis, so no pace).
        """
        sent = {"Accept": accept, **(headers or {}), **({"Cache-Control": "no-cache"} if fresh else {})}
        try:
            request = self._client.build_request("GET", url, params=params, headers=sent)
        except (httpx.InvalidURL, ValueError) as error:
            raise SourceUnavailable(source, f"its address {url!r} in the settings is no URL ({error})") from None
        try:
            async for attempt in stamina.retry_context(
                on=lambda error: isinstance(error, _TryAgain) and (True if error.wait is None else error.wait),
                attempts=self._limits.attempts,
                timeout=None,
                wait_initial=self._backoff,
                wait_max=_LONGEST_BACKOFF,
                wait_jitter=self._backoff,
            ):
                with attempt:
                    return await self._follow(request, source, pace, passing)
        except _TryAgain as error:
            tries = f" ({attempt.num} attempts)" if attempt.num > 1 else ""
            raise SourceUnavailable(source, error.message + tries) from error
        raise AssertionError("a retry context returns or raises")

    async def _follow(self, request: httpx.Request, source: str, pace: Pace, passing: frozenset[int]) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                async with pace.turn(self._limits.max_wait):
                    answer, following = await self._send(request, source, passing)
            except Paused as paused:
                raise self._told_to_wait(source, paused.seconds) from None
            await self._note_limits(answer, source, pace)
            if following is None:
                return self._judge(answer, source, passing)
            if following.url.scheme not in ("https", request.url.scheme):
                raise SourceUnavailable(source, f"redirects from {request.url.scheme} to {following.url.scheme}")
            request = following
        raise SourceUnavailable(source, f"redirects more than {_MOST_REDIRECTS} times")

    async def _send(
        self, request: httpx.Request, source: str, passing: frozenset[int]
    ) -> tuple[Answer, httpx.Request | None]:
        """One exchange, and the request to follow if it was a redirect."""
        given: list[httpx.Response] = []
        _given.set(given)
        try:
            async with asyncio.timeout(self._limits.timeout):
                response = await self._client.send(request, stream=True)
                try:
                    wanted = response.is_success or response.status_code in passing
                    body = await self._read(response, source) if wanted else b""
                finally:
                    await response.aclose()
        except TimeoutError:
            raise _TryAgain(source, f"no complete answer within {self._limits.timeout:g} s") from None
        except httpx.UnsupportedProtocol:
            raise SourceUnavailable(source, f"its address {str(request.url)!r} is no http or https URL") from None
        except httpx.HTTPError as error:
            raise _TryAgain(source, f"{_reason(error)} ({request.url.host})") from error
        except (sqlite3.Error, RuntimeError) as error:
            # The cache broke under the answer; hishel's own errors are RuntimeErrors. Go on without it.
            self._client = self._plain
            raise _TryAgain(source, f"the HTTP cache failed ({type(error).__name__})", wait=0.0) from error
        finally:
            for one in given:
                await one.aclose()
        caching = response.extensions.get("caching") or {}
        stored = bool(caching.get("from_cache")) and not caching.get("revalidated")
        return Answer(response.status_code, response.headers, body, stored), response.next_request

    async def _read(self, response: httpx.Response, source: str) -> bytes:
        most = self._limits.max_megabytes * 1024 * 1024
        body = bytearray()
        declared = response.headers.get("content-length", "")
        if not (declared.isascii() and declared.isdigit() and int(declared[:18]) > most):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > most:
                    break
            else:
                return bytes(body)
        raise SourceMalformed(source, f"an answer larger than {self._limits.max_megabytes} MB was not read")

    async def _note_limits(self, answer: Answer, source: str, pace: Pace) -> None:
        left = None if answer.from_cache else rate_limit(answer.headers)
        if left is not None:
            await pace.learn(*left)
        if answer.status not in _TRY_AGAIN:
            return
        wait = retry_after(answer.headers, self._clock.now())
        if wait is None and answer.status == 429 and left is not None and left[0] == 0:
            wait = left[1]
        if wait is not None:
            await pace.pause(wait)
            if wait > self._limits.max_wait:
                raise self._told_to_wait(source, wait)
        raise _TryAgain(source, f"HTTP {answer.status}", wait)

    def _judge(self, answer: Answer, source: str, passing: frozenset[int]) -> Answer:
        if 200 <= answer.status < 300 or answer.status in passing:
            return answer
        why = {
            401: ": its token in the settings is not accepted",
            403: ": access is refused",
            404: ": no such page",
            406: ": it does not take our headers; PAPERBOY_HTTP_CONTACT must be an address or page of yours",
        }.get(answer.status, "")
        raise SourceUnavailable(source, f"HTTP {answer.status}{why}")

    def _told_to_wait(self, source: str, seconds: float) -> SourceError:
        until = self._clock.now() + timedelta(seconds=seconds)
        return SourceUnavailable(
            source, f"asks to be left alone until {until:%Y-%m-%d %H:%M} UTC; PAPERBOY_HTTP_MAX_WAIT is shorter"
        )


def _reason(error: httpx.HTTPError) -> str:
    kinds: dict[type[httpx.HTTPError], str] = {
        httpx.ConnectError: "cannot be reached",
        httpx.ConnectTimeout: "cannot be reached in time",
        httpx.ReadTimeout: "stopped answering",
        httpx.RemoteProtocolError: "broke off its answer",
        httpx.ReadError: "broke off its answer",
        httpx.DecodingError: "sent an answer that cannot be unpacked",
    }
    return kinds.get(type(error)) or f"request failed: {type(error).__name__}"
