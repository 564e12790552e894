"""paperboy slack: what it needs, how soon and how small it runs, and its end."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.slack import Slack, slack_fake, words
from tests.paperboy.command import Paperboy, finish

pytestmark = pytest.mark.xdist_group("cli")
HEAVY = ("torch", "transformers", "sentence_transformers", "taskiq")


@asynccontextmanager
async def a_slack(paperboy: Paperboy, *, http: bool = False) -> AsyncIterator[tuple[Slack, Paperboy]]:
    """A fake Slack in which the app is installed by hand, and a command that is set up for it."""
    async with slack_fake() as slack:
        grant = slack.add_grant(slack.add_team())
        names = slack.environment() if http else slack.environment(grant)
        settings = {name.removeprefix("PAPERBOY_"): value for name, value in names.items()}
        if http:
            settings |= {"SLACK_BOT_TOKEN": grant.token, "WEB_PORT": "0"}
        yield slack, paperboy.having(**settings)


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, "PAPERBOY_SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "PAPERBOY_SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "PAPERBOY_SLACK_SIGNING_SECRET"),
    ],
)
def test_what_is_missing_is_named(sample: Paperboy, settings: dict[str, str], missing: str) -> None:
    assert missing in sample.having(**settings).run("slack").failed(2)


async def test_a_wrong_app_token_is_told_and_not_shown(sample: Paperboy) -> None:
    async with a_slack(sample) as (_, paperboy):
        wrong = paperboy.having(SLACK_APP_TOKEN="xapp-1-wrong-and-secret")
        finished = await asyncio.to_thread(wrong.run, "slack")
    sentence = finished.failed(2)
    assert "PAPERBOY_SLACK_APP_TOKEN" in sentence
    assert "wrong-and-secret" not in sentence


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, ""),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-1"}, ""),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "PAPERBOY_SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "PAPERBOY_SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, "PAPERBOY_WEB_URL"),
        ({"SLACK_CLIENT_ID": "1.2"}, "PAPERBOY_SLACK_CLIENT_SECRET"),
    ],
)
def test_up_says_what_is_missing_of_a_slack_that_is_set_up_in_part(
    sample: Paperboy, settings: dict[str, str], missing: str
) -> None:
    away = sample.having(REDIS_URL="redis://127.0.0.1:9/0", **settings)
    told = finish(away.start("up"), 30).err
    assert ("Slack is set up in part" in told) is bool(missing)
    assert missing in told


async def test_a_bot_token_that_was_revoked_is_told_at_the_start(sample: Paperboy) -> None:
    async with a_slack(sample) as (slack, paperboy):
        slack.grants[0].revoked = True
        process = paperboy.start("slack")
        try:
            line = await asyncio.to_thread(_until_told, process, b"PAPERBOY_SLACK_BOT_TOKEN")
            assert "install it again" in line
        finally:
            process.send_signal(signal.SIGTERM)
            finished = await asyncio.to_thread(finish, process, 15)
        assert finished.code == 0


@pytest.mark.parametrize("command", ["slack", "web"])
async def test_it_answers_stays_small_and_ends_when_told(sample: Paperboy, command: str) -> None:
    async with a_slack(sample, http=command == "web") as (slack, paperboy):
        (team,) = slack.teams.values()
        ada = slack.add_user(team)
        papers = slack.add_channel(team, "papers", ada)
        process = paperboy.start(command)
        try:
            line = await asyncio.to_thread(_until_ready, process)
            if command == "web":
                slack.use_http(f"{line.rpartition('at=')[2].strip()}/slack/events")
            answer = await slack.command(ada, papers, "/papers", "search robots")
            assert "robot" in words(await answer.message()).casefold()
            assert _megabytes(process.pid) < 120
            assert not any(f"/{name}/" in Path(f"/proc/{process.pid}/maps").read_text() for name in HEAVY)
        finally:
            process.send_signal(signal.SIGTERM)
            finished = await asyncio.to_thread(finish, process, 15)
        assert finished.code == 0
        assert "Traceback" not in finished.err
        assert slack.violations == []


def _until_ready(process: "subprocess.Popen[bytes]") -> str:
    return _until_told(process, b" ready")


def _until_told(process: "subprocess.Popen[bytes]", words: bytes) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line.decode()
    raise AssertionError(f"it ended with {process.wait()}")


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
