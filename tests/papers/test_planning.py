"""What is due becomes deliveries, one a period, whoever plans and whatever their clocks say."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from papers import keys
from papers.deliveries import Ledger
from papers.delivery_models import Delivery, Feed, Kind, State
from papers.delivery_steps import Outcome
from papers.planning import plan_due, plan_feed
from papers.schedule import Cadence, Schedule
from papers.settings import Settings
from tests.papers.builders import NOON, at
from tests.papers.ledger_builders import add_feed, check_consistent, claim, claim_one

MIDDAY = time(12)
CLOCKED = st.builds(
    Schedule,
    cadence=st.sampled_from([Cadence.DAILY, Cadence.WEEKDAYS, Cadence.WEEKLY]),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    weekday=st.integers(0, 6),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@pytest.fixture
def ledger(redis: Redis, settings: Settings) -> Ledger:
    return Ledger(redis, settings, lease=60)


async def planned(ledger: Ledger, destination: str = "console:me") -> list[Delivery]:
    return await ledger.of_destination(destination)


def periods(deliveries: Iterable[Delivery]) -> list[str]:
    return [one.period for one in deliveries]


@given(schedule=CLOCKED, late=st.integers(0, 40 * 86_400), moment=MOMENTS, crowd=st.integers(1, 100_000))
def test_a_planned_feed_is_due_by_now_and_next_due_later(
    schedule: Schedule, late: int, moment: datetime, crowd: int
) -> None:
    feed = Feed(id="feed", kind=Kind.DIGEST, destination="console:me", schedule=schedule)
    expected = int(moment.timestamp()) - late
    found = plan_feed(feed, expected, moment, crowd, 150)
    assert found.delivery.due <= moment
    assert found.next is not None
    assert found.next > moment.timestamp()
    # Planned again at once, by another whose clock is a little behind or ahead: the same delivery, or one day's next.
    again = plan_feed(feed, expected, moment, crowd, 150)
    assert again == found


async def test_a_feed_is_planned_when_it_is_due_and_not_before(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    await add_feed(redis, at=MIDDAY)
    assert await plan_due(redis, ledger, settings, at(-0.01)) == 0
    assert await plan_due(redis, ledger, settings, NOON) == 1
    assert await plan_due(redis, ledger, settings, NOON) == 0
    (one,) = await planned(ledger)
    assert (one.due, one.period, one.state) == (NOON, "2026-03-05", State.DUE)


async def test_after_three_days_away_there_is_one_delivery_of_the_latest_day(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    await add_feed(redis, at=MIDDAY)
    assert await plan_due(redis, ledger, settings, at(75)) == 1
    assert periods(await planned(ledger)) == ["2026-03-08"]
    assert await redis.zscore(keys.FEEDS, "feed") >= at(96).timestamp()  # type: ignore[operator]


async def test_a_month_of_days_is_one_delivery_a_day(redis: Redis, ledger: Ledger, settings: Settings) -> None:
    await add_feed(redis, at=MIDDAY, zone="Europe/Berlin")
    for hour in range(24 * 30 - 3):
        await plan_due(redis, ledger, settings, at(hour))
    found = periods(await planned(ledger))
    assert len(found) == len(set(found)) == 30


async def test_ten_planners_at_once_make_each_delivery_once(redis: Redis, ledger: Ledger, settings: Settings) -> None:
    for i in range(1200):
        await add_feed(redis, f"feed{i}", destination=f"console:p{i}", at=MIDDAY)
    made = await asyncio.gather(*(plan_due(redis, ledger, settings, NOON) for _ in range(10)))
    assert sum(made) == 1200
    assert (await ledger.counts())[State.DUE] == 1200
    await check_consistent(redis)


@pytest.mark.parametrize("apart", [-24, -1, -0.01, 0.01, 1])
async def test_planners_whose_clocks_differ_make_one_delivery_a_period(
    redis: Redis, ledger: Ledger, settings: Settings, apart: float
) -> None:
    await add_feed(redis, at=MIDDAY)
    for hour in range(-3, 75):
        await asyncio.gather(
            plan_due(redis, ledger, settings, at(hour)), plan_due(redis, ledger, settings, at(hour + apart))
        )
    found = periods(await planned(ledger))
    assert len(found) == len(set(found))
    assert {"2026-03-05", "2026-03-06", "2026-03-07"} <= set(found)


async def test_a_clock_that_jumps_back_after_a_delivery_does_not_make_it_again(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    await add_feed(redis, at=MIDDAY)
    await plan_due(redis, ledger, settings, NOON)
    await ledger.finish(await claim_one(ledger), Outcome(State.SENT, message_id="m"), NOON)
    await add_feed(redis, at=MIDDAY)  # its rhythm was changed and changed back, and it is due once more
    await plan_due(redis, ledger, settings, at(0.5))
    assert periods(await planned(ledger)) == ["2026-03-05"]
    assert await claim(ledger, now=at(1)) == ()


async def test_a_feed_that_was_removed_is_forgotten_and_holds_up_nobody(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    for i in range(600):
        await redis.zadd(keys.FEEDS, {f"orphan{i}": NOON.timestamp() - 1})
    await add_feed(redis)
    assert await plan_due(redis, ledger, settings, NOON) == 1
    assert await redis.zrange(keys.FEEDS, 0, -1) == [b"feed"]


@pytest.mark.parametrize("stored", ["not json", '{"id": "broken"}', "zone"])
async def test_a_feed_that_cannot_be_planned_does_not_keep_the_others_waiting(
    redis: Redis, ledger: Ledger, settings: Settings, stored: str
) -> None:
    broken = await add_feed(redis, "broken", destination="console:broken")
    text = broken.model_dump_json().replace('"UTC"', '"Mars/Olympus"') if stored == "zone" else stored
    await redis.hset(keys.FEED, "broken", text)
    await add_feed(redis)
    assert await plan_due(redis, ledger, settings, NOON) == 1
    assert await redis.zscore(keys.FEEDS, "broken") == at(1).timestamp()
    await redis.hset(keys.FEED, "broken", broken.model_dump_json())  # mended
    assert await plan_due(redis, ledger, settings, at(1)) == 1


# instant feeds


async def put_match(ledger: Ledger, paper: str, due: datetime | None = NOON) -> None:
    await ledger.add_matches("feed", "memory", {paper: {"t1": 0.5}}, due=due)


async def test_an_instant_feed_is_due_when_something_came_and_then_no_more(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None, cadence=Cadence.NOW)
    assert await plan_due(redis, ledger, settings, at(1)) == 0
    await put_match(ledger, "p1")
    assert await plan_due(redis, ledger, settings, at(1)) == 1
    assert await redis.zscore(keys.FEEDS, "feed") is None
    assert await plan_due(redis, ledger, settings, at(2)) == 0


async def test_topics_with_nothing_to_tell_make_no_delivery(redis: Redis, ledger: Ledger, settings: Settings) -> None:
    await add_feed(redis, kind=Kind.TOPICS, at=MIDDAY)
    assert await plan_due(redis, ledger, settings, NOON) == 0
    assert (await redis.zscore(keys.FEEDS, "feed") or 0) > NOON.timestamp()


async def test_what_comes_in_the_second_in_which_a_message_was_sent_is_not_stuck(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None, cadence=Cadence.NOW)
    await put_match(ledger, "p1")
    await plan_due(redis, ledger, settings, NOON)
    outcome = Outcome(State.SENT, message_id="m", papers=("p1",), told="memory", drop=("p1",))
    await ledger.finish(await claim_one(ledger), outcome, NOON)
    await put_match(ledger, "p2")
    assert await plan_due(redis, ledger, settings, NOON) == 0
    assert await plan_due(redis, ledger, settings, NOON + timedelta(seconds=1)) == 1
    assert len(await claim(ledger, now=at(1))) == 1


async def test_more_that_comes_before_a_message_left_makes_a_new_one_that_tells_of_all(
    redis: Redis, ledger: Ledger, settings: Settings
) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None, cadence=Cadence.NOW)
    await put_match(ledger, "p1")
    await plan_due(redis, ledger, settings, NOON)
    await put_match(ledger, "p2", NOON + timedelta(seconds=5))
    await plan_due(redis, ledger, settings, at(1))
    states = sorted(one.state for one in await planned(ledger))
    assert states == [State.DEAD, State.DUE]
    assert await redis.hlen(keys.inbox("feed")) == 2
