"""Senders at work: many messages, platforms that misbehave, a Redis that goes away, clocks that jump."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from papers import sending
from papers.adapters import Parcel, Rate, Scope
from papers.delivery_models import State
from papers.delivery_steps import Outcome, Pause
from papers.destinations import Platform
from papers.planning import plan_due
from papers.sending import Sender
from papers.settings import Settings
from tests.papers.builders import NOON, at
from tests.papers.fake_adapter import Answer, FakeAdapter, Slow
from tests.papers.ledger_builders import UNLIMITED, add_feed, check_consistent, claim_one, message, put
from tests.papers.sender_builders import MovingClock, Office
from tests.papers.waiting import eventually


@asynccontextmanager
async def at_work(*senders: Sender) -> AsyncIterator[asyncio.Event]:
    """Senders run inside; at the end they are told to stop."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(one.run(stop)) for one in senders]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def put_many(office: Office, count: int, *, platform: str = "console", place: int | None = None) -> list[str]:
    """Messages to as many places."""
    waiting = [message(f"{platform}:p{place or i}", period=str(i)) for i in range(count)]
    for start in range(0, count, 500):
        await put(office.ledger, *waiting[start : start + 500])
    return [one.id for one in waiting]


# nothing twice, nothing lost


@pytest.mark.parametrize(("asked", "state"), [(True, State.SENT), (False, State.UNKNOWN)])
async def test_a_thousand_lost_answers_are_reconciled_or_shown_and_none_is_sent_again(
    redis: Redis, settings: Settings, asked: bool, state: State
) -> None:
    adapter = FakeAdapter(script=lambda parcel: Answer.LOSE_ANSWER, asked=asked)
    office = Office(redis, settings, adapter)
    ids = await put_many(office, 1000)
    assert await office.sender().drain(NOON, patience=20) == {state: 1000}
    assert adapter.counts == dict.fromkeys(ids, 1)
    assert (await office.ledger.counts())[state] == 1000
    await check_consistent(redis)


async def test_every_kind_of_answer_at_once_ends_as_it_should(redis: Redis, settings: Settings) -> None:
    answers = [Answer.ACCEPT, Answer.LOSE_ANSWER, Answer.HANG_TAKEN, Answer.REFUSE, Answer.GARBAGE]
    adapter = FakeAdapter(timeout=1.0)
    adapter.script = lambda parcel: (
        answers[int(parcel.delivery.period) % 5] if not adapter.handed_over[parcel.delivery.id] else Answer.ACCEPT
    )
    office = Office(redis, settings, adapter, clock=MovingClock(speed=60))
    await put_many(office, 100)
    async with at_work(office.sender(), office.sender()):
        await eventually(lambda: _all_done(office))
    assert await office.ledger.counts() == {**dict.fromkeys(State, 0), State.SENT: 80, State.DEAD: 20}
    assert set(adapter.counts.values()) == {1}
    await check_consistent(redis)


async def _all_done(office: Office) -> bool:
    return await office.unfinished() == 0


async def test_senders_share_the_work_and_none_is_sent_by_two(redis: Redis, settings: Settings) -> None:
    adapter = FakeAdapter(seconds=0.05)
    office = Office(redis, settings, adapter)
    ids = await put_many(office, 400)
    async with at_work(*(office.sender(concurrency=10) for _ in range(4))):
        await eventually(lambda: _all_done(office))
    assert adapter.counts == dict.fromkeys(ids, 1)
    assert 10 < adapter.most_under_way <= 40


# limits, and platforms that ask to wait


