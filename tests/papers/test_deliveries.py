"""The ledger's rules, one by one, against a real Redis."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.adapters import Limits, NotOurs, Rate, Scope
from papers.deliveries import LEASE, MOST_TAKEOVERS, Claim, Ledger, Risk
from papers.delivery_models import FINAL, Disabled, Kind, State, short_digest
from papers.delivery_steps import Outcome, Pause, Planned
from papers.destinations import Platform
from papers.errors import NotFound
from papers.settings import Settings
from tests.papers.builders import NOON, at
from tests.papers.ledger_builders import (
    add_feed,
    check_consistent,
    claim,
    claim_one,
    claims,
    elapse,
    everything,
    message,
    put,
    put_of_feed,
    sent,
)

LATER = LEASE + 1
"""Seconds after which a lease is over."""


@pytest.fixture
async def ledger(redis: Redis, settings: Settings) -> AsyncIterator[Ledger]:
    """Whatever a test did to it, the ledger's keys must agree at its end."""
    yield Ledger(redis, settings)
    await check_consistent(redis)


@pytest.fixture
def patient(redis: Redis, settings: Settings) -> Ledger:
    """The same ledger with leases that do not end during a test."""
    return Ledger(redis, settings, lease=600)


# becoming due


async def test_a_delivery_is_planned_once_however_often_it_is_planned(ledger: Ledger) -> None:
    one = message()
    assert await put(ledger, one) == [one.id]
    assert await put(ledger, one, one) == []
    assert await ledger.counts() == {**dict.fromkeys(State, 0), State.DUE: 1}


async def test_ten_planners_at_the_same_due_time_make_one_delivery_a_feed(redis: Redis, ledger: Ledger) -> None:
    names = [f"feed{i}" for i in range(100)]
    for name in names:
        await add_feed(redis, name)
    expected = int(NOON.timestamp())
    planned = [Planned(message(feed=name), expected=expected, next=expected + 86_400) for name in names]
    made = await asyncio.gather(*(ledger.plan(planned, NOON) for _ in range(10)))
    assert Counter(itertools.chain(*made)) == {one.delivery.id: 1 for one in planned}
    assert await redis.zcount(keys.FEEDS, expected + 86_400, expected + 86_400) == 100


async def test_a_feed_whose_due_time_was_changed_meanwhile_is_not_planned(redis: Redis, ledger: Ledger) -> None:
    await add_feed(redis, due=at(1))
    one = Planned(message(feed="feed"), expected=int(NOON.timestamp()), next=int(at(24).timestamp()))
    assert await ledger.plan([one], NOON) == []
    assert await redis.zscore(keys.FEEDS, "feed") == at(1).timestamp()


async def test_nothing_is_planned_for_a_disabled_destination(redis: Redis, ledger: Ledger) -> None:
    await redis.hset(keys.DISABLED, "console:me", Disabled(reason="gone", at=NOON).model_dump_json())
    assert await put(ledger, message()) == []


async def test_a_later_delivery_of_a_feed_supersedes_one_that_has_not_left(redis: Redis, ledger: Ledger) -> None:
    old = await put_of_feed(redis, ledger, "monday")
    new = await put_of_feed(redis, ledger, "tuesday")
    assert [one.delivery.id for one in await claim(ledger)] == [new.id]
    given_up = await ledger.get(old.id)
    assert given_up.state is State.DEAD
    assert given_up.reason is not None
    assert "superseded" in given_up.reason


async def test_a_later_delivery_waits_while_an_older_one_may_be_telling_of_the_same(
    redis: Redis, ledger: Ledger
) -> None:
    await put_of_feed(redis, ledger, "monday")
    older = await claim_one(ledger)
    await ledger.commit(older, ("p1",), NOON)
    newer = await put_of_feed(redis, ledger, "tuesday")
    assert await claim(ledger) == ()
    newest = await put_of_feed(redis, ledger, "wednesday")
    assert await claim(ledger) == ()
    assert (await ledger.get(newer.id)).state is State.DEAD
    await ledger.finish(older, Outcome(State.SENT, message_id="m"), NOON)
    await elapse(redis, 1.01)  # the lane's next look
    assert [one.delivery.id for one in await claim(ledger)] == [newest.id]


async def test_one_that_may_have_left_is_not_given_up_for_a_later_one(redis: Redis, ledger: Ledger) -> None:
    older = await put_of_feed(redis, ledger, "monday")
    mine = await claim_one(ledger)
    await ledger.commit(mine, (), NOON)
    await ledger.finish(mine, Outcome(State.FAILED, "no answer", retry_at=NOON, look=True), NOON)
    await put_of_feed(redis, ledger, "tuesday")
    taken = await claim_one(ledger)
    assert (taken.delivery.id, taken.risk) == (older.id, Risk.MAY_HAVE_LEFT)


