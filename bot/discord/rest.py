"""Calls of Discord's REST API by whoever has no gateway. One call is one request: nothing is tried again in here.

discord.py's own client waits and repeats inside a call, up to five times after a 5xx: behind the ledger's back, which
decides for all processes together who waits, and which must know when a message may have left. What is told to wait
goes back to the ledger; what got no answer is looked for.
"""

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.discord.api import api_base
from bot.discord.breaker import Breaker
from papers.settings import Settings

if TYPE_CHECKING:
    import aiohttp

_CONNECTIONS = 100
_MOST_BYTES = 8 * 1024 * 1024
"""Of one answer: a hundred messages of 40 components are less than half of it."""
EVERYTHING = "global"
"""The scope of a 429 that holds for all calls of the bot."""
_USER_AGENT = "DiscordBot (https://pypi.org/project/paperboy, 1)"
"""In the form that Discord asks for: https://discord.com/developers/docs/reference#user-agent"""


@dataclass(frozen=True)
class Answer:
    data: Any
    """Its JSON; None if it has none."""
    room_in: float = 0.0
    """Seconds until this route takes another call in this channel; 0: at once."""


class Refused(Exception):
    """Discord answered with an error; ``code`` is its own name of it (0: it gave none)."""

    def __init__(
        self, status: int, code: int = 0, message: str = "", *, wait: float | None = None, scope: str = ""
    ) -> None:
        """``wait`` (seconds) and ``scope`` (``user``, ``shared``, ``global``, or empty) are those of a 429."""
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message, self.wait, self.scope = status, code, message, wait, scope


class Rest:
    """One connection pool. Used by one event loop; close it at the end."""

    def __init__(self, settings: Settings, breaker: Breaker) -> None:
        assert settings.discord.token is not None
        self.breaker = breaker
        self._base = api_base(settings.discord)
        self._token = settings.discord.token
        self._timeout = settings.discord.timeout
        self._session: aiohttp.ClientSession | None = None
        self._silent_until = float("-inf")

    async def call(self, method: str, path: str, *, body: Any = None, query: dict[str, str] | None = None) -> Answer:
        """One request. Raises Refused, aiohttp.ClientError, TimeoutError, OSError.

        After a 429 for all calls, those of this process are answered the same without being made, until it is over.
        """
        left = self._silent_until - time.monotonic()
        if left > 0:
            raise Refused(429, wait=left, scope=EVERYTHING)
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data is not None else {}
        async with self._open().request(
            method, self._base + path, data=data, params=query, headers=headers, allow_redirects=False
        ) as response:
            said = _parsed(await _read(response))
            if 200 <= response.status < 300:
                return Answer(said, _room_in(response.headers))
            refused = _refused(response, said)
        if refused.status == 429 and refused.scope == EVERYTHING:
            self._silent_until = time.monotonic() + (refused.wait or 1.0)
        await self.breaker.note(refused.status, shared=refused.scope == "shared")
        raise refused

    def _open(self) -> "aiohttp.ClientSession":
        import aiohttp

        if self._session is None or self._session.closed:
            # A limit of its own for connecting tells what never left.
            limits = aiohttp.ClientTimeout(total=self._timeout, connect=self._timeout / 2)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
                timeout=limits,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Authorization": f"Bot {self._token.get_secret_value()}", "User-Agent": _USER_AGENT},
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


async def _read(response: "aiohttp.ClientResponse") -> bytes:
    """The body; what is longer than any answer of Discord's is cut off."""
    parts, size = [], 0
    async for part in response.content.iter_chunked(65_536):
        parts.append(part)
        size += len(part)
        if size > _MOST_BYTES:
            break
    return b"".join(parts)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _refused(response: "aiohttp.ClientResponse", said: Any) -> Refused:
    told = said if isinstance(said, dict) else {}
    code, message = told.get("code"), told.get("message")
    headers = response.headers
    scope = EVERYTHING if told.get("global") is True else headers.get("X-RateLimit-Scope", "")
    wait = _seconds(told.get("retry_after"))
    return Refused(
        response.status,
        code if isinstance(code, int) else 0,
        message if isinstance(message, str) else "",
        wait=_seconds(headers.get("Retry-After")) if wait is None else wait,
        scope=scope,
    )


def _room_in(headers: Any) -> float:
    if headers.get("X-RateLimit-Remaining") != "0":
        return 0.0
    return _seconds(headers.get("X-RateLimit-Reset-After")) or 0.0


def _seconds(given: Any) -> float | None:
    """At most a day; None for what is no number."""
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        return None
    return min(max(seconds, 0.0), 86_400.0) if math.isfinite(seconds) else None