async def test_nothing_is_sent_before_its_retry_after(redis: Redis, settings: Settings) -> None:
    chance, pause = random.Random(429), 0.3
    refused: dict[str, list[float]] = defaultdict(list)
    tried: dict[str, list[float]] = defaultdict(list)

    def script(parcel: Parcel) -> Answer | Slow:
        now = time.monotonic()
        tried[parcel.delivery.id].append(now)
        if chance.random() >= 0.3:
            return Answer.ACCEPT
        refused[parcel.delivery.id].append(now)
        return Slow(pause)

    adapter = FakeAdapter(script=script)
    office = Office(redis, settings, adapter, clock=MovingClock(speed=60))
    ids = await put_many(office, 300)
    async with at_work(office.sender(), office.sender()):
        await eventually(lambda: _all_done(office))
    assert adapter.counts == dict.fromkeys(ids, 1)
    assert sum(map(len, refused.values())) > 60
    for one, moments in refused.items():
        for moment in moments:
            assert not [t for t in tried[one] if moment < t < moment + pause]


@pytest.mark.parametrize(("scope", "held"), [("workspace", {"slack:T1"}), ("platform", {"slack:T1", "slack:T2"})])
async def test_a_workspace_or_a_platform_that_asks_to_wait_gets_nothing_meanwhile(
    redis: Redis, settings: Settings, scope: str, held: set[str]
) -> None:
    told: list[float] = []
    pause = 2.0

    def script(parcel: Parcel) -> Answer | Slow:
        if parcel.delivery.destination.startswith("slack:T1/") and not told:
            told.append(time.monotonic())
            return Slow(pause, scope)
        return Answer.ACCEPT

    adapter = FakeAdapter(Platform.SLACK, script)
    office = Office(redis, settings, adapter, clock=MovingClock(speed=60))
    await put(office.ledger, *(message(f"slack:T{1 + i % 2}/C{i}") for i in range(200)))
    async with at_work(office.sender(concurrency=20)):
        await eventually(lambda: _all_done(office))
    # What had been committed when the answer came is let go; it is on its way.
    early = [one for one in adapter.received if told[0] + pause / 2 < one.moment < told[0] + pause]
    assert not held & {one.destination.partition("/")[0] for one in early}
    assert len(adapter.received) == 200


async def test_no_channel_receives_faster_than_its_limit_whoever_sends(redis: Redis, settings: Settings) -> None:
    adapter = FakeAdapter(Platform.DISCORD, limits={Scope.CHANNEL: Rate(per_second=20, burst=2)})
    office = Office(redis, settings, adapter)
    await put(office.ledger, *(message(f"discord:1000{c}", period=str(i)) for c in range(5) for i in range(12)))
    began = time.monotonic()
    async with at_work(*(office.sender() for _ in range(3))):
        await eventually(lambda: _all_done(office))
    by_channel = defaultdict(list)
    for one in adapter.received:
        by_channel[one.destination].append(one.moment)
    for moments in by_channel.values():
        assert len(moments) == 12
        # All but the burst take their turn, whatever the machine is busy with: none comes before it, some may be late.
        assert all(moment - began >= (number - 1) / 20 - 0.005 for number, moment in enumerate(sorted(moments)))


@pytest.mark.parametrize("answer", [Answer.HANG, Answer.HANG_BEFORE, Slow(100.0), Answer.GARBAGE])
async def test_destinations_that_hang_or_fail_do_not_delay_the_others(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch, answer: Answer | Slow
) -> None:
    monkeypatch.setattr(sending, "GRACE", 0.1)
    adapter = FakeAdapter(seconds=0.02, timeout=100)
    adapter.script = lambda parcel: answer if parcel.delivery.destination.startswith("console:bad") else Answer.ACCEPT
    office = Office(redis, settings, adapter)
    await put(office.ledger, *(message(f"console:bad{i}", due=NOON - timedelta(seconds=1)) for i in range(20)))
    await put_many(office, 200)
    async with at_work(office.sender(concurrency=40)):
        await eventually(lambda: _received(adapter, 200))  # sooner than one that hangs is given up


async def _received(adapter: FakeAdapter, count: int) -> bool:
    return len(adapter.received) >= count


async def test_a_platform_that_hangs_does_not_delay_another(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "GRACE", 0.1)
    stuck = FakeAdapter(Platform.DISCORD, lambda parcel: Answer.HANG, timeout=100)
    well = FakeAdapter(Platform.CONSOLE)
    office = Office(redis, settings, stuck, well)
    await put_many(office, 100, platform="discord")
    await put_many(office, 100)
    async with at_work(office.sender(concurrency=10)):
        await eventually(lambda: _received(well, 100))
        await eventually(lambda: _under_way(stuck, 10))
    assert stuck.most_under_way == 10