async def test_an_older_one_that_never_ends_holds_a_later_one_up_for_ten_minutes_only(
    redis: Redis, patient: Ledger
) -> None:
    await put_of_feed(redis, patient, "monday")
    await patient.commit(await claim_one(patient), (), NOON)
    newer = await put_of_feed(redis, patient, "tuesday")
    assert await claim(patient, now=NOON + timedelta(seconds=599)) == ()
    await elapse(redis, 1.01)
    assert [one.delivery.id for one in await claim(patient, now=NOON + timedelta(seconds=601))] == [newer.id]


# being claimed


async def test_a_claim_takes_what_is_due_and_not_what_will_be(redis: Redis, ledger: Ledger) -> None:
    now, later = message(period="now"), message(period="later", due=at(1))
    await put(ledger, now, later)
    assert [one.delivery.id for one in await claim(ledger)] == [now.id]
    assert await claim(ledger) == ()
    await elapse(redis, 1.01)
    found = await claim(ledger, "b", now=at(1))
    assert later.id in {one.delivery.id for one in found}


async def test_what_becomes_due_within_a_second_is_not_looked_for_later_than_that(ledger: Ledger) -> None:
    await put(ledger, message(due=NOON + timedelta(seconds=0.25)))
    found = await claims(ledger)
    assert found.wait == pytest.approx(0.25, abs=0.01)


async def test_a_claim_says_when_to_ask_again(ledger: Ledger) -> None:
    assert (await claims(ledger)).wait is None
    await put(ledger, message(period="1"), message(period="2"))
    assert (await claims(ledger, count=1)).wait == 0


async def test_only_platforms_that_are_named_are_served(ledger: Ledger) -> None:
    await put(ledger, message("console:me"), message("email:abc"))
    found = await claim(ledger, limits={Platform.EMAIL: {}})
    assert [one.delivery.destination for one in found] == ["email:abc"]
    assert await ledger.outstanding([Platform.CONSOLE], NOON) == 1
    assert await ledger.outstanding([Platform.EMAIL], NOON) == 1
    assert await ledger.outstanding([Platform.CONSOLE, Platform.EMAIL, Platform.SLACK], NOON) == 2


async def test_a_dead_sender_of_one_platform_does_not_keep_those_of_another_busy(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, *(message("slack:T1/C1", period=str(i)) for i in range(5)), message("email:abc"))
    await claim(ledger)
    await elapse(redis, LATER)
    (taken,) = (await claims(ledger, "b", count=1, limits={Platform.EMAIL: {}})).claims
    assert taken.delivery.destination == "email:abc"
    wait = (await claims(ledger, "b", limits={Platform.EMAIL: {}})).wait
    assert wait is not None
    assert wait > 0


async def test_a_channel_receives_as_fast_as_its_limit_and_its_burst_allow(redis: Redis, ledger: Ledger) -> None:
    limits = {Platform.SLACK: {Scope.CHANNEL: Rate(per_second=0.2, burst=2)}}
    await put(ledger, *(message("slack:T1/C1", period=str(i)) for i in range(4)), message("slack:T1/C2"))
    first = await claims(ledger, limits=limits)
    assert sorted(one.delivery.destination for one in first.claims) == ["slack:T1/C1", "slack:T1/C1", "slack:T1/C2"]
    assert first.wait == pytest.approx(5, abs=0.02)
    assert first.wait is not None
    await elapse(redis, first.wait + 0.005)
    assert len(await claim(ledger, "b", limits=limits)) == 1


@pytest.mark.parametrize("scope", [Scope.WORKSPACE, Scope.PLATFORM])
async def test_workspace_and_platform_have_limits_of_their_own(ledger: Ledger, scope: Scope) -> None:
    limits = {Platform.SLACK: {scope: Rate(per_second=1, burst=3)}}
    await put(ledger, *(message(f"slack:T{i % 2}/C{i}") for i in range(20)))
    assert len(await claim(ledger, limits=limits)) == (3 if scope is Scope.PLATFORM else 6)


async def test_in_the_long_run_the_rate_holds_whoever_claims(redis: Redis, ledger: Ledger) -> None:
    limits = {Platform.EMAIL: {Scope.PLATFORM: Rate(per_second=0.01, burst=5)}}
    await put(ledger, *(message("email:abc", period=str(i)) for i in range(200)))
    count = 0
    for _ in range(61):
        found = await asyncio.gather(*(claim(ledger, f"s{i}", count=3, limits=limits) for i in range(3)))
        for one in itertools.chain(*found):
            await ledger.finish(one, Outcome(State.EMPTY), NOON)
            count += 1
        await elapse(redis, 50)
    assert count == 5 + 60 * 50 * 0.01


@pytest.mark.parametrize(
    ("bucket", "held"),
    [
        ("channel:slack:T1/C1", {"slack:T1/C1"}),
        ("workspace:slack:T1", {"slack:T1/C1", "slack:T1/C2"}),
        ("platform:slack", {"slack:T1/C1", "slack:T1/C2", "slack:T2/C3"}),
    ],
)
async def test_a_pause_holds_for_what_it_was_asked_for(
    redis: Redis, ledger: Ledger, bucket: str, held: set[str]
) -> None:
    everywhere = {"slack:T1/C1", "slack:T1/C2", "slack:T2/C3", "email:abc"}
    await put(ledger, message("slack:T1/C1", period="0"))
    first = await claim_one(ledger)
    outcome = Outcome(State.FAILED, "slow down", retry_at=NOON, pause=Pause(bucket, timedelta(minutes=2)))
    assert await ledger.finish(first, outcome, NOON) == "ok"
    await put(ledger, *(message(one) for one in everywhere))
    assert {one.delivery.destination for one in await claim(ledger)} == everywhere - held
    await elapse(redis, 121)
    assert held <= {one.delivery.destination for one in await claim(ledger, "b")}


