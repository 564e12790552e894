"""What people see of a subscription: where it goes by name, how it stands, when it comes next."""

from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.delivery_models import Disabled
from papers.following import Subscription
from papers.schedule import Cadence
from papers.settings import Settings
from papers.shown import Shown, show_all, state_of
from tests.papers.builders import NOON, at
from tests.papers.personal_builders import AT_ONCE, Desk
from tests.papers.subscription_builders import digest

CHANNEL = "slack:T1/C1"
EMAIL = "email:ada.lovelace@example.org"
TOMORROW = datetime(2026, 3, 6, 9, tzinfo=UTC)


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return Desk(redis, settings)


async def show(desk: Desk, *subscriptions: Subscription) -> list[Shown]:
    return await show_all(subscriptions, desk.ledger, desk.addresses, desk.redis)


async def test_places_are_named_as_people_know_them(desk: Desk) -> None:
    letters, channel = await desk.digest(EMAIL, owner="user:ada"), await desk.digest(CHANNEL)
    shown = await show(desk, channel, letters)
    assert [one.subscription for one in shown] == [channel, letters]
    assert [(one.destination, one.owner) for one in shown] == [(CHANNEL, CHANNEL), (EMAIL, "ada")]
    await desk.addresses.forget(letters.destination)
    assert (await show(desk, letters))[0].destination == letters.destination


async def test_what_is_active_says_when_it_comes_next(desk: Desk) -> None:
    (shown,) = await show(desk, await desk.digest(CHANNEL))
    assert (shown.state, shown.next_due) == ("active", TOMORROW)


async def test_a_topic_told_of_at_once_is_due_when_something_waits(desk: Desk) -> None:
    topic = await desk.topic(CHANNEL, "compilers", schedule=AT_ONCE)
    assert topic.schedule.cadence is Cadence.NOW
    assert (await show(desk, topic))[0].next_due is None
    await desk.match(topic, now=at(1))
    (shown,) = await show(desk, topic)
    assert (shown.state, shown.next_due) == ("active", at(1))


@pytest.mark.parametrize(
    ("fields", "disabled", "state"),
    [
        ({}, False, "active"),
        ({"paused": True}, False, "paused"),
        ({"confirmed": False, "paused": True}, False, "unconfirmed"),
        ({"confirmed": False, "paused": True}, True, "disabled: is_archived"),
        ({}, True, "disabled: is_archived"),
    ],
)
async def test_what_stops_more_is_told_first_and_nothing_is_due(
    desk: Desk, fields: dict[str, Any], disabled: bool, state: str
) -> None:
    wish = await desk.digest(CHANNEL, **fields)
    why = Disabled(reason="is_archived", at=NOON) if disabled else None
    if why:
        await desk.ledger.disable(CHANNEL, why)
    (shown,) = await show(desk, wish)
    assert shown.state == state == state_of(wish, why)
    assert (shown.next_due is None) == (state != "active")


async def test_a_hundred_take_as_many_round_trips_as_one(desk: Desk) -> None:
    def calls(stats: dict[str, Any]) -> int:
        return sum(int(of["calls"]) for name, of in stats.items() if name != "cmdstat_info")

    wishes = [digest(f"slack:T1/C{n}", owner="slack:T1/U1") for n in range(99)]
    for wish in wishes:
        await desk.subscriptions.save(wish, NOON)
    wishes.append(await desk.digest(EMAIL))
    before = calls(await desk.redis.info("commandstats"))
    shown = await show(desk, *wishes)
    assert calls(await desk.redis.info("commandstats")) - before == 3
    assert all(one.next_due is not None for one in shown)
    assert await show(desk) == []


async def test_of_many_more_all_are_shown(desk: Desk) -> None:
    wishes = [digest(f"slack:T1/C{n}") for n in range(2100)]
    due = {wish.feed: NOON.timestamp() + number for number, wish in enumerate(wishes)}
    await desk.redis.zadd(keys.FEEDS, due)
    shown = await show(desk, *wishes)
    assert [one.next_due and one.next_due.timestamp() for one in shown] == [due[wish.feed] for wish in wishes]