async def test_a_process_never_has_more_under_way_than_it_was_allowed(redis: Redis, settings: Settings) -> None:
    adapter = FakeAdapter(seconds=0.01)
    office = Office(redis, settings, adapter)
    await put_many(office, 200)
    await office.sender(concurrency=7).drain(NOON, patience=20)
    assert adapter.most_under_way == 7


# Redis goes away in the middle


async def _paused(redis: Redis) -> None:
    await redis.execute_command("CLIENT", "PAUSE", 900, "ALL")
    await asyncio.sleep(0.9)


async def _busy(redis: Redis) -> None:
    await redis.config_set("busy-reply-threshold", 50)
    await redis.execute_command(
        "EVAL", "local t = redis.call('TIME')[1] while redis.call('TIME')[1] - t < 2 do end return 1", 0
    )


async def _out_of_memory(redis: Redis) -> None:
    await redis.config_set("maxmemory", "1mb")
    await asyncio.sleep(0.7)
    await redis.config_set("maxmemory", "0")


async def _replica(redis: Redis) -> None:
    await redis.execute_command("REPLICAOF", "127.0.0.1", 1)
    await asyncio.sleep(0.7)
    await redis.execute_command("REPLICAOF", "NO", "ONE")


async def _killed(redis: Redis) -> None:
    import os
    import signal

    os.kill(int((await redis.info("server"))["process_id"]), signal.SIGKILL)


async def _disconnected(redis: Redis) -> None:
    for _ in range(10):
        await redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await asyncio.sleep(0.03)


TROUBLES = [_paused, _busy, _out_of_memory, _replica, _killed, _disconnected]


@pytest.fixture
async def own_redis(data_dir: object) -> AsyncIterator[tuple[Redis, Settings]]:
    """A server that a test may maltreat."""
    from papers.redis.connection import open_redis
    from papers.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    async with open_redis(settings) as client:
        yield client, settings


@pytest.mark.parametrize(
    ("trouble", "lease"), [*((one, 8.0) for one in TROUBLES), (_paused, 0.4), (_killed, 0.4), (_busy, 0.4)]
)
async def test_redis_in_trouble_loses_nothing_and_doubles_nothing_and_the_sender_goes_on(
    own_redis: tuple[Redis, Settings], trouble: Callable[[Redis], object], lease: float
) -> None:
    redis, settings = own_redis
    adapter = FakeAdapter(seconds=0.03)
    office = Office(redis, settings, adapter, lease=lease, clock=MovingClock(speed=20))
    ids = await put_many(office, 300)
    async with at_work(office.sender(concurrency=10), office.sender(concurrency=10)):
        await eventually(lambda: _received(adapter, 60))
        await trouble(redis)  # type: ignore[misc]
        await eventually(lambda: _done_in_trouble(office), seconds=30)
    assert adapter.counts == dict.fromkeys(ids, 1)
    assert await office.ledger.counts() == {**dict.fromkeys(State, 0), State.SENT: 300}
    await check_consistent(redis)


async def _done_in_trouble(office: Office) -> bool:
    try:
        return await _all_done(office)
    except (RedisError, OSError):
        return False


@pytest.mark.parametrize("trouble", [_paused, _out_of_memory, _killed])
async def test_where_nobody_can_be_asked_trouble_with_redis_doubles_nothing_either(
    own_redis: tuple[Redis, Settings], trouble: Callable[[Redis], object]
) -> None:
    redis, settings = own_redis
    adapter = FakeAdapter(seconds=0.03, asked=False)
    office = Office(redis, settings, adapter, clock=MovingClock(speed=20))
    ids = await put_many(office, 300)
    async with at_work(office.sender(concurrency=10)):
        await eventually(lambda: _received(adapter, 60))
        await trouble(redis)  # type: ignore[misc]
        await eventually(lambda: _done_in_trouble(office), seconds=30)
    # Its leases did not run out: whoever sent them could say so in the end.
    assert adapter.counts == dict.fromkeys(ids, 1)
    assert (await office.ledger.counts())[State.SENT] == 300