async def test_a_longer_pause_is_not_shortened(ledger: Ledger) -> None:
    await put(ledger, message(period="1"), message(period="2"))
    first, second = await claim(ledger)
    for one, length in ((first, 300.0), (second, 0.01)):
        pause = Pause("channel:console:me", timedelta(seconds=length))
        await ledger.finish(one, Outcome(State.FAILED, "later", retry_at=NOON, pause=pause), NOON)
    found = await claims(ledger)
    assert found.claims == ()
    assert found.wait is not None
    assert found.wait > 200


async def test_what_was_claimed_before_a_pause_does_not_leave_in_it(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message("slack:T1/C1"), message("slack:T1/C2"))
    first, second = await claim(ledger)
    pause = Pause("workspace:slack:T1", timedelta(minutes=2))
    await ledger.finish(first, Outcome(State.FAILED, "slow down", retry_at=at(1), pause=pause), NOON)
    with pytest.raises(NotOurs):
        await ledger.commit(second, (), NOON)
    assert (await ledger.get(second.delivery.id)).state is State.DUE
    assert await claim(ledger) == ()
    await elapse(redis, 121)
    again = await claim_one(ledger)
    assert again.delivery.id == second.delivery.id
    await ledger.commit(again, (), NOON)


async def test_a_workspace_with_a_thousand_waiting_does_not_delay_the_one_of_another(ledger: Ledger) -> None:
    await put(ledger, *(message("slack:T1/C1", period=str(i)) for i in range(1000)))
    await claim(ledger, count=5)
    await put(ledger, message("slack:T2/C1", due=NOON - timedelta(seconds=0)))
    found = await claim(ledger, count=2)
    assert "slack:T2/C1" in {one.delivery.destination for one in found}


async def test_one_that_fails_all_the_time_does_not_take_the_turns_of_others(patient: Ledger) -> None:
    limits: dict[Platform, Limits] = {Platform.SLACK: {}}
    await put(patient, *(message(f"slack:T{t}/C1", period=str(i)) for t in range(4) for i in range(10)))
    served: Counter[str] = Counter()
    for _ in range(20):
        one = (await claims(patient, count=1, limits=limits)).claims[0]
        served[one.delivery.destination] += 1
        await asyncio.sleep(0.002)
        if one.delivery.destination == "slack:T0/C1":
            await patient.finish(one, Outcome(State.FAILED, "broken", retry_at=NOON), NOON)
        else:
            await patient.finish(one, Outcome(State.EMPTY), NOON)
    assert sorted(served.values()) == [5, 5, 5, 5]


async def test_a_channel_that_must_wait_does_not_hold_up_those_behind_it(ledger: Ledger) -> None:
    held = [message("discord:10001", period=str(i)) for i in range(300)]
    free = message("discord:10002", due=NOON + timedelta(seconds=1))
    await put(ledger, *held, free)
    limits = {Platform.DISCORD: {Scope.CHANNEL: Rate(per_second=0.01)}}
    found = await claim(ledger, limits=limits, now=at(1))
    assert {one.delivery.destination for one in found} == {"discord:10001", "discord:10002"}


async def test_a_new_message_for_a_free_channel_does_not_wait_for_a_paused_one_of_its_lane(ledger: Ledger) -> None:
    await put(ledger, message("discord:10001", period="1"), message("discord:10001", period="2"))
    limits = {Platform.DISCORD: {Scope.CHANNEL: Rate(per_second=0.01)}}
    assert len(await claim(ledger, limits=limits)) == 1
    await put(ledger, message("discord:10002"))
    assert [one.delivery.destination for one in await claim(ledger, limits=limits)] == ["discord:10002"]


# leases


async def test_a_claim_is_nobody_elses_until_its_lease_is_over(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message())
    first = await claim_one(ledger, "a")
    assert await claim(ledger, "b") == ()
    await elapse(redis, LATER)
    second = await claim_one(ledger, "b")
    assert second.risk is Risk.NONE
    with pytest.raises(NotOurs):
        await ledger.commit(first, (), NOON)
    await ledger.commit(second, (), NOON)


async def test_a_sender_that_gets_its_own_lost_delivery_again_has_it_once(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message())
    first = await claim_one(ledger, "a")
    await elapse(redis, LATER)
    second = await claim_one(ledger, "a")
    with pytest.raises(NotOurs):
        await ledger.commit(first, (), NOON)
    assert await ledger.finish(first, Outcome(State.DUE), NOON) == "lost"
    assert await ledger.renew([first]) == {first.delivery.id}
    await ledger.commit(second, (), NOON)


