import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from starlette.applications import Starlette

from bot.slack.greeting import Greeting
from bot.slack.installation import Installation
from bot.slack.oauth import oauth_routes
from bot.slack.scopes import SCOPES
from bot.slack.stored_installations import RedisInstallations
from bot.slack.web_api import WebApi
from papers.clock import SystemClock
from papers.once import Once
from papers.settings import WebSettings
from tests.bot.slack.installing import HOME, VAULT, secret, slack_settings, stored
from tests.fakes.slack import AppConfig, Slack, User, slack_fake

NOWHERE = Redis(host="127.0.0.1", port=9)
CONFIG = AppConfig(scopes=frozenset(SCOPES))


class Shift:
    """A clock that may be put forward."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


class Browser:
    """Somebody who installs the app; cookies and all."""

    def __init__(self, app: Starlette, slack: Slack) -> None:
        self.here = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME)
        self._slack = slack

    async def to_slack(self) -> str:
        """The address of the page on which people say yes."""
        answer = await self.here.get("/slack/install")
        assert answer.status_code == 302
        return answer.headers["location"]

    async def say_yes(self, page: str, user: User, **more: str) -> str:
        """The address to which Slack leads back."""
        assert page.startswith(f"{self._slack.base_url}/oauth/v2/authorize?")
        async with httpx.AsyncClient() as http:
            back = await http.get(page.replace("/authorize?", "/allow?") + "&" + urlencode({"user": user.id, **more}))
        return back.headers["location"]

    async def land(self, back: str) -> httpx.Response:
        assert back.startswith(f"{HOME}/slack/oauth_redirect?")
        return await self.here.get(back)

    async def install(self, user: User, **more: str) -> httpx.Response:
        return await self.land(await self.say_yes(await self.to_slack(), user, **more))


class Office:
    def __init__(self, slack: Slack, redis: Redis, config: Mapping[str, Any]) -> None:
        self.slack = slack
        settings = slack_settings(slack, **config)
        self.web = WebApi(settings)
        self.clock = Shift()
        self.store: RedisInstallations = stored(redis, self.web, settings)
        greeting = Greeting(self.web, Once(redis))
        routes = oauth_routes(settings, redis, VAULT, self.web, self.clock, self.store, greeting.greet)
        self.app = Starlette(routes=routes)

    def browser(self) -> Browser:
        return Browser(self.app, self.slack)


@asynccontextmanager
async def office(redis: Redis, slack_config: AppConfig = CONFIG, **config: Any) -> AsyncIterator[Office]:
    async with slack_fake(slack_config) as slack:
        found = Office(slack, redis, config)
        yield found
        await found.web.close()


async def test_a_workspace_is_installed_and_its_installer_greeted(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        ada = here.slack.add_user(team)
        answer = await here.browser().install(ada)
        assert (answer.status_code, "Paperboy is in your Slack" in answer.text) == (200, True)
        found = await here.store.find(team.id)
        assert found is not None
        grant = here.slack.grants[0]
        assert (secret(found.bot_token), found.bot_user, found.installer) == (grant.token, grant.bot_user, ada.id)
        assert found.scopes == frozenset(SCOPES)
        assert (found.app_id, found.refresh_token, found.expires_at) == ("A0PAPERBOY", None, None)
        (told,) = [message.text for message in here.slack.messages]
        assert "/papers subscribe" in told
        assert here.slack.violations == []


async def test_slack_is_asked_for_the_scopes_and_told_the_way_back(redis: Redis) -> None:
    async with office(redis) as here:
        page = urlsplit(await here.browser().to_slack())
        asked = {name: values[0] for name, values in parse_qs(page.query).items()}
        assert asked["scope"].split(",") == sorted(SCOPES)
        assert asked["redirect_uri"] == f"{HOME}/slack/oauth_redirect"
        assert asked["client_id"] == here.slack.config.client_id


async def test_tokens_that_expire_are_kept_with_their_refresh_token(redis: Redis) -> None:
    async with office(redis, AppConfig(rotates=True, scopes=frozenset(SCOPES))) as here:
        team = here.slack.add_team()
        await here.browser().install(here.slack.add_user(team))
        found = await here.store.find(team.id)
        assert found is not None
        assert secret(found.refresh_token) == here.slack.grants[0].refresh_token
        assert found.expires_at is not None
        assert timedelta(hours=11) < found.expires_at - datetime.now(UTC) <= timedelta(hours=12)


async def test_an_organization_is_installed_for_all_its_workspaces(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team(enterprise="E0ORG")
        answer = await here.browser().install(here.slack.add_user(team), enterprise="E0ORG")
        assert answer.status_code == 200
        found = await here.store.find(team.id, "E0ORG")
        assert found is not None
        assert (found.where, found.team) == ("E0ORG", None)


async def test_installing_again_keeps_the_newest_token_and_greets_nobody_twice(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        ada = here.slack.add_user(team)
        for _ in range(2):
            assert (await here.browser().install(ada)).status_code == 200
        found = await here.store.find(team.id)
        assert found is not None
        assert secret(found.bot_token) == here.slack.grants[-1].token
        assert len(here.slack.messages) == 1


async def test_a_permission_is_used_once(redis: Redis) -> None:
    async with office(redis) as here:
        browser = here.browser()
        back = await browser.say_yes(await browser.to_slack(), here.slack.add_user(here.slack.add_team()))
        answers = await asyncio.gather(*(browser.here.get(back) for _ in range(5)))
        assert sum("Paperboy is in your Slack</h1>" in answer.text for answer in answers) == 1
        assert len(here.slack.grants) == 1
        assert here.slack.violations == []


async def test_whoever_loads_the_last_page_again_reads_that_all_is_well(redis: Redis) -> None:
    async with office(redis) as here:
        browser = here.browser()
        back = await browser.say_yes(await browser.to_slack(), here.slack.add_user(here.slack.add_team()))
        assert (await browser.land(back)).status_code == 200
        again = await browser.land(back)
        assert (again.status_code, "opened before" in again.text, "all is well" in again.text) == (200, True, True)
        assert "not installed" not in again.text
        here.clock.by = timedelta(minutes=11)
        assert "not installed" not in (await browser.land(back)).text


async def test_another_browser_cannot_finish_what_one_began(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        browser, stranger = here.browser(), here.browser()
        back = await browser.say_yes(await browser.to_slack(), here.slack.add_user(team))
        for _ in range(2):
            answer = await stranger.land(back)
            assert (answer.status_code, "begun in another browser" in answer.text) == (400, True)
            await stranger.to_slack()  # has a cookie now, of its own
        assert await here.store.find(team.id) is None
        assert (await browser.land(back)).status_code == 200


async def test_two_tabs_of_a_browser_may_both_be_finished(redis: Redis) -> None:
    async with office(redis) as here:
        browser = here.browser()
        people = [here.slack.add_user(here.slack.add_team()) for _ in range(2)]
        pages = [await browser.to_slack() for _ in people]
        for page, user in zip(pages, people, strict=True):
            answer = await browser.land(await browser.say_yes(page, user))
            assert (answer.status_code, "Paperboy is in your Slack" in answer.text) == (200, True)
        assert {found.team async for found in here.store.all()} == {user.team for user in people}


async def test_a_cookie_that_is_none_of_ours_is_not_kept(redis: Redis) -> None:
    async with office(redis) as here:
        browser = here.browser()
        for odd in (b"x", b"x" * 33, b"\xff" * 32, b'";Path=/;' + b"x" * 23):
            answer = await browser.here.get("/slack/install", headers=[(b"cookie", b"paperboy_install=" + odd)])
            value = answer.headers["set-cookie"].removeprefix("paperboy_install=").partition(";")[0]
            assert len(value) == 32
            assert value.encode() != odd


async def test_a_state_lives_ten_minutes(redis: Redis) -> None:
    async with office(redis) as here:
        browser = here.browser()
        back = await browser.say_yes(await browser.to_slack(), here.slack.add_user(here.slack.add_team()))
        here.clock.by = timedelta(minutes=11)
        answer = await browser.land(back)
        assert (answer.status_code, "more than ten minutes old" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=x",
        "state=x",
        "code=x&state=%ff",
        "state=" + "A" * 5000,
        "code=%00&state=%F0%9F%90%AD&error=a",
        "state=é",
    ],
)
async def test_whatever_slack_would_not_send_is_answered_with_a_way_on(redis: Redis, query: str) -> None:
    async with office(redis) as here:
        browser = here.browser()
        answer = await browser.here.get(
            f"/slack/oauth_redirect?{query}", headers=[(b"cookie", b"paperboy_install=\xff")]
        )
        assert answer.status_code == 400
        assert f'<a href="{HOME}/slack/install">' in answer.text
        assert here.slack.calls == []


async def test_no_is_an_answer(redis: Redis) -> None:
    async with office(redis) as here:
        browser = here.browser()
        back = await browser.say_yes(await browser.to_slack(), here.slack.add_user(here.slack.add_team()), deny="1")
        answer = await browser.land(back)
        assert (answer.status_code, "said no" in answer.text) == (200, True)
        assert [found async for found in here.store.all()] == []


async def test_while_slack_is_away_the_page_can_be_loaded_again(redis: Redis) -> None:
    async with office(redis) as here:
        browser = here.browser()
        team = here.slack.add_team()
        back = await browser.say_yes(await browser.to_slack(), here.slack.add_user(team))
        here.slack.faults.broken("oauth.v2.access", 503)
        answer = await browser.land(back)
        assert (answer.status_code, "load this page again" in answer.text) == (503, True)
        answer = await browser.land(back)
        assert answer.status_code == 200
        assert await here.store.find(team.id) is not None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("invalid_code", "used before, or is too old"),
        ("bad_client_secret", "PAPERBOY_SLACK_CLIENT_SECRET"),
        ("bad_redirect_uri", "redirect URL"),
        ("<script>", "no reason that is known"),
    ],
)
async def test_a_refused_code_is_a_page_with_a_reason(redis: Redis, error: str, sentence: str) -> None:
    async with office(redis) as here:
        browser = here.browser()
        back = await browser.say_yes(await browser.to_slack(), here.slack.add_user(here.slack.add_team()))
        here.slack.faults.refuse("oauth.v2.access", error)
        answer = await browser.land(back)
        assert (answer.status_code, sentence in answer.text) == (400, True)
        assert "<script>" not in answer.text


async def test_it_is_installed_even_if_nobody_can_be_greeted(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        here.slack.faults.refuse("chat.postMessage", "cannot_dm_bot")
        assert (await here.browser().install(here.slack.add_user(team))).status_code == 200
        assert await here.store.find(team.id) is not None


async def test_no_page_or_log_shows_a_token(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with office(redis) as here:
        answer = await here.browser().install(here.slack.add_user(here.slack.add_team()))
        token = here.slack.grants[0].token
        assert token not in answer.text
        assert token not in "".join(record.getMessage() for record in caplog.records if record.name == "slack")
        assert here.slack.config.client_secret not in caplog.text


async def test_behind_a_path_links_and_cookie_keep_to_it(redis: Redis) -> None:
    settings = slack_settings(signing_secret="s").model_copy(update={"web": WebSettings(url=f"{HOME}/papers")})
    web = WebApi(settings)
    routes = oauth_routes(settings, redis, VAULT, web, SystemClock(), stored(redis, web, settings), nobody)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url=HOME) as http:
        answer = await http.get("/slack/install")
        assert "Path=/papers/slack;" in answer.headers["set-cookie"]
        assert "Secure" in answer.headers["set-cookie"]
        assert f'href="{HOME}/papers/slack/install"' in (await http.get("/slack/oauth_redirect")).text


@hypothesis_settings(max_examples=200)
@given(st.binary(max_size=300), st.binary(max_size=100))
def test_no_address_or_cookie_breaks_the_landing_page(query: bytes, cookie: bytes) -> None:
    settings = slack_settings(signing_secret="s")
    web = WebApi(settings)
    routes = oauth_routes(settings, NOWHERE, VAULT, web, SystemClock(), stored(NOWHERE, web, settings), nobody)
    assert asyncio.run(landed(Starlette(routes=routes), query, cookie)) == 400


async def landed(app: Starlette, query: bytes, cookie: bytes) -> int:
    """The status, for bytes that no client would send."""
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/slack/oauth_redirect", "raw_path": b"/slack/oauth_redirect", "query_string": query, "root_path": "",
        "headers": [(b"cookie", b"paperboy_install=" + cookie)], "server": ("x", 80), "client": None,
    }  # fmt: skip
    await app(scope, receive, send)
    return statuses[0]


async def nobody(installation: Installation) -> None:
    """Is greeted."""


@pytest.mark.parametrize("missing", ["id", "secret", "web"])
async def test_without_the_settings_there_are_no_pages(redis: Redis, missing: str) -> None:
    settings = slack_settings(
        client_id="" if missing == "id" else "1.2", client_secret=None if missing == "secret" else "s"
    )
    if missing == "web":
        settings = settings.model_copy(update={"web": WebSettings(url=None)})
    web = WebApi(settings)
    assert oauth_routes(settings, redis, VAULT, web, SystemClock(), stored(redis, web, settings), nobody) == []
