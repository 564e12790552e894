"""The bot is stopped or killed while something is under way: nothing that Slack told it is lost."""

import asyncio
import dataclasses
import signal

import pytest

from tests.bot.slack.stage import Stage, on_stage
from tests.fakes import slack_payloads
from tests.fakes.slack import AppConfig, Team, User, until, words

pytestmark = pytest.mark.slow


async def _subscribed(stage: Stage, name: str) -> tuple[Team, User]:
    """A workspace with a digest."""
    slack = stage.slack
    team = slack.add_team(name)
    ada = slack.add_user(team, "ada")
    assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
    opened = await slack.command(ada, stage.channel(ada), "/papers", "subscribe")
    await slack.submit(await opened.form("hour", "zone"))
    assert await _kept(stage, team)
    return team, ada


async def _kept(stage: Stage, team: Team) -> list[str]:
    found = await stage.run("subscriptions", "list")
    return [one["to"] for one in found if one["to"].startswith(f"slack:{team.id}/")]


async def _until_erased(stage: Stage, team: Team) -> None:
    async with asyncio.timeout(60):
        while await _kept(stage, team):  # noqa: ASYNC110 - a command is asked, which takes its time
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_an_uninstall_that_is_looked_into_is_done_after_the_next_start(how: signal.Signals) -> None:
    async with on_stage("http") as stage:
        slack = stage.slack
        team, _ = await _subscribed(stage, "Gone")
        slack.bot_of(team.id).revoked = True
        gone = slack_payloads.event(slack, team.id, {"type": "app_uninstalled"})
        slack.faults.late("auth.test", 30)
        told = asyncio.create_task(slack.lines.send("events_api", gone))
        await until(lambda: not slack.faults.waiting("auth.test"), lambda: slack.calls[-2:])
        await stage.stop(how)
        await told
        await stage.start()
        await asyncio.sleep(1.1)  # within one second the very same request is a replay
        again = await slack.lines.send("events_api", gone, retry=1, reason="http_timeout")
        assert again.status == 200
        await _until_erased(stage, team)


async def test_an_uninstall_is_done_also_where_the_token_outlives_it_for_a_moment() -> None:
    async with on_stage("http") as stage:
        team, ada = await _subscribed(stage, "Late")
        assert all(ack.ok for ack in await stage.slack.uninstall(team, token_outlives=True))
        await _until_erased(stage, team)
        papers = stage.channel(ada)
        asked = slack_payloads.command(stage.slack, ada, papers, "/papers", "help")
        (answer,) = await stage.slack.deliver("slash_commands", asked)
        assert "not installed here any more" in str(answer.ack.body)


async def test_one_that_is_installed_again_while_its_end_is_looked_into_keeps_all() -> None:
    async with on_stage("http") as stage:
        slack = stage.slack
        team, ada = await _subscribed(stage, "Quick")
        slack.bot_of(team.id).revoked = True
        gone = slack_payloads.event(slack, team.id, {"type": "app_uninstalled"})
        slack.faults.late("auth.test", 2)
        told = asyncio.create_task(slack.lines.send("events_api", gone))
        await until(lambda: not slack.faults.waiting("auth.test"), lambda: slack.calls[-2:])
        assert (await slack.install(f"{stage.url}/slack/install", ada)).status == 200
        assert (await told).status == 200
        await until(lambda: slack.calls_of("auth.test"), lambda: slack.calls[-2:])
        shown = await (await slack.command(ada, stage.channel(ada), "/papers", "help")).message()
        assert "search" in words(shown)
        assert await _kept(stage, team)


async def test_a_mention_that_is_under_way_at_a_stop_is_answered_when_slack_tells_it_again() -> None:
    short = AppConfig(rotates=True, token_seconds=60)
    async with on_stage("http", short) as stage:
        slack = stage.slack
        slack.config = dataclasses.replace(short, token_seconds=43200)
        ada = stage.person()
        papers = stage.channel(ada)
        said = slack.say(ada, papers, f"<@{slack.bot_of(ada.team).bot_user}> help")
        mention = {**slack_payloads.said(ada, said), "type": "app_mention"}
        event = slack_payloads.event(slack, ada.team, mention, papers)
        slack.faults.late("oauth.v2.access", 9)  # longer than a stop waits for requests
        told = asyncio.create_task(slack.lines.send("events_api", event))
        await until(lambda: not slack.faults.waiting("oauth.v2.access"), lambda: slack.calls[-2:])
        await stage.stop(signal.SIGTERM)
        assert not (await told).ok
        await stage.start()
        since = len(slack.messages)
        assert (await slack.lines.send("events_api", event, retry=1, reason="http_timeout")).status == 200
        await until(lambda: len(slack.messages) > since, lambda: slack.calls[-3:])
        assert "search" in words(slack.messages[-1])