async def test_one_that_was_committed_is_given_away_after_two_leases_with_a_warning(
    redis: Redis, ledger: Ledger
) -> None:
    await put(ledger, message())
    await ledger.commit(await claim_one(ledger, "a"), ("p1", "p2"), NOON)
    await elapse(redis, LATER)
    assert await claim(ledger, "b") == ()
    await elapse(redis, LATER)
    taken = await claim_one(ledger, "b")
    assert taken.risk is Risk.MAY_HAVE_LEFT
    assert taken.delivery.papers == ("p1", "p2")


async def test_whoever_commits_has_two_leases_whatever_was_suspected_before(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message())
    first = await claim_one(ledger, "a")
    await ledger.commit(first, (), NOON)
    await ledger.finish(first, Outcome(State.FAILED, "no answer", retry_at=NOON, look=True), NOON)
    looking = await claim_one(ledger, "b")
    await elapse(redis, LATER)
    assert await claim(ledger, "c") == ()
    await ledger.commit(looking, (), NOON)
    await elapse(redis, LATER)
    assert await claim(ledger, "c") == ()
    assert await sent(ledger, looking) == "ok"


async def test_a_sender_that_says_it_is_alive_keeps_what_it_has(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message(period="1"), message(period="2"))
    mine = await claim(ledger, "a")
    await ledger.commit(mine[0], (), NOON)
    for _ in range(4):
        await elapse(redis, LEASE / 2)
        assert await ledger.renew(mine) == set()
        assert await claim(ledger, "b") == ()
    for one in mine:
        assert await sent(ledger, one) == "ok"


async def test_a_sender_is_told_what_it_has_lost(ledger: Ledger) -> None:
    await put(ledger, message(period="1"), message(period="2"))
    first, second = await claim(ledger, "a")
    await ledger.finish(first, Outcome(State.EMPTY), NOON)
    assert await ledger.renew([first, second]) == {first.delivery.id}
    assert await ledger.renew([]) == set()


async def test_one_whose_senders_keep_dying_is_given_up_with_a_reason(redis: Redis, settings: Settings) -> None:
    ledger = Ledger(redis, settings, lease=0.01)
    await put(ledger, message())
    for _ in range(MOST_TAKEOVERS + 1):
        assert len(await claim(ledger)) == 1
        await asyncio.sleep(0.02)
    assert await claim(ledger) == ()
    (given_up,) = await ledger.listed(State.DEAD, limit=9)
    assert given_up.reason is not None
    assert "died" in given_up.reason
    await check_consistent(redis)


async def test_one_whose_senders_keep_dying_while_they_send_ends_unknown(redis: Redis, settings: Settings) -> None:
    ledger = Ledger(redis, settings, lease=0.01)
    await put(ledger, message())
    for _ in range(MOST_TAKEOVERS + 1):
        await ledger.commit(await claim_one(ledger), (), NOON)
        await asyncio.sleep(0.02)
        await claim(ledger)
        await asyncio.sleep(0.02)
    assert await claim(ledger) == ()
    assert (await ledger.counts())[State.UNKNOWN] == 1
    await check_consistent(redis)


async def test_the_claims_of_a_process_that_can_be_seen_to_be_dead_are_free_at_once(
    redis: Redis, patient: Ledger
) -> None:
    from papers.holders import holder_name

    alive = holder_name()
    machine, _pid, _, token = alive.split("/")
    dead = f"{machine}/{2**22 - 1}/1/{token}"
    await put(patient, message(period="1"), message(period="2"), message(period="3"))
    (mine,) = (await claims(patient, alive, count=1)).claims
    first, second = await claim(patient, dead)
    await patient.commit(second, (), NOON)
    assert await patient.free_the_dead({Platform.CONSOLE: 60}) == 2
    assert [one.delivery.id for one in await claim(patient, alive)] == [first.delivery.id]
    await elapse(redis, 61)
    taken = await claim_one(patient, alive)
    assert (taken.delivery.id, taken.risk) == (second.delivery.id, Risk.MAY_HAVE_LEFT)
    assert await patient.renew([mine]) == set()


# the last question before a message leaves


async def test_a_commit_is_refused_when_the_subscription_was_removed(redis: Redis, ledger: Ledger) -> None:
    await put_of_feed(redis, ledger)
    mine = await claim_one(ledger)
    await redis.hdel(keys.FEED, "feed")
    with pytest.raises(NotOurs):
        await ledger.commit(mine, (), NOON)
    ended = await ledger.get(mine.delivery.id)
    assert (ended.state, ended.reason) == (State.DEAD, "its subscription was removed")


async def test_a_commit_is_refused_when_the_destination_was_disabled(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message())
    mine = await claim_one(ledger)
    await redis.hset(keys.DISABLED, "console:me", Disabled(reason="no such room", at=NOON).model_dump_json())
    with pytest.raises(NotOurs):
        await ledger.commit(mine, (), NOON)
    assert (await ledger.get(mine.delivery.id)).reason == "the destination is disabled: no such room"