# being stopped


async def test_a_sender_told_to_stop_ends_what_is_under_way_and_leaves_the_rest(
    redis: Redis, settings: Settings
) -> None:
    adapter = FakeAdapter(seconds=0.3)
    office = Office(redis, settings, adapter)
    await put_many(office, 300)
    async with at_work(office.sender(concurrency=100)):
        await eventually(lambda: _under_way(adapter, 100))
    counts = await office.ledger.counts()
    assert counts[State.CLAIMED] == 0
    assert counts[State.SENT] == len(adapter.received)
    assert counts[State.DUE] == 300 - counts[State.SENT] > 0
    assert set(adapter.counts.values()) == {1}
    assert await office.sender().drain(NOON, patience=20) == {State.SENT: counts[State.DUE]}
    assert set(adapter.counts.values()) == {1}


async def _under_way(adapter: FakeAdapter, count: int) -> bool:
    return adapter.under_way >= count


@pytest.mark.parametrize(("answer", "left"), [(Answer.HANG_BEFORE, State.DUE), (Answer.HANG_TAKEN, State.CLAIMED)])
async def test_what_does_not_end_in_time_is_given_back_or_left_for_somebody_who_looks(
    redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch, answer: Answer, left: State
) -> None:
    monkeypatch.setattr(sending, "GRACE", 0.1)
    adapter = FakeAdapter(script=lambda parcel: answer)
    office = Office(redis, settings, adapter, lease=0.2)
    await put_many(office, 100)
    async with at_work(office.sender()):
        await eventually(lambda: _under_way(adapter, 100))
    assert (await office.ledger.counts())[left] == 100
    adapter.script = lambda parcel: Answer.ACCEPT
    assert await office.sender().drain(NOON, patience=20) == {State.SENT: 100}
    assert len(adapter.received) == 100
    assert set(adapter.counts.values()) == {1}


async def test_a_sender_stopped_again_and_again_under_load_loses_and_doubles_nothing(
    redis: Redis, settings: Settings
) -> None:
    adapter = FakeAdapter(seconds=0.005)
    office = Office(redis, settings, adapter)
    ids = await put_many(office, 1000)
    for _ in range(20):
        async with at_work(office.sender(concurrency=20)):
            await asyncio.sleep(0.01)
        assert (await office.ledger.counts())[State.CLAIMED] == 0
    async with at_work(office.sender()):
        await eventually(lambda: _all_done(office))
    assert adapter.counts == dict.fromkeys(ids, 1)


async def test_a_sender_that_is_cancelled_again_and_again_loses_and_doubles_nothing(
    redis: Redis, settings: Settings
) -> None:
    adapter = FakeAdapter(seconds=0.005)
    office = Office(redis, settings, adapter, lease=0.3)
    ids = await put_many(office, 500)
    for i in range(20):
        task = asyncio.create_task(office.sender(concurrency=20).run(asyncio.Event()))
        await asyncio.sleep(0.005 + 0.001 * i)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with at_work(office.sender()):
        await eventually(lambda: _all_done(office))
    assert adapter.counts == dict.fromkeys(ids, 1)
    await check_consistent(redis)


async def test_an_error_that_nobody_expected_ends_one_attempt_and_nothing_else(
    redis: Redis, settings: Settings
) -> None:
    adapter = FakeAdapter()
    office = Office(redis, settings, adapter)
    seen: list[State] = []

    def count(state: State) -> None:
        seen.append(state)
        if len(seen) % 3 == 0:
            raise ValueError("cannot be counted")

    sender = Sender(office.ledger, office.attempt, office.adapters, office.clock, concurrency=10, on_done=count)
    await put_many(office, 60)
    async with at_work(sender):
        await eventually(lambda: _all_done(office))
    assert len(seen) == 60
    assert len(adapter.received) == 60


# drain


