"""A channel to which a digest comes already: the form is about that one, and nothing is made beside it unasked."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from papers.following import Subscription
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes.slack import until, words


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch) as here:
        yield here
        assert here.slack.violations == []


async def there(here: Office) -> list[Subscription]:
    return await here.desk.subscriptions.of_destination(f"slack:{here.team.id}/{here.papers.id}")


async def test_another_hour_changes_it_and_another_rhythm_is_asked_about(here: Office) -> None:
    form = await (await here.slack.command(here.ada, here.papers, "/papers", "subscribe")).form("zone")
    await here.slack.submit(form, {"cadence": "weekly-friday"})
    form = await (await here.slack.command(here.ada, here.papers, "/papers", "subscribe")).form("zone")
    assert "It comes already" in words(form)
    await here.slack.submit(form, {"hour": "07:00"})
    assert [(str(one.schedule.cadence), f"{one.schedule.at:%H:%M}") for one in await there(here)] == [
        ("weekly", "07:00")
    ]
    form = await (await here.slack.command(here.ada, here.papers, "/papers", "subscribe")).form("zone")
    await here.slack.submit(form, {"cadence": "daily"})
    await until(lambda: "comes to #papers already" in words(form), lambda: words(form))
    assert len(await there(here)) == 1
    await here.slack.press(form, "Add it beside", here.ada)
    await until(lambda: "Subscribed." in words(form), lambda: words(form))
    assert len(await there(here)) == 2


async def test_of_several_one_is_chosen_to_be_changed(here: Office) -> None:
    form = await (await here.slack.command(here.ada, here.papers, "/papers", "subscribe")).form("zone")
    await here.slack.submit(form, {"cadence": "daily"})
    form = await (await here.slack.command(here.ada, here.papers, "/papers", "subscribe")).form("zone")
    await here.slack.submit(form, {"cadence": "weekly-friday"})
    await here.slack.press(form, "Add it beside", here.ada)
    await until(lambda: "Subscribed." in words(form), lambda: words(form))
    answer = await here.slack.command(here.ada, here.papers, "/papers", "subscribe")
    told = await answer.told("These come to #papers already")
    form = await (await here.slack.press(told, "Change", here.ada)).form("zone")
    await here.slack.submit(form, {"hour": "07:00"})
    assert sorted(f"{one.schedule.at:%H:%M}" for one in await there(here)) == ["07:00", "09:00"]
    form = await (await here.slack.press(told, "Add another digest", here.ada)).form("zone")
    await here.slack.submit(form, {"cadence": "weekdays"})
    assert len(await there(here)) == 3