async def test_a_commit_is_refused_when_a_later_one_was_due(redis: Redis, ledger: Ledger) -> None:
    await put_of_feed(redis, ledger, "monday")
    mine = await claim_one(ledger)
    await put_of_feed(redis, ledger, "tuesday")
    with pytest.raises(NotOurs):
        await ledger.commit(mine, (), NOON)


async def test_a_commit_is_refused_when_the_delivery_was_erased(ledger: Ledger) -> None:
    await put(ledger, message())
    mine = await claim_one(ledger)
    await ledger.forget("console:me")
    with pytest.raises(NotOurs):
        await ledger.commit(mine, (), NOON)
    assert await ledger.finish(mine, Outcome(State.SENT, message_id="m"), NOON) == "gone"


async def test_one_that_may_have_left_is_looked_for_even_if_nobody_wants_it_any_more(
    redis: Redis, ledger: Ledger
) -> None:
    await put_of_feed(redis, ledger)
    mine = await claim_one(ledger)
    await ledger.commit(mine, (), NOON)
    await ledger.finish(mine, Outcome(State.FAILED, "no answer", retry_at=NOON, look=True), NOON)
    await redis.hdel(keys.FEED, "feed")
    taken = await claim_one(ledger)
    assert taken.risk is Risk.MAY_HAVE_LEFT
    with pytest.raises(NotOurs):
        await ledger.commit(taken, (), NOON)


# what came of it


async def test_what_was_sent_is_remembered_with_its_message(ledger: Ledger) -> None:
    await put(ledger, message())
    mine = await claim_one(ledger)
    await ledger.commit(mine, ("p1", "p2"), NOON)
    assert await ledger.finish(mine, Outcome(State.SENT, message_id="42", papers=("p1", "p2")), at(1)) == "ok"
    found = await ledger.get(f" {mine.delivery.id.upper()} ")
    assert (found.state, found.message_id, found.papers) == (State.SENT, "42", ("p1", "p2"))
    assert (found.changed, found.retry_at, found.tries) == (at(1), None, 0)


async def test_a_failure_waits_for_its_time_and_is_counted(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message())
    retry_at = NOON + timedelta(minutes=2)
    await ledger.finish(await claim_one(ledger), Outcome(State.FAILED, "busy", retry_at=retry_at), NOON)
    failed = await ledger.get(message().id)
    assert (failed.state, failed.retry_at, failed.tries, failed.reason) == (State.FAILED, retry_at, 1, "busy")
    assert await claim(ledger, now=retry_at - timedelta(seconds=2)) == ()
    await elapse(redis, 1.01)
    assert await claim(ledger, now=retry_at - timedelta(milliseconds=2)) == ()
    await elapse(redis, 0.01)
    again = await claim_one(ledger, now=retry_at)
    assert (again.risk, again.delivery.tries) == (Risk.NONE, 1)


async def test_what_is_given_back_keeps_its_time_and_counts_no_try(ledger: Ledger) -> None:
    await put(ledger, message())
    await ledger.finish(await claim_one(ledger, now=at(1)), Outcome(State.DUE), at(1))
    again = await claim_one(ledger, now=NOON)
    assert (again.delivery.tries, again.risk) == (0, Risk.NONE)


@pytest.mark.parametrize("state", [State.DUE, State.FAILED])
@pytest.mark.parametrize("look", [False, True])
async def test_what_may_have_left_stays_so_until_somebody_knows(ledger: Ledger, state: State, look: bool) -> None:
    await put(ledger, message())
    mine = await claim_one(ledger)
    await ledger.commit(mine, (), NOON)
    await ledger.finish(mine, Outcome(state, "?", look=look, retry_at=NOON), NOON)
    assert (await claim_one(ledger)).risk is (Risk.MAY_HAVE_LEFT if look else Risk.NONE)


async def test_a_sender_taken_for_dead_that_has_sent_is_believed(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message())
    stale = await claim_one(ledger, "a")
    await ledger.commit(stale, (), NOON)
    await elapse(redis, LATER)
    await claim(ledger, "b")
    await elapse(redis, LATER)
    taken = await claim_one(ledger, "b")
    assert await ledger.finish(stale, Outcome(State.SENT, message_id="m1"), NOON) == "ok"
    with pytest.raises(NotOurs):
        await ledger.commit(taken, (), NOON)
    assert (await ledger.get(stale.delivery.id)).message_id == "m1"


@pytest.mark.parametrize("state", [s for s in State if s not in {State.SENT, State.CLAIMED}])
async def test_a_sender_taken_for_dead_that_has_not_sent_is_not_heard(
    redis: Redis, ledger: Ledger, state: State
) -> None:
    await put(ledger, message())
    stale = await claim_one(ledger, "a")
    await elapse(redis, LATER)
    taken = await claim_one(ledger, "b")
    assert await ledger.finish(stale, Outcome(state, "?", retry_at=NOON), NOON) == "lost"
    await ledger.commit(taken, (), NOON)


