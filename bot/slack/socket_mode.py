"""Socket Mode: Slack over a websocket that we open, so no public address is needed.

https://docs.slack.dev/apis/events-api/using-socket-mode. slack_sdk's own client tries for ever with a token that is
wrong, at a fixed pace while Slack is away, and logs what it receives.
"""

import asyncio
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.slack.answers import error_name
from bot.slack.receiving import Receiver
from bot.slack.socket_link import REPLACED, SocketLink
from papers.errors import BadInput, TryLater
from papers.log import get_logger
from papers.settings import Settings

if TYPE_CHECKING:
    from aiohttp import ClientSession, ClientWebSocketResponse

    from bot.slack.web_api import WebApi

_OPEN_SECONDS = 15.0
_HEARTBEAT_SECONDS = 10.0
_LONGEST_MESSAGE = 4 * 1024 * 1024
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_MOST_DOUBLINGS = 10
_SETTLED_SECONDS = 5.0
"""A connection that lasted so long was a good one: the next is tried soon."""
_WRONG_TOKEN = {
    "invalid_auth": "Slack does not know it",
    "not_authed": "Slack does not know it",
    "not_allowed_token_type": "it is another kind of token",
    "missing_scope": "it lacks the scope connections:write",
    "no_permission": "it lacks the scope connections:write",
    "account_inactive": "its app was deleted",
    "token_revoked": "it was revoked",
    "token_expired": "it has expired",
    "team_disabled": "its workspace was deleted",
    "user_removed_from_team": "whoever made it left the workspace",
}
"""What does not pass: https://docs.slack.dev/reference/methods/apps.connections.open"""
_ENDS = {
    "link_disabled": "Socket Mode was turned off in the app's settings",
    "too_many_websockets": "ten processes are connected already",
}

log = get_logger("slack")


async def run_socket_mode(
    receiver: Receiver,
    settings: Settings,
    web: "WebApi",
    stop: asyncio.Event,
    on_ready: Callable[[], None] | None = None,
) -> None:
    """Take what comes until ``stop`` is set, whatever happens to the connection. ``on_ready``: the first one stands.

    Raises BadInput for an app token that Slack does not take.
    """
    from aiohttp import ClientSession, ClientTimeout

    async with ClientSession(timeout=ClientTimeout(total=None, sock_connect=_OPEN_SECONDS)) as session:
        await _SocketMode(receiver, settings, web, session, on_ready).run(stop)


class _SocketMode:
    def __init__(
        self,
        receiver: Receiver,
        settings: Settings,
        web: "WebApi",
        session: "ClientSession",
        on_ready: Callable[[], None] | None,
    ) -> None:
        secret = settings.slack.app_token
        if secret is None:
            raise BadInput("Socket Mode needs an app-level token: set PAPERBOY_SLACK_APP_TOKEN")
        self._token = secret.get_secret_value()
        self._web = web
        self._session = session
        self._on_ready = on_ready
        self._link = SocketLink(receiver)
        self._failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        try:
            while not stop.is_set():
                try:
                    socket = await self._opened(stop)
                except TryLater as error:
                    await self._pause(stop, error)
                    continue
                if socket is None:
                    break
                began = time.monotonic()
                reason = await self._link.serve(socket, stop, on_hello=self._greeted)
                settled = time.monotonic() - began >= _SETTLED_SECONDS
                self._failures = 0 if settled else self._failures
                if settled and reason in REPLACED:
                    continue  # this connection is held until the next stands
                if not stop.is_set():
                    await self._pause(stop, TryLater(_ENDS.get(reason or "", "the connection ended")))
        finally:
            await self._link.close()

    async def _opened(self, stop: asyncio.Event) -> "ClientWebSocketResponse | None":
        """A connection, or None once ``stop`` is set. Raises TryLater, BadInput."""
        opening = asyncio.create_task(self._open())
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({opening, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return await opening if opening.done() else None
        finally:
            opening.cancel()
            stopped.cancel()

    async def _open(self) -> "ClientWebSocketResponse":
        from aiohttp import ClientError

        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                url = await self._address()
                return await self._session.ws_connect(url, heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_LONGEST_MESSAGE)
        except (ClientError, OSError, ValueError) as error:  # OSError: also what took too long
            raise TryLater(f"no connection ({type(error).__name__})") from None

    async def _address(self) -> str:
        """Where to connect to, good for one connection. Raises TryLater, BadInput, aiohttp's errors."""
        from slack_sdk.errors import SlackApiError

        try:
            answer = await self._web.client().apps_connections_open(app_token=self._token)
        except SlackApiError as error:
            name = error_name(error)
            if name in _WRONG_TOKEN:
                raise BadInput(
                    f"Slack does not take PAPERBOY_SLACK_APP_TOKEN: {_WRONG_TOKEN[name]}. Make one under Basic "
                    "Information, App-Level Tokens, with the scope connections:write (it begins with xapp-)"
                ) from None
            raise TryLater(f"Slack answered {name or 'something else'}", seconds=_retry_after(error)) from None
        url = answer.get("url")
        if not isinstance(url, str) or not url.startswith(("wss://", "ws://")):
            raise TryLater("Slack told no address")
        return url

    def _greeted(self) -> None:
        if self._on_ready is not None:
            self._on_ready()
            self._on_ready = None
        else:
            log.info("connected to Slack again")

    async def _pause(self, stop: asyncio.Event, error: TryLater) -> None:
        doubled = _FIRST_WAIT * 2.0 ** min(self._failures, _MOST_DOUBLINGS)
        seconds = max(min(_LONGEST_WAIT, doubled) * random.uniform(0.5, 1.0), error.seconds or 0.0)
        self._failures += 1
        log.warning("not connected to Slack", reason=str(error), tries_again_in=round(seconds, 1))
        try:
            async with asyncio.timeout(seconds):
                await stop.wait()
        except TimeoutError:
            pass


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = str(next((value for name, value in headers.items() if name.lower() == "retry-after"), ""))
    return min(float(told), _LONGEST_WAIT) if told.isascii() and told.isdigit() else None
