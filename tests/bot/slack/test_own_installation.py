from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.own_installation import SettingsInstallation
from bot.slack.web_api import WebApi
from papers.errors import TryLater
from tests.bot.slack.installing import slack_settings
from tests.fakes.slack import slack_fake


class MovingClock:
    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at


async def test_slack_is_asked_again_after_a_while_where_it_was_away() -> None:
    async with slack_fake() as slack:
        team = slack.add_team()
        settings = slack_settings(slack, bot_token=slack.add_grant(team).token)
        web, clock = WebApi(settings), MovingClock()
        own = SettingsInstallation(settings, web, clock)
        slack.faults.broken("auth.test", 503)
        for _ in range(3):
            with pytest.raises(TryLater, match="busy"):
                await own.find(team.id)
        assert len(slack.calls_of("auth.test")) == 0
        clock.at += timedelta(seconds=11)
        assert await own.find(team.id) is not None
        await web.close()


async def test_nobody_answering_is_told_within_the_time_limit() -> None:
    settings = slack_settings(bot_token="xoxb-1")
    web = WebApi(settings)
    with pytest.raises(TryLater, match="cannot be reached"):
        await SettingsInstallation(settings, web, MovingClock()).find("T1")
    await web.close()


async def test_a_token_that_is_none_is_said_to_be_wrong() -> None:
    async with slack_fake() as slack:
        settings = slack_settings(slack, bot_token="xoxb-mistyped")
        web = WebApi(settings)
        with pytest.raises(TryLater, match="copy the Bot User OAuth Token"):
            await SettingsInstallation(settings, web, MovingClock()).find("T1")
        await web.close()


async def test_after_uninstalling_nothing_is_installed() -> None:
    async with slack_fake() as slack:
        team = slack.add_team()
        grant = slack.add_grant(team)
        settings = slack_settings(slack, bot_token=grant.token)
        web, clock = WebApi(settings), MovingClock()
        own = SettingsInstallation(settings, web, clock)
        found = await own.find(team.id)
        assert found is not None
        grant.revoked = True
        assert not await own.remove(team.id, found)
        assert await own.find(team.id) is None
        assert [found async for found in own.all()] == []
        await web.close()


async def test_a_token_of_a_whole_organization_serves_its_workspaces() -> None:
    async with slack_fake() as slack:
        slack.add_team(enterprise="E1")
        settings = slack_settings(slack, bot_token=slack.add_grant(None, enterprise="E1").token)
        web = WebApi(settings)
        own = SettingsInstallation(settings, web, MovingClock())
        found = await own.find("T7", "E1")
        assert found is not None
        assert found.where == "E1"
        assert await own.find("T7") == found, "a button that tells no organization to be believed"
        assert await own.find("T8") is None
        assert await own.find("T7", "E2") is None
        await web.close()