async def test_two_messages_of_one_delivery_are_noticed(redis: Redis, ledger: Ledger) -> None:
    stale, taken = await _taken_over_while_sending(redis, ledger)
    await sent(ledger, taken, "m2")
    assert await ledger.finish(stale, Outcome(State.SENT, message_id="m1"), NOON) == "twice"


async def test_one_message_seen_by_two_is_not_taken_for_two(redis: Redis, ledger: Ledger) -> None:
    stale, taken = await _taken_over_while_sending(redis, ledger)
    assert await ledger.finish(taken, Outcome(State.SENT, message_id="m1"), NOON) == "ok"
    assert await ledger.finish(stale, Outcome(State.SENT, message_id="m1"), NOON) == "lost"


async def _taken_over_while_sending(redis: Redis, ledger: Ledger) -> tuple[Claim, Claim]:
    await put(ledger, message())
    stale = await claim_one(ledger, "a")
    await ledger.commit(stale, (), NOON)
    await elapse(redis, LATER)
    await claim(ledger, "b")
    await elapse(redis, LATER)
    return stale, await claim_one(ledger, "b")


@pytest.mark.parametrize("state", [s for s in State if s is not State.CLAIMED])
async def test_saying_it_again_because_the_answer_was_lost_changes_nothing(ledger: Ledger, state: State) -> None:
    await put(ledger, message())
    mine = await claim_one(ledger)
    outcome = Outcome(state, "why", retry_at=at(1), message_id="m")
    assert await ledger.finish(mine, outcome, NOON) == "ok"
    before = await ledger.get(mine.delivery.id)
    assert await ledger.finish(mine, outcome, at(2)) == "ok"
    assert await ledger.get(mine.delivery.id) == before


@pytest.mark.parametrize("reason", ["", "\ud83d half", "x" * 100_000, "line\nline\x00", "“quotes” 日本"])
@pytest.mark.parametrize("state", [State.FAILED, State.DEAD])
async def test_any_reason_can_be_recorded(ledger: Ledger, state: State, reason: str) -> None:
    await put(ledger, message())
    mine = await claim_one(ledger)
    assert await ledger.finish(mine, Outcome(state, reason, retry_at=NOON), NOON) == "ok"
    found = await ledger.get(mine.delivery.id)
    assert found.state is state
    assert len(found.reason or "") <= 1000


async def test_a_destination_that_is_gone_is_disabled_and_somebody_told_once(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message(period="1"), message(period="2"), message(period="3"))
    first, second = (await claims(ledger, count=2)).claims
    notice = message("console:other").model_copy(update={"kind": Kind.NOTICE, "about": "console:me"})
    gone = Outcome(State.DEAD, "no such room", disable=Disabled(reason="no such room", at=NOON), notice=notice)
    for one in (first, second):
        assert await ledger.finish(one, gone, NOON) == "ok"
    assert [one.delivery.id for one in await claim(ledger)] == [notice.id]
    assert (await ledger.counts())[State.DEAD] == 3
    disabled = await ledger.disabled("console:me")
    assert disabled == Disabled(reason="no such room", at=NOON)
    assert await ledger.disabled("console:other") is None


# what was told of


async def test_what_was_told_of_leaves_the_inbox_and_does_not_come_back(redis: Redis, ledger: Ledger) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None)
    assert await ledger.add_matches("feed", "memory", {"p1": {"t1": 0.5}, "p2": {"t1": 0.4}}, due=NOON) == 2
    one = message(feed="feed").model_copy(update={"kind": Kind.TOPICS})
    assert await ledger.plan([Planned(one, expected=int(NOON.timestamp()))], NOON) == [one.id]
    mine = await claim_one(ledger)
    outcome = Outcome(State.SENT, message_id="m", papers=("p1",), told="memory", drop=("p1",))
    await ledger.finish(mine, outcome, NOON)
    assert await redis.hkeys(keys.inbox("feed")) == [b"p2"]
    assert await ledger.add_matches("feed", "memory", {"p1": {"t2": 0.9}}, due=None) == 0
    assert await redis.hkeys(keys.inbox("feed")) == [b"p2"]
    assert 0 < await redis.ttl(keys.told("memory")) <= ledger.history


async def test_matches_put_twice_are_there_once_and_topics_are_joined(redis: Redis, ledger: Ledger) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None)
    for _ in range(2):
        await ledger.add_matches("feed", "memory", {"p1": {"t1": 0.5}}, due=None)
    assert await ledger.add_matches("feed", "memory", {"p1": {"t2": 0.7, "t1": 0.6}}, due=None) == 0
    import json

    assert json.loads((await redis.hgetall(keys.inbox("feed")))[b"p1"]) == {"t1": 0.6, "t2": 0.7}
    assert await redis.zscore(keys.FEEDS, "feed") is None


async def test_an_instant_feed_that_is_due_stays_due_when_more_comes(redis: Redis, ledger: Ledger) -> None:
    await add_feed(redis, kind=Kind.TOPICS, due=None)
    await ledger.add_matches("feed", "memory", {"p1": {"t1": 0.5}}, due=at(1))
    await ledger.add_matches("feed", "memory", {"p2": {"t1": 0.5}}, due=at(2))
    assert await redis.zscore(keys.FEEDS, "feed") == at(1).timestamp()


