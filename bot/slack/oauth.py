"""Installing the app from a browser: /slack/install leads to Slack, which leads back here with a code (OAuth v2).

The state that goes with them is sealed, ten minutes old at most, good for one use, and tied to the browser by a
cookie, so that nobody can make somebody else install something.
https://docs.slack.dev/authentication/installing-with-oauth
"""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.pages import Link, Page, page_html
from bot.slack.code_exchange import installed_by_code
from bot.slack.installation import Installation, Installations
from bot.slack.manifest import LANDING
from bot.slack.scopes import SCOPES
from bot.slack.web_api import WebApi
from papers.clock import Clock
from papers.errors import AnswerLost, BadInput, TryLater
from papers.log import get_logger
from papers.once import Once
from papers.settings import Settings
from papers.vault import Vault

if TYPE_CHECKING:
    from redis.asyncio import Redis

INSTALL = "/slack/install"
_PURPOSE = "slack install"
_AGE = timedelta(minutes=10)
_COOKIE = "paperboy_install"
_OURS = re.compile(r"[\w-]{32}", re.ASCII)
"""The cookie: 24 bytes of chance, the same for all tabs of a browser."""
_MOST_PARAMETER = 2048
_GREETING_SECONDS = 10

log = get_logger("slack")


class OAuth:
    def __init__(
        self,
        settings: Settings,
        redis: "Redis",
        vault: Vault,
        web: WebApi,
        clock: Clock,
        installations: Installations,
        greet: Callable[[Installation], Awaitable[object]],
    ) -> None:
        self._settings = settings
        self._once = Once(redis)
        self._vault = vault
        self._web = web
        self._clock = clock
        self._installations = installations
        self._greet = greet
        self._redirect = f"{settings.web.url}{LANDING}"
        self._host = slack_host(settings.slack.api_url)
        self._secure = self._redirect.startswith("https://")
        self._path = f"{urlsplit(str(settings.web.url)).path}/slack"

    async def install(self, request: Request) -> Response:
        """To Slack. Nothing is kept, so it may be opened as often as one likes, in several tabs at once."""
        had = request.cookies.get(_COOKIE, "")
        secret = had if _OURS.fullmatch(had) else token_urlsafe(24)
        state = self._vault.sign(_PURPOSE, {"browser": secret, "use": token_urlsafe(12)}, now=self._clock.now())
        query = {
            "client_id": self._settings.slack.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "redirect_uri": self._redirect,
            "state": state,
        }
        answer = RedirectResponse(f"{self._host}/oauth/v2/authorize?{urlencode(query)}", 302)
        answer.set_cookie(
            _COOKIE,
            secret,
            max_age=int(_AGE.total_seconds()),
            path=self._path,
            secure=self._secure,
            httponly=True,
            samesite="lax",  # sent along when Slack's page leads back to us
        )
        return answer

    async def land(self, request: Request) -> Response:
        """From Slack. Whatever comes, the answer is a page."""
        try:
            page = await self._land(request)
        except _Unfinished as error:
            again = Link(text="Install Paperboy", url=f"{self._settings.web.url}{INSTALL}")
            page = Page(heading=error.heading, text=str(error), link=again)
            return HTMLResponse(page_html(page), error.status)
        # The cookie stays for its ten minutes: it tells who loads this page again from a stranger.
        return HTMLResponse(page_html(page), 200)

    async def _land(self, request: Request) -> Page:
        code, use = self._permission(request)
        if not await self._once.first(*use, seconds=int(_AGE.total_seconds()) + 60):
            raise _Unfinished("If Paperboy is in your Slack, all is well.", 200, "This page was opened before")
        try:
            found = await installed_by_code(self._web, self._settings, code, self._redirect, self._clock.now())
        except (TryLater, AnswerLost) as error:
            await self._once.undo(*use)
            log.warning("an installation could not be finished", reason=str(error))
            raise _Unfinished("Slack does not answer at the moment: load this page again in a minute.", 503) from None
        except BadInput as error:
            log.warning("an installation was refused", reason=str(error))
            raise _Unfinished(f"Slack did not install Paperboy: {error}.") from None
        await self._installations.save(found)
        log.info("the app was installed", where=found.where, by=found.installer)
        await self._greeted(found)
        return _done(found, self._host)

    def _permission(self, request: Request) -> tuple[str, tuple[str, str]]:
        """The code, and what is good for one use. Raises _Unfinished for whatever Slack would not send this browser."""
        query = {name: request.query_params.get(name, "") for name in ("code", "state", "error")}
        if any(len(value) > _MOST_PARAMETER for value in query.values()):
            raise _Unfinished("This address is not one that Slack leads to.")
        try:
            state = self._vault.read(query["state"], _PURPOSE, now=self._clock.now(), max_age=_AGE)
        except BadInput:
            raise _Unfinished(
                "This attempt to install Paperboy is not ours, or more than ten minutes old. If Paperboy is in your "
                "Slack, all is well.",
                heading="Nothing was installed now",
            ) from None
        cookie = request.cookies.get(_COOKIE, "").encode("utf-8", "replace")
        if not cookie or not hmac.compare_digest(cookie, state.get("browser", "").encode()):
            raise _Unfinished("This attempt to install Paperboy was begun in another browser.")
        if query["error"] or not query["code"]:
            raise _Unfinished("Somebody said no at Slack's page; nothing was kept.", 200)
        return query["code"], ("slack-state", state.get("use", ""))

    async def _greeted(self, installation: Installation) -> None:
        """It is installed whether or not the greeting gets there."""
        try:
            async with asyncio.timeout(_GREETING_SECONDS):
                await self._greet(installation)
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("the installer was not greeted", where=installation.where, reason=type(error).__name__)


def oauth_routes(
    settings: Settings,
    redis: "Redis",
    vault: Vault,
    web: WebApi,
    clock: Clock,
    installations: Installations,
    greet: Callable[[Installation], Awaitable[object]],
) -> list[Route]:
    """The two pages; none where PAPERBOY_SLACK_CLIENT_ID, its secret or PAPERBOY_WEB_URL is not set.

    ``greet`` tells the installer what to do first; it may fail.
    """
    slack = settings.slack
    if not (slack.client_id and slack.client_secret and settings.web.url):
        return []
    oauth = OAuth(settings, redis, vault, web, clock, installations, greet)
    return [
        Route(INSTALL, oauth.install, methods=["GET"]),
        Route(LANDING, oauth.land, methods=["GET"]),
    ]


def slack_host(api_url: str) -> str:
    """Where people use the Slack whose API this is: https://slack.com/api -> https://slack.com"""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}"


class _Unfinished(Exception):
    """The sentence says why."""

    def __init__(self, sentence: str, status: int = 400, heading: str = "Paperboy was not installed") -> None:
        super().__init__(sentence)
        self.status = status
        self.heading = heading


def _done(installation: Installation, host: str) -> Page:
    open_it = urlencode({"app": installation.app_id, "team": installation.where})
    return Page(
        heading="Paperboy is in your Slack",
        text="Three ways to start there:",
        items=(
            "In a channel, write /invite @Paperboy, then /papers subscribe: a digest comes at the hour you choose.",
            "Anywhere, write /papers search and what you care about.",
            "Write /papers follow and a topic: new papers about it come to you as direct messages.",
        ),
        link=Link(text="Open Slack", url=f"{host}/app_redirect?{open_it}") if installation.app_id else None,
    )