async def test_a_drain_with_nothing_to_do_ends_at_once(redis: Redis, settings: Settings) -> None:
    office = Office(redis, settings, FakeAdapter())
    started = time.monotonic()
    assert await office.sender().drain(NOON, patience=60) == Counter()
    assert time.monotonic() - started < 30


async def test_a_drain_waits_for_what_another_has_in_hand(redis: Redis, settings: Settings) -> None:
    office = Office(redis, settings, FakeAdapter())
    await put(office.ledger, message())
    others = await claim_one(office.ledger)
    draining = asyncio.create_task(office.sender().drain(NOON, patience=10))
    await asyncio.sleep(0.3)
    assert not draining.done()
    await office.ledger.finish(others, Outcome(State.EMPTY), NOON)
    assert await asyncio.wait_for(draining, 20) == Counter()


async def test_a_drain_takes_over_from_one_that_died(redis: Redis, settings: Settings) -> None:
    adapter = FakeAdapter()
    office = Office(redis, settings, adapter, lease=0.2)
    await put(office.ledger, message(period="1"), message(period="2"))
    for one in (await office.ledger.claim("dies", UNLIMITED, 9, NOON)).claims:
        if one.delivery.period == "1":
            await office.ledger.commit(one, (), NOON)
    assert await office.sender().drain(NOON, patience=10) == {State.SENT: 2}
    assert set(adapter.counts.values()) == {1}


async def test_a_drain_does_not_wait_for_what_is_to_be_tried_later(redis: Redis, settings: Settings) -> None:
    office = Office(redis, settings, FakeAdapter(script=lambda parcel: Slow()))
    await put_many(office, 20)
    started = time.monotonic()
    assert await office.sender().drain(NOON, patience=60) == {State.FAILED: 20}
    assert time.monotonic() - started < 30


async def test_a_drain_waits_for_limits(redis: Redis, settings: Settings) -> None:
    adapter = FakeAdapter(limits={Scope.PLATFORM: Rate(per_second=20)})
    office = Office(redis, settings, adapter)
    await put_many(office, 10)
    assert await office.sender().drain(NOON, patience=20) == {State.SENT: 10}


async def test_a_drain_ends_when_nothing_can_be_sent_for_as_long_as_it_is_patient(
    redis: Redis, settings: Settings
) -> None:
    office = Office(redis, settings, FakeAdapter())
    await put(office.ledger, message(period="1"), message(period="2"))
    first, second = (await office.ledger.claim("a", UNLIMITED, 9, NOON)).claims
    pause = Pause("platform:console", timedelta(seconds=60))
    await office.ledger.finish(first, Outcome(State.FAILED, "closed", retry_at=at(1), pause=pause), NOON)
    await office.ledger.finish(second, Outcome(State.DUE), NOON)
    started = time.monotonic()
    assert await office.sender().drain(NOON, patience=0.5) == Counter()
    assert 0.5 <= time.monotonic() - started < 30
    assert await office.ledger.outstanding([Platform.CONSOLE], NOON) == 1


async def test_a_drain_does_not_wait_for_what_may_not_be_sent_within_its_patience(
    redis: Redis, settings: Settings
) -> None:
    office = Office(redis, settings, FakeAdapter())
    await put(office.ledger, message(period="1"), message(period="2"))
    first, second = (await office.ledger.claim("a", UNLIMITED, 9, NOON)).claims
    pause = Pause("platform:console", timedelta(hours=1))
    await office.ledger.finish(first, Outcome(State.FAILED, "closed", retry_at=at(1), pause=pause), NOON)
    await office.ledger.finish(second, Outcome(State.DUE), NOON)
    started = time.monotonic()
    assert await office.sender().drain(NOON, patience=60) == Counter()
    assert time.monotonic() - started < 30
    assert await office.ledger.outstanding([Platform.CONSOLE], NOON) == 1