async def test_nothing_is_put_into_the_inbox_of_a_feed_that_is_gone(redis: Redis, ledger: Ledger) -> None:
    assert await ledger.add_matches("feed", "memory", {"p1": {"t1": 0.5}}, due=NOON) == -1
    assert await redis.keys("*inbox*") == []
    assert await redis.zscore(keys.FEEDS, "feed") is None


async def test_what_ends_after_its_subscription_was_removed_leaves_no_memory_behind(
    redis: Redis, ledger: Ledger
) -> None:
    await put_of_feed(redis, ledger)
    mine = await claim_one(ledger)
    await ledger.commit(mine, ("p1",), NOON)
    await redis.hdel(keys.FEED, "feed")
    outcome = Outcome(State.SENT, message_id="m", papers=("p1",), told="feed", drop=("p1",))
    assert await ledger.finish(mine, outcome, NOON) == "ok"
    assert await redis.exists(keys.told("feed")) == 0


# by hand


@pytest.mark.parametrize("state", [State.DEAD, State.UNKNOWN, State.FAILED, State.EMPTY])
async def test_a_person_may_have_it_sent_now(redis: Redis, ledger: Ledger, state: State) -> None:
    await put(ledger, message())
    mine = await claim_one(ledger)
    await ledger.commit(mine, (), NOON)
    await ledger.finish(mine, Outcome(state, "?", retry_at=at(9), look=True), NOON)
    assert await ledger.retry(mine.delivery.id, at(1)) is state
    assert await redis.ttl(keys.delivery(mine.delivery.id)) == -1
    again = await claim_one(ledger, now=at(1))
    assert again.delivery.tries == 0
    # Of one that failed nobody knows better than the platform.
    assert again.risk is (Risk.MAY_HAVE_LEFT if state is State.FAILED else Risk.NONE)


async def test_what_is_due_in_hand_or_sent_is_not_retried(ledger: Ledger) -> None:
    await put(ledger, message())
    assert await ledger.retry(message().id, NOON) is State.DUE
    mine = await claim_one(ledger)
    assert await ledger.retry(message().id, NOON) is State.CLAIMED
    await sent(ledger, mine)
    assert await ledger.retry(message().id, NOON) is State.SENT
    assert await claim(ledger) == ()
    with pytest.raises(NotFound, match="deliveries list"):
        await ledger.retry("nosuch", NOON)


async def test_an_old_one_sent_by_hand_takes_nothing_from_the_latest(redis: Redis, ledger: Ledger) -> None:
    old = await put_of_feed(redis, ledger, "monday")
    new = await put_of_feed(redis, ledger, "tuesday")
    assert await ledger.retry(old.id, NOON) is State.DEAD
    found = await claim(ledger)
    assert {one.delivery.id for one in found} == {old.id, new.id}
    for one in found:
        assert await sent(ledger, one) == "ok"


# keeping house


async def test_ends_are_remembered_as_long_as_the_history_and_no_longer(redis: Redis, ledger: Ledger) -> None:
    for state in FINAL:
        await put(ledger, message(period=state))
        await ledger.finish(await claim_one(ledger), Outcome(state, message_id="m"), NOON)
        life = await redis.ttl(keys.delivery(message(period=state).id))
        assert ledger.history - 5 < life <= ledger.history
    await put(ledger, message(period="waiting"))
    assert await redis.ttl(keys.deliveries(short_digest("console:me"))) == -1
    await ledger.trim(NOON + timedelta(seconds=ledger.history - 1))
    assert sum((await ledger.counts()).values()) == 5
    for state in FINAL:
        await redis.delete(keys.delivery(message(period=state).id))  # as its time to live does
    await ledger.trim(NOON + timedelta(seconds=ledger.history))
    assert await ledger.counts() == {**dict.fromkeys(State, 0), State.DUE: 1}
    await put(ledger, message(period="next"), now=NOON + timedelta(seconds=ledger.history))
    assert len(await ledger.of_destination("console:me")) == 2
    assert await redis.zcard(keys.deliveries(short_digest("console:me"))) == 2


async def test_the_list_of_a_state_tells_the_last_changed_first(ledger: Ledger) -> None:
    await put(ledger, *(message(period=str(i)) for i in range(5)))
    for i, one in enumerate(await claim(ledger)):
        await ledger.finish(one, Outcome(State.EMPTY), at(i))
    listed = await ledger.listed(State.EMPTY, limit=2, offset=1)
    assert [one.changed for one in listed] == [at(3), at(2)]
    assert len(await ledger.of_destination("console:me")) == 5
    assert await ledger.of_destination("console:other") == []


