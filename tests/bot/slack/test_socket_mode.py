"""Socket Mode: what happens to connections happens to no person."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from slack_bolt import BoltResponse

from bot.slack.receiving import Receiver
from bot.slack.socket_mode import run_socket_mode
from bot.slack.web_api import WebApi
from papers.errors import BadInput
from papers.once import Before
from papers.settings import Settings, load_settings
from tests.bot.slack.office import Office, office
from tests.fakes.slack import Slack, slack_fake, until, words


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch) as here:
        yield here


async def _works(here: Office) -> None:
    answer = await here.slack.command(here.ada, here.papers, "/papers", "search robot doors")
    assert answer.ack.ok
    assert "opens doors" in words(await answer.message())


@pytest.mark.parametrize("in_mid_message", [False, True])
async def test_a_connection_that_breaks_is_made_again(here: Office, in_mid_message: bool) -> None:
    for _ in range(2):
        here.slack.lines.cut(in_mid_message=in_mid_message)
        await _works(here)


async def test_a_connection_that_slack_will_close_is_replaced_before(here: Office) -> None:
    await here.slack.lines.refresh()
    await until(lambda: len(here.slack.lines.sockets) == 2, lambda: here.slack.lines.sockets)
    for _ in range(4):  # by turns over both
        await _works(here)
    assert here.slack.violations == []


async def test_what_slack_closes_again_and_again_is_not_opened_in_a_hurry(here: Office) -> None:
    before = len(here.slack.calls_of("apps.connections.open"))
    for _ in range(10):
        for socket in list(here.slack.lines.sockets):
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
        await asyncio.sleep(0.1)
    assert len(here.slack.calls_of("apps.connections.open")) - before <= 3
    await _works(here)


async def test_what_is_no_message_of_slacks_is_passed_over(here: Office) -> None:
    socket = await here.slack.lines.connected()
    for text in ("", "null", "[]", "{", '{"type": "interactive"}', '{"type": 5, "envelope_id": [], "payload": {}}'):
        await socket.send_str(text)
    await socket.send_bytes(b"\xff\xfe")
    await _works(here)


class Pile(Receiver):
    """Acknowledges as it is told."""

    def __init__(self, *answers: BoltResponse) -> None:
        self.answers = list(answers)

    async def receive(self, payload: object, *, before: Before | None = None) -> BoltResponse:
        return self.answers.pop(0) if self.answers else BoltResponse(status=200, body="")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_fake() as slack:
        slack.add_grant(slack.add_team())
        yield slack


def _settings(slack: Slack, env: pytest.MonkeyPatch, folder: Path, **changed: str) -> Settings:
    for name, value in (slack.environment(slack.grants[0]) | changed).items():
        env.setenv(name, value)
    return load_settings(data_dir=folder)


async def test_what_was_not_taken_is_not_acknowledged_and_comes_again(
    slack: Slack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = _settings(slack, monkeypatch, tmp_path)
    web, stop = WebApi(settings), asyncio.Event()
    pile = Pile(BoltResponse(status=503, body=""))
    running = asyncio.create_task(run_socket_mode(pile, settings, web, stop))
    ack = await slack.lines.send("slash_commands", {"command": "/papers"})
    assert ack.status == 0
    assert (await slack.lines.send("slash_commands", {"command": "/papers"})).ok
    stop.set()
    await running
    await web.close()


@pytest.mark.parametrize("error", ["invalid_auth", "not_allowed_token_type", "token_revoked"])
async def test_a_wrong_token_ends_with_a_sentence_that_does_not_show_it(
    slack: Slack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: str
) -> None:
    settings = _settings(slack, monkeypatch, tmp_path)
    slack.faults.refuse("apps.connections.open", error)
    web = WebApi(settings)
    with pytest.raises(BadInput, match="PAPERBOY_SLACK_APP_TOKEN") as caught:
        await run_socket_mode(Pile(), settings, web, asyncio.Event())
    assert "xapp-1-A0" not in str(caught.value)
    await web.close()


async def test_while_slack_is_away_it_is_asked_ever_more_seldom_and_at_last_answers(
    slack: Slack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = _settings(slack, monkeypatch, tmp_path)
    slack.faults.broken("apps.connections.open", 500)
    slack.faults.too_many("apps.connections.open", 1)
    web, stop, ready = WebApi(settings), asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(run_socket_mode(Pile(), settings, web, stop, on_ready=ready.set))
    async with asyncio.timeout(10):
        await ready.wait()
    assert len(slack.calls_of("apps.connections.open")) <= 3
    stop.set()
    await running
    await web.close()


async def test_it_stops_at_once_while_it_waits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAPERBOY_SLACK_APP_TOKEN", "xapp-1")
    settings = load_settings(data_dir=tmp_path)  # Slack is nowhere
    web, stop = WebApi(settings), asyncio.Event()
    running = asyncio.create_task(run_socket_mode(Pile(), settings, web, stop))
    await asyncio.sleep(0.2)
    stop.set()
    async with asyncio.timeout(1):
        await running
    await web.close()
