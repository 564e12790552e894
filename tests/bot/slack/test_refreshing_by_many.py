"""Real processes that need a new token at the same moment."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.slack.installation import Installation
from bot.slack.web_api import WebApi
from papers import keys
from papers.settings import Settings
from tests.bot.slack.installing import KEY, installation, secret, slack_settings, stored
from tests.fakes.slack import AppConfig, Slack, slack_fake

ROOT = Path(__file__).parents[3]


async def started(slack: Slack, settings: Settings, team: str) -> Process:
    """A process that waits for a line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.slack.renewing_process", str(settings.data_dir), KEY.decode(), team,
        stdin=PIPE, stdout=PIPE, cwd=ROOT, env={**os.environ, **slack.environment()},
    )  # fmt: skip
    assert process.stdout
    assert await process.stdout.readline() == b"ready\n"
    return process


async def kept(slack: Slack, redis: Redis, settings: Settings) -> Installation:
    """An installation whose token is over."""
    now = datetime.now(UTC)
    found = installation(slack.add_grant(slack.add_team()), at=now, expires_at=now - timedelta(minutes=1))
    await stored(redis, WebApi(settings), slack_settings(slack)).save(found)
    return found


@pytest.mark.slow
async def test_five_processes_with_fifty_requests_renew_it_once(redis: Redis, settings: Settings) -> None:
    async with slack_fake(AppConfig(rotates=True)) as slack:
        before = await kept(slack, redis, settings)
        slack.faults.late("oauth.v2.access", 0.3)
        processes = await asyncio.gather(*(started(slack, settings, before.where) for _ in range(5)))
        told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
        tokens = [line for out, _ in told for line in out.decode().split()]
        assert tokens == [slack.grants[0].token] * 50
        assert slack.oauth.refreshed == 1
        assert slack.violations == []


@pytest.mark.slow
async def test_a_process_killed_while_slack_answers_leaves_the_workspace_to_the_next(
    redis: Redis, settings: Settings
) -> None:
    """Killed before Slack did anything; what is lost if it is killed after, docs/slack.md says."""
    async with slack_fake(AppConfig(rotates=True)) as slack:
        before = await kept(slack, redis, settings)
        slack.faults.late("oauth.v2.access", 5)
        process = await started(slack, settings, before.where)
        assert process.stdin
        process.stdin.write(b"go\n")
        while slack.faults._waiting["oauth.v2.access"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
        assert await redis.ttl(keys.slack_renewing(before.where)) > 0
        await redis.delete(keys.slack_renewing(before.where))  # its time is over
        web = WebApi(slack_settings(slack))
        store = stored(redis, web, slack_settings(slack))
        refreshed = slack.oauth.refreshed
        found = await store.find(before.team)
        assert found is not None
        assert (slack.oauth.refreshed, secret(found.bot_token)) == (refreshed + 1, slack.grants[0].token)
        await web.close()
