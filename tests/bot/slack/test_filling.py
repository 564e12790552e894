"""Forms that take longer than Slack waits, or that are not as they were."""

import asyncio
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.caller import Caller
from bot.commands import Commands
from bot.errands import Errands
from bot.forms import Filled, Form, Mistake
from bot.replies import Reply
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes import slack_payloads
from tests.fakes.slack import View, find_field, until, words


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


class FirstIsSlow(Commands):
    """Makes a form anew in a second at first, and at once later."""

    begun, refreshed = 0, 0

    async def refresh(self, caller: Caller, filled: Filled) -> Form | Reply:
        FirstIsSlow.begun += 1
        if FirstIsSlow.begun == 1:
            await asyncio.sleep(1)
        made = await super().refresh(caller, filled)
        FirstIsSlow.refreshed += 1
        return made


class Doubtful(Commands):
    """Never comes to an end."""

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        await super().submit(caller, filled)
        return await asyncio.Event().wait() and Reply()


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


@pytest.mark.parametrize("taken_after", [0.0, 1.0])
async def test_what_was_done_stands_however_late_the_acknowledgement_is_taken(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch, taken_after: float
) -> None:
    async with office(redis, settings.data_dir, monkeypatch, commands=Slow) as here:
        form = await _form(here)
        here.slack.acks_take = taken_after
        await here.slack.submit(form)
        await until(lambda: "One moment" not in words(form), lambda: words(form))
        await here.app.close()
        assert "One moment" not in words(form)
        assert here.slack.violations == []


async def test_who_waits_too_long_is_not_told_to_try_again_what_is_done(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(redis, settings.data_dir, monkeypatch, commands=Doubtful, errands=Errands(seconds=4)) as here:
        form = await _form(here)
        await here.slack.submit(form)
        assert "One moment" in words(form)
        await until(lambda: "One moment" not in words(form), lambda: words(form))
        assert "Look whether it was done before you try again." in words(form)
        assert await here.desk.subscriptions.of_destination(f"slack:{here.team.id}/{here.papers.id}")


async def test_of_two_changes_in_a_moment_the_later_is_shown(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(redis, settings.data_dir, monkeypatch) as here:
        slack = here.slack
        form = await (await slack.command(here.ada, here.papers, "/papers", "follow robots")).form("topic")
        presses = [_change(here, form, "topic", "robots that open doors"), _change(here, form, "excluded", "doors")]
        assert presses[0]["view"]["hash"] == presses[1]["view"]["hash"]
        before = len(slack.calls_of("views.update"))
        await slack.deliver("interactive", presses[0])
        await until(lambda: len(slack.calls_of("views.update")) > before, lambda: slack.calls)
        await slack.deliver("interactive", presses[1])
        await until(lambda: "opens doors" not in words(form), lambda: words(form))
        assert all(call.answer["ok"] for call in slack.calls_of("views.update"))


async def test_of_two_changes_at_once_the_later_is_shown_whichever_is_made_first(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(redis, settings.data_dir, monkeypatch, commands=FirstIsSlow) as here:
        slack = here.slack
        form = await (await slack.command(here.ada, here.papers, "/papers", "follow robots")).form("topic")
        FirstIsSlow.begun = FirstIsSlow.refreshed = 0
        for press in (_change(here, form, "excluded", "doors"), _change(here, form, "excluded", "")):
            await slack.deliver("interactive", press)
        await until(lambda: FirstIsSlow.refreshed == 2, lambda: FirstIsSlow.refreshed)
        await here.app.close()
        assert "opens doors" in words(form)


async def test_what_was_handed_in_is_not_overwritten_by_a_change_of_before(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(redis, settings.data_dir, monkeypatch, commands=FirstIsSlow) as here:
        slack = here.slack
        form = await (await slack.command(here.ada, here.papers, "/papers", "follow robots")).form("topic")
        FirstIsSlow.begun = FirstIsSlow.refreshed = 0
        await slack.deliver("interactive", _change(here, form, "excluded", "doors"))
        await slack.submit(form)
        told = words(form)
        await here.app.close()
        assert FirstIsSlow.refreshed == 1
        assert words(form) == told


def _change(here: Office, form: View, name: str, value: str) -> dict[str, Any]:
    """The press with which Slack tells of a change."""
    block, element = find_field(form, name)
    form.values[block["block_id"]][element["action_id"]]["value"] = value
    return deepcopy(slack_payloads.press_in_view(here.slack, here.ada, form, element, block["block_id"]))


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