async def test_a_drain_waits_for_a_pause_that_ends_within_its_patience(redis: Redis, settings: Settings) -> None:
    office = Office(redis, settings, FakeAdapter())
    await put(office.ledger, message(period="1"), message(period="2"))
    first, second = (await office.ledger.claim("a", UNLIMITED, 9, NOON)).claims
    pause = Pause("platform:console", timedelta(seconds=3))
    await office.ledger.finish(first, Outcome(State.FAILED, "closed", retry_at=at(1), pause=pause), NOON)
    await office.ledger.finish(second, Outcome(State.DUE), NOON)
    assert await office.sender().drain(NOON, patience=60) == {State.SENT: 1}


async def test_two_drains_at_once_send_everything_once(redis: Redis, settings: Settings) -> None:
    adapter = FakeAdapter(seconds=0.01)
    office = Office(redis, settings, adapter)
    ids = await put_many(office, 200)
    done = await asyncio.gather(*(office.sender(concurrency=20).drain(NOON, patience=20) for _ in range(2)))
    assert sum(done, Counter()) == {State.SENT: 200}
    assert adapter.counts == dict.fromkeys(ids, 1)


async def test_a_drain_that_loses_redis_says_so_and_lets_what_is_under_way_end(
    own_redis: tuple[Redis, Settings],
) -> None:
    redis, settings = own_redis
    adapter = FakeAdapter(seconds=1.5)
    office = Office(redis, settings, adapter)
    ids = await put_many(office, 60)
    draining = asyncio.create_task(office.sender().drain(NOON, patience=20))
    await eventually(lambda: _received(adapter, 60))
    await _replica(redis)
    with pytest.raises(RedisError):
        await draining
    assert (await office.ledger.counts())[State.SENT] == len(adapter.received)
    await office.sender().drain(NOON, patience=20)
    assert adapter.counts == dict.fromkeys(ids, 1)


# clocks


@pytest.mark.parametrize("between_plan_and_claim", [-1, 0, 1])
@pytest.mark.parametrize("between_failure_and_retry", [-1, 1])
async def test_a_clock_that_jumps_an_hour_sends_nothing_twice_and_loses_nothing(
    redis: Redis, settings: Settings, between_plan_and_claim: int, between_failure_and_retry: int
) -> None:
    clock = MovingClock(speed=20)
    adapter = FakeAdapter()
    adapter.script = lambda parcel: Answer.ACCEPT if adapter.handed_over[parcel.delivery.id] else Slow()
    office = Office(redis, settings, adapter, clock=clock)
    for i in range(10):
        await add_feed(redis, f"feed{i}", destination=f"console:p{i}")
    assert await plan_due(redis, office.ledger, settings, clock.now()) == 10
    clock.jump += timedelta(hours=between_plan_and_claim)
    async with at_work(office.sender()):
        if between_plan_and_claim >= 0:
            await eventually(lambda: _in_state(office, State.FAILED, 10))
        clock.jump += timedelta(hours=between_failure_and_retry)
        await asyncio.sleep(0.1)
        await plan_due(redis, office.ledger, settings, clock.now())
        clock.jump = timedelta(hours=1)  # a retry may be an hour late, if the clock was ahead when it was set
        await eventually(lambda: _in_state(office, State.SENT, 10))
    await plan_due(redis, office.ledger, settings, clock.now())
    await office.sender().drain(clock.now(), patience=0.1)
    assert len(adapter.counts) == 10
    assert set(adapter.counts.values()) == {1}


async def _in_state(office: Office, state: State, count: int) -> bool:
    return (await office.ledger.counts())[state] == count


async def test_a_message_of_a_sender_ahead_of_time_is_not_sent_again_by_one_in_time(
    redis: Redis, settings: Settings
) -> None:
    adapter = FakeAdapter()
    office = Office(redis, settings, adapter)
    await add_feed(redis, due=at(1))
    assert await plan_due(redis, office.ledger, settings, at(1)) == 1  # whose clock is an hour ahead
    await office.sender().drain(at(1), patience=1)
    for hours in (0, 0.5, 1, 1.5):
        await plan_due(redis, office.ledger, settings, at(hours))
        await office.sender().drain(at(hours), patience=0.1)
    assert len(adapter.received) == 1
