import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.slack.scopes import SCOPES
from paperboy.check import Check
from paperboy.doctor_slack import examine_slack
from paperboy.post import Post, open_post
from paperboy.wiring import open_app
from papers import keys
from papers.settings import Settings
from tests.bot.slack.installing import installation, slack_settings
from tests.fakes.slack import Slack, slack_fake
from tests.papers.subscription_builders import digest

NOW = datetime.now(UTC)


@asynccontextmanager
async def posted(settings: Settings) -> AsyncIterator[Post]:
    async with open_app(settings) as app, open_post(app) as post:
        yield post


async def checks(settings: Settings) -> dict[str, Check]:
    async with posted(settings) as post:
        return {check.name: check async for check in examine_slack(post)}


def hand_made(slack: Slack, settings: Settings, **more: Any) -> Settings:
    return slack_settings(
        slack,
        settings.data_dir,
        **({"client_id": "", "client_secret": None, "app_token": slack.config.app_token} | more),
    )


async def test_nothing_is_said_of_a_slack_that_is_not_set_up(redis: Redis, settings: Settings) -> None:
    assert await checks(settings) == {}


async def test_all_is_well_with_a_token_its_scopes_and_socket_mode(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        grant = slack.add_grant(slack.add_team("Ada Labs"))
        found = await checks(hand_made(slack, settings, bot_token=grant.token))
        assert [name for name, check in found.items() if not check.ok] == []
        assert found["slack token"].found == f"@paperboy in Ada Labs ({grant.team})"
        assert found["slack requests"].found == "by Socket Mode"
        assert grant.token not in str(found)


async def test_a_missing_scope_is_named_with_what_does_not_work(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        grant = slack.add_grant(slack.add_team())
        grant.scopes = grant.scopes - {"links:write"}
        found = await checks(hand_made(slack, settings, bot_token=grant.token))
        assert found["slack scopes"].found == f"without links:write no {SCOPES['links:write']}"
        assert "install the app again" in found["slack scopes"].remedy


async def test_wrong_tokens_are_said_to_be_so(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        grant = slack.add_grant(slack.add_team())
        grant.revoked = True
        found = await checks(hand_made(slack, settings, bot_token=grant.token, app_token="xapp-wrong"))
        assert "token_revoked" in found["slack token"].found
        assert "connections:write" in found["slack requests"].remedy


async def test_a_slack_that_is_away_is_no_traceback(redis: Redis, settings: Settings) -> None:
    found = await checks(slack_settings(None, settings.data_dir, bot_token="xoxb-1", app_token="xapp-1"))
    assert {name for name, check in found.items() if not check.ok} >= {"slack token", "slack requests"}


async def test_without_a_way_in_it_says_what_to_set(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        found = await checks(slack_settings(slack, settings.data_dir))
        assert "PAPERBOY_SLACK_SIGNING_SECRET for HTTP" in found["slack requests"].remedy
        found = await checks(slack_settings(slack, settings.data_dir, signing_secret="s"))
        assert found["slack requests"].found.endswith("https://papers.example.org/slack/events")


async def test_installations_are_counted_and_those_that_need_somebody_named(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        chosen = slack_settings(slack, settings.data_dir, signing_secret="s")
        async with posted(chosen) as post:
            for team in ("T1", "T2", "T3"):
                await post.slack_installations.save(installation(team=team, scopes=frozenset(SCOPES)))
            assert [c.found async for c in examine_slack(post) if c.name == "slack installations"] == ["3 in order"]
            await post.slack_installations.save(installation(team="T2", expires_at=NOW - timedelta(hours=1)))
            await redis.set(keys.slack_installation("T3"), b"broken")
            told = [c.found async for c in examine_slack(post) if c.name == "slack installations"]
            assert told == ["1 in order; unreadable: T3", "1 in order; to be installed again: T2"]


async def test_channels_that_cannot_be_reached_are_named_with_what_to_do(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        team = slack.add_team()
        grant = slack.add_grant(team)
        good = slack.add_channel(team, "good")
        strange = slack.add_channel(team, "strange", app=False)
        old = slack.add_channel(team, "old", archived=True)
        chosen = hand_made(slack, settings, bot_token=grant.token)
        async with posted(chosen) as post:
            for channel in (good.id, strange.id, old.id, "C0GONE"):
                await post.subscriptions.save(digest(f"slack:{team.id}/{channel}"), NOW)
            (check,) = [c async for c in examine_slack(post) if c.name == "slack channels"]
        assert not check.ok
        assert good.id not in check.found
        assert f"slack:{team.id}/{strange.id}: Paperboy is not in it: write /invite @Paperboy there" in check.found
        assert f"slack:{team.id}/{old.id}: it is archived" in check.found
        assert "C0GONE: it is gone" in check.found


async def test_of_many_channels_some_are_looked_at(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        team = slack.add_team()
        grant = slack.add_grant(team)
        chosen = hand_made(slack, settings, bot_token=grant.token)
        async with posted(chosen) as post:
            for number in range(55):
                channel = slack.add_channel(team, f"c{number}")
                await post.subscriptions.save(digest(f"slack:{team.id}/{channel.id}"), NOW)
            (check,) = [c async for c in examine_slack(post) if c.name == "slack channels"]
        assert check.found == "50 of 55 channels looked at"
        assert len(slack.calls_of("conversations.info")) == 50


async def test_an_app_token_alone_is_not_enough_and_its_check_leaves_nothing_open(
    redis: Redis, settings: Settings
) -> None:
    async with slack_fake() as slack:
        async with posted(hand_made(slack, settings)) as post:
            found = {check.name: check async for check in examine_slack(post)}
            session = post.slack_web.client().session
        assert session is not None
        assert session.closed
        assert "PAPERBOY_SLACK_BOT_TOKEN" in found["slack settings"].remedy
        assert found["slack requests"].ok


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
async def test_one_setting_alone_is_told_to_be_too_little(redis: Redis, settings: Settings, name: str) -> None:
    alone = {"client_id": "", "client_secret": None} | {name: "something"}
    found = await checks(slack_settings(None, settings.data_dir, **alone))
    assert not found["slack settings"].ok
    assert "not set: PAPERBOY_SLACK_CLIENT_" in found["slack install page"].found


async def test_an_address_that_is_not_slacks_is_told_at_once(redis: Redis, settings: Settings) -> None:
    async with slack_fake() as slack:
        grant = slack.add_grant(slack.add_team())
        elsewhere = hand_made(slack, settings, bot_token=grant.token, api_url=slack.base_url)
        began = time.monotonic()
        found = await checks(elsewhere)
        assert time.monotonic() - began < 9
    for name in ("slack token", "slack requests"):
        assert "PAPERBOY_SLACK_API_URL" in found[name].found


async def test_a_wrong_secret_of_the_app_is_told_and_nothing_is_installed_by_asking(
    redis: Redis, settings: Settings
) -> None:
    async with slack_fake() as slack:
        good = slack_settings(slack, settings.data_dir, signing_secret="s")
        assert (await checks(good))["slack app secret"].ok
        wrong = slack_settings(slack, settings.data_dir, signing_secret="s", client_secret="mistyped")
        assert "PAPERBOY_SLACK_CLIENT_SECRET" in (await checks(wrong))["slack app secret"].found
        assert slack.grants == []
        slack.faults.broken("oauth.v2.access", 503)
        assert (await checks(wrong))["slack app secret"].ok


async def test_channels_of_a_token_that_is_refused_are_not_said_to_be_mended_in_the_channel(
    redis: Redis, settings: Settings
) -> None:
    async with slack_fake() as slack:
        team = slack.add_team()
        grant = slack.add_grant(team)
        async with posted(hand_made(slack, settings, bot_token=grant.token)) as post:
            await post.slack_installations.find(team.id)
            for number in range(3):
                channel = slack.add_channel(team, f"c{number}")
                await post.subscriptions.save(digest(f"slack:{team.id}/{channel.id}"), NOW)
            grant.revoked = True
            (check,) = [c async for c in examine_slack(post) if c.name == "slack channels"]
        assert check.found == f"slack:{team.id}: Slack does not take the token (token_revoked)"
        assert "mend it there" not in check.remedy
        assert "install the app again" in check.remedy
