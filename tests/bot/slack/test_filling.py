"""Forms that take longer than Slack waits, or that are not as they were."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.caller import Caller
from bot.commands import Commands
from bot.forms import Filled, Mistake
from bot.replies import Reply
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes.slack import View, until, words


class Slow(Commands):
    """Takes its time over a form."""

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        await asyncio.sleep(2.6)
        return await super().submit(caller, filled)


class Picky(Commands):
    """Takes its time, and then finds something to mend."""

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        await asyncio.sleep(2.6)
        return Mistake(field="zone", text="Choose another zone.")


async def _form(here: Office) -> View:
    return await (await here.slack.command(here.ada, here.papers, "/papers", "subscribe")).form("zone")


async def test_a_form_that_takes_long_says_so_and_then_what_was_done(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(redis, settings.data_dir, monkeypatch, commands=Slow) as here:
        form = await _form(here)
        answer = await here.slack.submit(form)
        assert answer.ack.ok
        assert "One moment" in words(form)
        await until(lambda: "One moment" not in words(form), lambda: words(form))
        assert await here.desk.subscriptions.of_destination(f"slack:{here.team.id}/{here.papers.id}")
        assert here.slack.violations == []


async def test_what_is_to_be_mended_after_all_is_told_above_the_form(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(redis, settings.data_dir, monkeypatch, commands=Picky) as here:
        form = await _form(here)
        await here.slack.submit(form)
        await until(lambda: "Choose another zone." in words(form), lambda: words(form))
        assert here.slack.violations == []


@pytest.fixture
def data_folder(settings: Settings) -> Path:
    return settings.data_dir


async def test_a_mistake_is_told_at_its_field(redis: Redis, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office(redis, data_folder, monkeypatch) as here:
        answer = await here.slack.command(here.ada, here.papers, "/papers", "follow robots")
        form = await answer.form("topic")
        await here.slack.submit(form, {"topic": "???"})
        assert form.errors or "???" in words(form)
        assert not form.closed


async def test_a_form_of_nobody_is_answered_in_the_modal(
    redis: Redis, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(redis, data_folder, monkeypatch) as here:
        form = await _form(here)
        form.body["private_metadata"] = '{"form": "none"}'
        await here.slack.submit(form)
        assert "not known any more" in words(form)
        assert here.slack.violations == []
