"""One attempt: what is recorded of each way it may go."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError, ResponseError

from papers import keys
from papers.addresses import AddressBook
from papers.deliveries import Claim, Ledger, Risk
from papers.delivery_attempt import Attempt
from papers.delivery_models import Delivery, Kind, State
from papers.delivery_retries import ASK_AGAIN, FIRST_RETRY
from papers.delivery_steps import Outcome
from papers.destinations import Platform
from papers.errors import DestinationGone, SecretsUnavailable, StoreUnavailable, TryLater
from papers.following import DigestOptions, Subscription
from papers.schedule import Schedule
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.vault import Vault
from papers.wishes import digest_subscription
from tests.papers.builders import NOON
from tests.papers.fake_adapter import Answer, FakeAdapter, FakeWriter, Slow
from tests.papers.ledger_builders import check_consistent, claim_one, message, put, put_of_feed

MOST_TRIES = 4


@dataclass
class Office:
    """Everything that one attempt needs."""

    redis: Redis
    ledger: Ledger
    adapter: FakeAdapter
    writer: FakeWriter
    subscriptions: Subscriptions
    attempt: Attempt

    async def deliver(self, *, risk: Risk = Risk.NONE) -> Delivery:
        """Plan one message, try it once, and return what the ledger has of it."""
        await put(self.ledger, message())
        return await self.again(risk=risk)

    async def again(self, *, risk: Risk = Risk.NONE) -> Delivery:
        claim = await claim_one(self.ledger, now=NOON + timedelta(days=1))
        if risk is not Risk.NONE:
            claim = await self.with_risk(claim, risk)
        state = await self.attempt.make(claim, NOON)
        found = await self.ledger.get(claim.delivery.id)
        assert state in {None, found.state}
        return found

    async def with_risk(self, claim: Claim, risk: Risk) -> Claim:
        """The same delivery, after somebody died who was about to send it."""
        if risk is Risk.RECORD_LOST:
            return Claim(claim.delivery, claim.turn, risk)
        await self.ledger.commit(claim, ("p9",), NOON)
        await self.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)
        return await claim_one(self.ledger, now=NOON + timedelta(days=1))


@pytest.fixture
def office(redis: Redis, settings: Settings) -> Office:
    ledger = Ledger(redis, settings, lease=60)
    adapter, writer = FakeAdapter(timeout=0.2), FakeWriter()
    subscriptions = Subscriptions(redis, settings)
    addresses = AddressBook(redis, lambda: Vault([]))
    adapters = {Platform.CONSOLE: adapter}
    attempt = Attempt(ledger, writer, subscriptions, addresses, adapters, max_tries=MOST_TRIES, seed=1)
    return Office(redis, ledger, adapter, writer, subscriptions, attempt)


async def test_what_the_platform_took_is_sent(office: Office) -> None:
    found = await office.deliver()
    assert (found.state, found.message_id, found.papers) == (State.SENT, f"message of {found.id}", ("p1",))
    assert office.adapter.counts == {found.id: 1}


async def test_nothing_to_say_is_an_end(office: Office) -> None:
    office.writer.nothing = True
    assert (await office.deliver()).state is State.EMPTY
    assert not office.adapter.handed_over


async def test_what_a_digest_told_of_is_remembered(office: Office) -> None:
    await put_of_feed(office.redis, office.ledger)
    assert (await office.again()).state is State.SENT
    assert await office.redis.zrange(keys.told("feed"), 0, -1) == [b"p1"]


async def test_a_refused_message_is_dead_and_its_destination_lives(office: Office) -> None:
    office.adapter.script = lambda parcel: Answer.REFUSE
    found = await office.deliver()
    assert (found.state, found.reason) == (State.DEAD, "too long")
    assert await office.ledger.disabled("console:me") is None


async def test_a_lost_answer_is_asked_for_at_once(office: Office) -> None:
    office.adapter.script = lambda parcel: Answer.LOSE_ANSWER
    found = await office.deliver()
    assert (found.state, found.message_id) == (State.SENT, f"message of {found.id}")
    assert office.adapter.counts == {found.id: 1}


async def test_a_lost_answer_that_nobody_can_be_asked_for_is_unknown_and_not_sent_again(office: Office) -> None:
    office.adapter.script, office.adapter.asked = lambda parcel: Answer.LOSE_ANSWER, False
    found = await office.deliver()
    assert found.state is State.UNKNOWN
    assert found.reason is not None
    assert "nobody can say whether it arrived" in found.reason


async def test_a_message_that_is_not_there_yet_is_asked_for_again_before_it_is_sent(office: Office) -> None:
    office.adapter.script = lambda parcel: Answer.LOSE_MESSAGE
    found = await office.deliver()
    assert found.state is State.FAILED
    assert found.retry_at is not None
    assert (found.retry_at - NOON).total_seconds() == pytest.approx(ASK_AGAIN, abs=1)
    office.adapter.script = lambda parcel: Answer.ACCEPT
    assert (await office.again()).state is State.SENT
    assert office.adapter.searches[found.id] == 2
    assert office.adapter.counts == {found.id: 1}


async def test_one_whose_messages_are_always_lost_is_given_up_as_unknown(office: Office) -> None:
    office.adapter.script = lambda parcel: Answer.LOSE_MESSAGE
    found = await office.deliver()
    pauses = []
    while found.state is State.FAILED:
        assert found.retry_at is not None
        pauses.append((found.retry_at - NOON).total_seconds())
        found = await office.again()
    assert found.state is State.UNKNOWN
    assert office.adapter.handed_over[found.id] == MOST_TRIES
    assert pauses == pytest.approx([10, 20, 40], abs=1)


@pytest.mark.parametrize("answer", [Answer.HANG_TAKEN, Answer.HANG])
async def test_no_answer_in_time_is_a_lost_answer(office: Office, answer: Answer) -> None:
    office.adapter.script = lambda parcel: answer
    assert (await office.deliver()).state is (State.SENT if answer is Answer.HANG_TAKEN else State.FAILED)


async def test_garbage_after_the_commit_is_a_lost_answer(office: Office) -> None:
    office.adapter.script = lambda parcel: Answer.GARBAGE
    found = await office.deliver()
    assert found.state is State.FAILED
    assert (await office.again()).state is State.FAILED
    assert office.adapter.searches[found.id] == 3


@pytest.mark.parametrize("answer", [Answer.HANG_BEFORE, Answer.GARBAGE_BEFORE])
async def test_what_goes_wrong_before_the_commit_is_tried_again_without_asking(office: Office, answer: Answer) -> None:
    office.adapter.script = lambda parcel: answer
    found = await office.deliver()
    assert found.state is State.FAILED
    office.adapter.script = lambda parcel: Answer.ACCEPT
    assert (await office.again()).state is State.SENT
    assert not office.adapter.searches


async def test_a_retry_after_is_honoured_for_its_scope(office: Office) -> None:
    office.adapter.script = lambda parcel: Slow(100.0)
    found = await office.deliver()
    assert found.state is State.FAILED
    assert found.retry_at is not None
    assert found.retry_at - NOON >= timedelta(seconds=100)
    left = await office.redis.zscore(f"{keys.LEDGER}:buckets", "pause:channel:console:me")
    assert left is not None
    seconds, microseconds = await office.redis.time()
    assert left / 1000 - (seconds + microseconds / 1e6) == pytest.approx(100, abs=2)


async def test_a_retry_waits_from_its_failure_not_from_the_beginning_of_a_long_attempt(office: Office) -> None:
    office.adapter.timeout, office.adapter.script = 0.6, lambda parcel: Answer.HANG_BEFORE
    found = await office.deliver()
    assert found.retry_at is not None
    assert found.retry_at - NOON >= timedelta(seconds=FIRST_RETRY / 2 + 1.2)


async def test_after_too_many_failures_it_is_dead_with_the_last_reason(office: Office) -> None:
    office.adapter.script = lambda parcel: Slow()
    found = await office.deliver()
    for _ in range(MOST_TRIES - 1):
        assert found.state is State.FAILED
        found = await office.again()
    assert (found.state, found.reason) == (State.DEAD, "failed 4 times, at last: slow down")


# a message that may be there


async def test_a_message_that_is_there_is_recorded_and_not_sent(office: Office) -> None:
    await put(office.ledger, message())
    office.adapter.take(message())
    found = await office.again(risk=Risk.MAY_HAVE_LEFT)
    assert (found.state, found.papers) == (State.SENT, ("p9",))
    assert office.adapter.counts == {found.id: 1}


async def test_a_message_that_is_not_there_is_sent(office: Office) -> None:
    found = await office.deliver(risk=Risk.MAY_HAVE_LEFT)
    assert (found.state, found.papers) == (State.SENT, ("p1",))


@pytest.mark.parametrize(("risk", "state"), [(Risk.MAY_HAVE_LEFT, State.UNKNOWN), (Risk.RECORD_LOST, State.SENT)])
async def test_where_nobody_can_be_asked_only_a_message_that_was_about_to_leave_is_unknown(
    office: Office, risk: Risk, state: State
) -> None:
    office.adapter.asked = False
    assert (await office.deliver(risk=risk)).state is state


@pytest.mark.parametrize("error", [TryLater("busy"), KeyError("garbage"), OSError("no network")])
@pytest.mark.parametrize("risk", [Risk.MAY_HAVE_LEFT, Risk.RECORD_LOST])
async def test_while_the_platform_cannot_be_asked_nothing_is_sent(office: Office, risk: Risk, error: Exception) -> None:
    office.adapter.search_fails = error
    found = await office.deliver(risk=risk)
    assert found.state is State.FAILED
    assert not office.adapter.handed_over
    office.adapter.search_fails = None
    office.adapter.take(message())
    if risk is Risk.MAY_HAVE_LEFT:
        assert (await office.again()).state is State.SENT
        assert office.adapter.counts == {found.id: 1}


async def test_if_the_platform_can_never_be_asked_it_ends_unknown(office: Office) -> None:
    office.adapter.search_fails = TryLater("busy")
    found = await office.deliver(risk=Risk.MAY_HAVE_LEFT)
    while found.state is State.FAILED:
        found = await office.again()
    assert found.state is State.UNKNOWN


async def test_that_it_may_be_there_is_not_forgotten_when_addresses_cannot_be_read(
    office: Office, settings: Settings
) -> None:
    class Locked(AddressBook):
        async def resolve(self, reference: str) -> object:  # type: ignore[override]
            raise SecretsUnavailable("no key")

    addresses = office.attempt._addresses
    office.attempt._addresses = Locked(office.redis, lambda: Vault([]))
    found = await office.deliver(risk=Risk.MAY_HAVE_LEFT)
    assert (found.state, found.reason) == (State.FAILED, "no key")
    office.attempt._addresses = addresses
    assert (await claim_one(office.ledger, now=NOON + timedelta(days=1))).risk is Risk.MAY_HAVE_LEFT


# what has nothing to do with the platform


async def test_a_message_that_cannot_be_written_is_tried_again(office: Office) -> None:
    office.writer.fails = ValueError("strange paper")
    found = await office.deliver()
    assert found.state is State.FAILED
    assert found.reason is not None
    assert "strange paper" in found.reason


@pytest.mark.parametrize("error", [ConnectionError("away"), StoreUnavailable("away"), ResponseError("OOM no memory")])
async def test_when_redis_is_away_it_counts_as_no_try(office: Office, error: Exception) -> None:
    office.writer.fails = error
    found = await office.deliver()
    assert (found.state, found.tries) == (State.DUE, 0)


async def test_an_error_of_redis_that_does_not_pass_counts_as_a_failure(office: Office) -> None:
    office.writer.fails = ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value")
    found = await office.deliver()
    assert (found.state, found.tries) == (State.FAILED, 1)


async def test_an_error_after_the_commit_that_nobody_expected_is_looked_into(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(destination: str) -> str | None:
        raise ValueError("cannot be read")

    office.adapter.script = lambda parcel: Answer.GONE
    monkeypatch.setattr(office.subscriptions, "elsewhere", broken)
    assert (await office.deliver()).state is State.FAILED
    assert (await claim_one(office.ledger, now=NOON + timedelta(days=1))).risk is Risk.MAY_HAVE_LEFT


# gone for good


async def test_a_gone_destination_is_disabled_and_its_owner_hears_of_it_once_elsewhere(office: Office) -> None:
    for place in ("console:me", "console:other"):
        await office.subscriptions.save(_digest(place), NOON)
    office.adapter.script = lambda parcel: Answer.GONE if parcel.delivery.destination == "console:me" else Answer.ACCEPT
    await put(office.ledger, message(period="1"), message(period="2"))
    first, second = (await office.ledger.claim("s", {Platform.CONSOLE: {}}, 9, NOON)).claims
    for one in (first, second):
        await office.attempt.make(one, NOON)
    disabled = await office.ledger.disabled("console:me")
    assert disabled is not None
    assert disabled.reason == "no such room"
    (notice,) = await office.ledger.of_destination("console:other")
    assert notice.kind is Kind.NOTICE
    assert "no such room" in notice.about
    assert (await office.again()).state is State.SENT
    assert [one.delivery for one in office.adapter.received] == [notice.id]
    await check_consistent(office.redis)


async def test_nobody_is_told_when_a_notice_finds_its_own_destination_gone(office: Office) -> None:
    for place in ("console:me", "console:other"):
        await office.subscriptions.save(_digest(place), NOON)
    office.adapter.script = lambda parcel: Answer.GONE
    await office.deliver()
    await office.again()
    assert sum((await office.ledger.counts()).values()) == 2
    assert await office.ledger.disabled("console:other") is not None


async def test_a_notice_that_cannot_be_delivered_is_passed_on_to_the_last_resort_once(office: Office) -> None:
    for place in ("console:me", "console:other"):
        await office.subscriptions.save(_digest(place), NOON)
    office.adapter.script = lambda parcel: Answer.GONE

    async def keeper(destination: str) -> str:
        assert destination == "console:me"
        return "console:keeper"

    office.attempt = Attempt(
        office.ledger,
        office.writer,
        office.subscriptions,
        AddressBook(office.redis, lambda: Vault([])),
        {Platform.CONSOLE: office.adapter},
        max_tries=MOST_TRIES,
        last_resort=keeper,
    )
    await office.deliver()
    await office.again()
    (notice,) = await office.ledger.of_destination("console:keeper")
    assert (notice.kind, "no such room" in notice.about) == (Kind.NOTICE, True)
    # The keeper is gone as well: then nobody is left.
    await office.again()
    assert sum((await office.ledger.counts()).values()) == 3


async def test_a_gone_destination_that_is_the_only_one_is_disabled_all_the_same(office: Office) -> None:
    office.adapter.script = lambda parcel: Answer.GONE
    assert (await office.deliver()).state is State.DEAD
    assert await office.ledger.disabled("console:me") is not None


async def test_a_destination_found_gone_while_looking_leaves_the_message_unknown(office: Office) -> None:
    office.adapter.search_fails = DestinationGone("archived")
    assert (await office.deliver(risk=Risk.MAY_HAVE_LEFT)).state is State.UNKNOWN


# being stopped


async def test_stopped_before_the_commit_it_is_given_back_untried(office: Office) -> None:
    office.adapter.script = lambda parcel: Answer.HANG_BEFORE
    await put(office.ledger, message())
    await _stop(office)
    found = await office.ledger.get(message().id)
    assert (found.state, found.tries) == (State.DUE, 0)
    assert (await claim_one(office.ledger)).risk is Risk.NONE


async def test_stopped_after_the_commit_it_is_left_for_somebody_who_looks_first(
    office: Office, redis: Redis, settings: Settings
) -> None:
    office.adapter.timeout, office.adapter.script = 5, lambda parcel: Answer.HANG_TAKEN
    office.attempt._ledger = office.ledger = Ledger(redis, settings, lease=0.05)
    await put(office.ledger, message())
    await _stop(office)
    assert (await office.ledger.get(message().id)).state is State.CLAIMED
    await asyncio.sleep(0.06)
    assert (await office.ledger.claim("b", {Platform.CONSOLE: {}}, 9, NOON)).claims == ()
    await asyncio.sleep(0.06)
    assert (await office.again()).state is State.SENT
    assert office.adapter.counts == {message().id: 1}


async def _stop(office: Office) -> None:
    attempt = asyncio.create_task(office.attempt.make(await claim_one(office.ledger), NOON))
    while not office.adapter.under_way or (office.adapter.timeout == 5 and not office.adapter.received):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt


def _digest(place: str) -> Subscription:
    return digest_subscription(
        owner="user:ada", destination=place, schedule=Schedule(), options=DigestOptions(), now=NOON
    )
