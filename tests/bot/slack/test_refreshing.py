import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.slack import refreshing
from bot.slack.installation import Installation
from bot.slack.stored_installations import RedisInstallations
from bot.slack.web_api import WebApi
from papers import keys
from papers.errors import TryLater
from papers.settings import Settings
from tests.bot.slack.installing import installation, secret, slack_settings, stored
from tests.fakes.slack import AppConfig, Slack, slack_fake

ROTATING = AppConfig(rotates=True)
NOW = datetime.now(UTC)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_fake(ROTATING) as slack:
        yield slack


@pytest.fixture
def app(slack: Slack) -> Settings:
    return slack_settings(slack)


@pytest.fixture
async def web(app: Settings) -> AsyncIterator[WebApi]:
    web = WebApi(app)
    yield web
    await web.close()


@pytest.fixture
def store(redis: Redis, web: WebApi, app: Settings) -> RedisInstallations:
    return stored(redis, web, app, now=NOW)


async def kept(slack: Slack, store: RedisInstallations, *, left: timedelta) -> Installation:
    """An installation whose token has so much time left."""
    grant = slack.add_grant(slack.add_team())
    found = installation(grant, at=NOW, expires_at=NOW + left)
    await store.save(found)
    return found


async def test_a_token_with_time_left_is_not_renewed(slack: Slack, store: RedisInstallations) -> None:
    before = await kept(slack, store, left=timedelta(hours=3))
    assert await store.find(before.team) == before
    assert slack.oauth.refreshed == 0


@pytest.mark.parametrize("left", [timedelta(hours=-5), timedelta(seconds=30), timedelta(minutes=119)])
async def test_fifty_requests_at_once_renew_a_token_once(
    redis: Redis, slack: Slack, app: Settings, web: WebApi, left: timedelta
) -> None:
    stores = [stored(redis, web, app, now=NOW) for _ in range(5)]  # as in five processes
    before = await kept(slack, stores[0], left=left)
    slack.faults.late("oauth.v2.access", 0.2)
    found = await asyncio.gather(*(stores[n % 5].find(before.team) for n in range(50)))
    assert slack.oauth.refreshed == 1
    tokens = {secret(one.bot_token) for one in found if one}
    assert tokens == {slack.grants[0].token}
    assert slack.violations == []
    (again,) = {secret(one.refresh_token) async for one in stores[0].all()}
    assert again == slack.grants[0].refresh_token


async def test_a_renewed_token_lives_twelve_hours_and_nothing_else_changes(
    slack: Slack, store: RedisInstallations
) -> None:
    before = await kept(slack, store, left=timedelta(minutes=-1))
    after = await store.find(before.team)
    assert after is not None
    assert after.expires_at == NOW + timedelta(hours=12)
    changed = {"bot_token", "refresh_token", "expires_at", "scopes"}
    assert after.model_dump(exclude=changed) == before.model_dump(exclude=changed)


async def test_while_slack_is_away_the_old_token_serves_as_long_as_it_is_valid(
    redis: Redis, slack: Slack, store: RedisInstallations
) -> None:
    valid = await kept(slack, store, left=timedelta(minutes=10))
    over = await kept(slack, store, left=timedelta(minutes=-10))
    for _ in range(4):
        slack.faults.broken("oauth.v2.access", 503)
    assert await store.find(valid.team) == valid
    with pytest.raises(TryLater, match="has expired"):
        await store.find(over.team)
    # Slack is back, but is not asked at once by everybody.
    assert await store.find(valid.team) == valid
    with pytest.raises(TryLater):
        await store.find(over.team)
    assert slack.oauth.refreshed == 0
    for one in (valid, over):
        await redis.delete(keys.slack_renewing(one.where))  # half a minute later
        found = await store.find(one.team)
        assert found is not None
        assert found != one


async def test_a_refusal_is_told_once_and_the_old_token_serves_to_its_end(
    redis: Redis, slack: Slack, app: Settings, web: WebApi, store: RedisInstallations, caplog: pytest.LogCaptureFixture
) -> None:
    before = await kept(slack, store, left=timedelta(minutes=10))
    slack.grants[0].refresh_token = "xoxe-another"
    for _ in range(3):
        found = await store.find(before.team)
        assert found is not None
        assert secret(found.bot_token) == secret(before.bot_token)
    assert len(slack.calls_of("oauth.v2.access")) == 1
    later = stored(redis, web, app, now=NOW + timedelta(hours=1))
    assert await later.find(before.team) is None
    assert caplog.text.count("must be installed again") == 1