async def test_forgetting_a_destination_leaves_nothing_of_it_in_redis(redis: Redis, ledger: Ledger) -> None:
    who = "email:abcdefghij"
    ids = []
    for i, state in enumerate((*FINAL, State.FAILED, State.CLAIMED)):
        one = await put_of_feed(redis, ledger, str(i), feed=f"feed{i}", destination=who)
        ids.append(one.id)
        mine = await claim_one(ledger, limits={Platform.EMAIL: {Scope.CHANNEL: Rate(per_second=100, burst=99)}})
        await ledger.commit(mine, ("p1",), NOON)
        pause = Pause(f"channel:{who}", timedelta(milliseconds=1))
        if state is not State.CLAIMED:
            outcome = Outcome(
                state, "?", message_id="m", told=short_digest(who), drop=("p1",), retry_at=at(9), pause=pause
            )
            await ledger.finish(mine, outcome, NOON)
        await asyncio.sleep(0.003)
    await put(ledger, message(who))
    last = await claim_one(ledger)
    notice = message("console:owner").model_copy(update={"kind": Kind.NOTICE, "about": f'{{"destination": "{who}"}}'})
    gone = Outcome(State.DEAD, "gone", disable=Disabled(reason="gone", at=NOON), notice=notice)
    waiting = await put_of_feed(redis, ledger, "due", feed="other", destination=who)
    ids.append(waiting.id)
    await ledger.finish(last, gone, NOON)
    await put(ledger, message("console:somebody"))
    assert await ledger.of_destination(who)
    await redis.delete(keys.FEED, keys.FEEDS)  # Subscriptions does this
    await ledger.forget(who)
    left = str(await everything(redis))
    for trace in (who, short_digest(who), *ids, notice.id, message(who).id):
        assert trace not in left
    assert message("console:somebody").id in left


async def test_forgetting_thousands_takes_several_steps_and_forgets_them_all(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, *(message(period=str(i)) for i in range(1200)), message("console:other"))
    await ledger.forget("console:me")
    assert await ledger.counts() == {**dict.fromkeys(State, 0), State.DUE: 1}


# a Redis that lost its last moments


async def test_after_a_restart_what_may_have_been_sent_before_is_in_doubt_and_nothing_else(
    redis: Redis, ledger: Ledger
) -> None:
    assert await claim(ledger) == ()  # the ledger's first moment
    await put(ledger, message(period="before"), message(period="after", due=at(1)))
    await redis.hset(f"{keys.LEDGER}:epoch", "run", "of another server")
    found = {one.delivery.period: one.risk for one in await claim(ledger, now=at(2))}
    assert found == {"before": Risk.RECORD_LOST, "after": Risk.NONE}


async def test_a_ledger_that_was_never_used_has_no_doubts(ledger: Ledger) -> None:
    await put(ledger, message())
    assert (await claim_one(ledger)).risk is Risk.NONE


async def test_after_a_restart_one_that_was_being_sent_is_looked_for(redis: Redis, ledger: Ledger) -> None:
    await put(ledger, message(period="claimed"), message(period="committed"))
    first, second = await claim(ledger)
    committed = second if second.delivery.period == "committed" else first
    await ledger.commit(committed, (), NOON)
    await redis.hset(f"{keys.LEDGER}:epoch", "run", "of another server")
    await elapse(redis, LATER)
    before = await claim(ledger, "b", now=at(1))
    await elapse(redis, LATER)
    after = [one for one in await claim(ledger, "b", now=at(1)) if one.delivery.period == "committed"]
    assert [one.risk for one in before] == [Risk.RECORD_LOST]
    assert [one.risk for one in after] == [Risk.MAY_HAVE_LEFT]


# many at once


async def test_eight_senders_of_whom_some_die_give_each_of_ten_thousand_to_one_at_a_time(
    redis: Redis, settings: Settings
) -> None:
    ledger = Ledger(redis, settings, lease=0.5)
    chance = random.Random(8)
    ten_thousand = [message(f"slack:T{i % 50}/C{i % 500}", period=str(i)) for i in range(10_000)]
    for start in range(0, len(ten_thousand), 1000):
        await put(ledger, *ten_thousand[start : start + 1000])
    received: Counter[str] = Counter()
    dead: set[str] = set()

    async def send(holder: str) -> None:
        while (await ledger.counts())[State.SENT] < len(ten_thousand):
            for one in await claim(ledger, holder, count=50):
                if one.risk is Risk.MAY_HAVE_LEFT and received[one.delivery.id]:
                    await ledger.finish(one, Outcome(State.SENT, message_id="m"), NOON)
                    continue
                with suppress(NotOurs):
                    await ledger.commit(one, (), NOON)
                    received[one.delivery.id] += 1
                    await ledger.finish(one, Outcome(State.SENT, message_id="m"), NOON)
            await asyncio.sleep(0.005)

    senders = {f"s{i}": asyncio.create_task(send(f"s{i}")) for i in range(8)}
    for round_ in range(6):
        await asyncio.sleep(0.2)
        victim = chance.choice(sorted(senders))
        senders.pop(victim).cancel()
        dead.add(victim)
        senders[f"r{round_}"] = asyncio.create_task(send(f"r{round_}"))
    await asyncio.wait_for(asyncio.gather(*senders.values()), 60)
    assert len(dead) == 6
    assert received == {one.id: 1 for one in ten_thousand}
    await check_consistent(redis)