@pytest.mark.parametrize("left", [timedelta(hours=-5), timedelta(minutes=119)])
async def test_an_answer_that_was_lost_is_asked_for_again_at_once(
    slack: Slack, store: RedisInstallations, left: timedelta
) -> None:
    before = await kept(slack, store, left=left)
    slack.faults.cut("oauth.v2.access")
    found = await store.find(before.team)
    assert found is not None
    assert (secret(found.bot_token), slack.oauth.refreshed) == (slack.grants[0].token, 2)
    assert secret(found.refresh_token) == slack.grants[0].refresh_token
    assert slack.violations == []


async def test_answers_that_stay_lost_cost_the_workspace_its_token_only_when_the_old_one_ends(
    redis: Redis, slack: Slack, app: Settings, web: WebApi, store: RedisInstallations, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack has renewed it, and nobody knows: the one thing that cannot be helped."""
    before = await kept(slack, store, left=timedelta(minutes=10))
    for _ in range(2):
        slack.faults.cut("oauth.v2.access")
    assert await store.find(before.team) == before
    await redis.delete(keys.slack_renewing(before.where))  # half a minute later
    slack.forward(30)
    found = await store.find(before.team)
    assert found is not None
    assert secret(found.bot_token) == secret(before.bot_token)
    assert await stored(redis, web, app, now=NOW + timedelta(hours=1)).find(before.team) is None
    assert caplog.text.count("must be installed again") == 1


async def test_wrong_settings_of_ours_cost_no_workspace_its_token(redis: Redis) -> None:
    async with slack_fake(ROTATING) as slack:
        settings = slack_settings(slack, client_secret="mistyped")
        web = WebApi(settings)
        store = stored(redis, web, settings, now=NOW)
        before = await kept(slack, store, left=timedelta(minutes=-1))
        with pytest.raises(TryLater, match="PAPERBOY_SLACK_CLIENT_SECRET is not the app"):
            await store.find(before.team)
        assert (await store.at(before.where)) == before
        await web.close()


async def test_a_caller_that_gives_up_does_not_lose_the_new_token(slack: Slack, store: RedisInstallations) -> None:
    before = await kept(slack, store, left=timedelta(minutes=-1))
    slack.faults.late("oauth.v2.access", 0.2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(store.find(before.team), 0.05)
    await store.close()
    after = await store.at(before.where)
    assert after is not None
    assert secret(after.refresh_token) == slack.grants[0].refresh_token


async def test_a_redis_that_is_away_for_a_while_does_not_lose_the_new_token(
    redis: Redis, slack: Slack, app: Settings, web: WebApi, store: RedisInstallations
) -> None:
    before = await kept(slack, store, left=timedelta(minutes=-1))
    forgetful = Forgetful(store, failures=3)
    asking = refreshing.Refreshing(redis, forgetful, web, FixedNow(), app)
    after = await asking.refreshed(before)
    assert after is not None
    assert await store.at(before.where) == after
    assert forgetful.failures == 0


async def test_what_is_installed_anew_or_removed_while_slack_answers_stays_so(
    slack: Slack, store: RedisInstallations
) -> None:
    first = await kept(slack, store, left=timedelta(minutes=-1))
    second = await kept(slack, store, left=timedelta(minutes=-1))
    for _ in range(2):
        slack.faults.late("oauth.v2.access", 0.3)
    asking = [asyncio.create_task(store.find(one.team)) for one in (first, second)]
    await asyncio.sleep(0.1)
    anew = first.model_copy(update={"bot_user": "U0ANEW", "expires_at": NOW + timedelta(hours=12)})
    await store.save(anew)
    await store.remove(second.where, second)
    assert await asyncio.gather(*asking) == [anew, None]
    assert await store.at(second.where) is None


async def test_a_process_that_died_while_renewing_stops_the_others_only_for_a_while(redis: Redis) -> None:
    async with slack_fake(ROTATING) as slack:
        settings = slack_settings(slack, timeout=0.5)
        web = WebApi(settings)
        store = stored(redis, web, settings, now=NOW)
        before = await kept(slack, store, left=timedelta(minutes=-1))
        await redis.set(keys.slack_renewing(before.where), "busy", px=200)
        found = await store.find(before.team)
        assert found is not None
        assert found.expires_at == NOW + timedelta(hours=12)
        assert await redis.exists(keys.slack_renewing(before.where)) == 0
        await web.close()


class FixedNow:
    def now(self) -> datetime:
        return NOW


class Forgetful:
    """A store whose Redis is away at first, when a new token is to be kept."""

    def __init__(self, store: RedisInstallations, failures: int) -> None:
        self._store = store
        self.failures = failures

    async def at(self, where: str) -> Installation | None:
        return await self._store.at(where)

    async def replace(self, before: Installation, after: Installation) -> bool:
        if self.failures:
            self.failures -= 1
            raise RedisConnectionError("away")
        return await self._store.replace(before, after)
