"""What follows a message that is there: it is added before the message counts as sent."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError

from papers import keys
from papers.addresses import AddressBook
from papers.deliveries import Claim, Ledger, Risk
from papers.delivery_attempt import Attempt
from papers.delivery_models import Delivery, State
from papers.delivery_steps import Outcome
from papers.destinations import Platform
from papers.errors import DestinationGone, Incomplete, MessageRefused, TryLater
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.vault import Vault
from tests.papers.builders import NOON
from tests.papers.fake_adapter import Answer, FakeAdapter, FakeWriter
from tests.papers.ledger_builders import check_consistent, claim_one, message, put, put_of_feed
from tests.papers.threaded_adapter import ThreadedAdapter

MOST_TRIES = 4
LATER = NOON + timedelta(days=1)


@dataclass
class Office:
    redis: Redis
    ledger: Ledger
    adapter: ThreadedAdapter
    writer: FakeWriter
    attempt: Attempt

    async def taken_over(self, risk: Risk = Risk.MAY_HAVE_LEFT) -> Claim:
        """One whose sender died after its message had arrived."""
        await put(self.ledger, message())
        claim = await claim_one(self.ledger)
        await self.ledger.commit(claim, ("p9",), NOON)
        self.adapter.take(claim.delivery)
        await self.ledger.finish(claim, Outcome(State.DUE, look=risk is Risk.MAY_HAVE_LEFT), NOON)
        claim = await claim_one(self.ledger)
        return Claim(claim.delivery, claim.turn, risk)

    async def make(self, claim: Claim) -> Delivery:
        await self.attempt.make(claim, NOON)
        return await self.ledger.get(claim.delivery.id)

    async def again(self) -> Delivery:
        return await self.make(await claim_one(self.ledger, now=LATER))


@pytest.fixture
def office(redis: Redis, settings: Settings) -> Office:
    adapter, writer = ThreadedAdapter(timeout=0.5), FakeWriter()
    return _office(redis, settings, adapter, writer)


def _office(redis: Redis, settings: Settings, adapter: FakeAdapter, writer: FakeWriter) -> Office:
    ledger, subscriptions = Ledger(redis, settings, lease=60), Subscriptions(redis, settings)
    addresses, adapters = AddressBook(redis, lambda: Vault([])), {Platform.CONSOLE: adapter}
    attempt = Attempt(ledger, writer, subscriptions, addresses, adapters, max_tries=MOST_TRIES, seed=1)
    return Office(redis, ledger, adapter, writer, attempt)  # type: ignore[arg-type]


@pytest.mark.parametrize("risk", [Risk.MAY_HAVE_LEFT, Risk.RECORD_LOST])
async def test_a_message_whose_sender_died_is_completed_and_then_recorded(office: Office, risk: Risk) -> None:
    found = await office.make(await office.taken_over(risk))
    assert (found.state, found.papers) == (State.SENT, ("p9",))
    assert office.adapter.completed == {found.id: 1}
    assert office.adapter.counts == {found.id: 1}


async def test_a_message_whose_answer_was_lost_is_completed_too(office: Office) -> None:
    await put(office.ledger, message())
    office.adapter.script = lambda parcel: Answer.LOSE_ANSWER
    found = await office.again()
    assert (found.state, office.adapter.completed) == (State.SENT, {found.id: 1})
    assert office.writer.written == {found.id: 1}


async def test_where_nothing_follows_nothing_is_written_again(redis: Redis, settings: Settings) -> None:
    office = _office(redis, settings, FakeAdapter(), FakeWriter())
    assert (await office.make(await office.taken_over())).state is State.SENT
    assert not office.writer.written


async def test_one_that_is_there_without_its_thread_is_completed_later_and_not_looked_for(office: Office) -> None:
    await put_of_feed(office.redis, office.ledger)
    office.adapter.cut_short = True
    first = await office.again()
    assert (first.state, first.reason) == (State.FAILED, "the thread broke off")
    assert first.message_id == f"message of {first.id}"
    assert await office.redis.zrange(keys.told("feed"), 0, -1) == [b"p1"]
    await check_consistent(office.redis)
    found = await office.again()
    assert (found.state, found.message_id, found.papers) == (State.SENT, first.message_id, ("p1",))
    assert office.adapter.completed == office.adapter.handed_over == {found.id: 1}
    assert not office.adapter.searches


@pytest.mark.parametrize(
    "error", [TryLater("busy"), Incomplete("no", message_id="m"), KeyError("garbage"), TimeoutError()]
)
@pytest.mark.parametrize("risk", [Risk.MAY_HAVE_LEFT, Risk.RECORD_LOST])
async def test_what_cannot_be_completed_now_is_tried_again(office: Office, error: Exception, risk: Risk) -> None:
    office.adapter.fails = error
    found = await office.make(await office.taken_over(risk))
    assert (found.state, found.message_id) == (State.FAILED, f"message of {found.id}")
    office.adapter.fails = None
    assert (await office.again()).state is State.SENT
    assert office.adapter.searches == office.adapter.completed == office.adapter.counts == {found.id: 1}


async def test_a_retry_after_is_kept_to(office: Office) -> None:
    office.adapter.fails = Incomplete("slow down", message_id="m", seconds=100.0)
    found = await office.make(await office.taken_over())
    assert found.retry_at is not None
    assert found.retry_at - NOON >= timedelta(seconds=100)
    assert await office.redis.zscore(f"{keys.LEDGER}:buckets", "pause:channel:console:me") is not None


async def test_what_can_never_be_completed_is_sent_in_the_end(office: Office) -> None:
    office.adapter.fails = TryLater("busy")
    found = await office.make(await office.taken_over())
    for _ in range(MOST_TRIES - 1):
        assert found.state is State.FAILED
        found = await office.again()
    assert (found.state, found.papers, found.reason) == (State.SENT, ("p9",), None)


@pytest.mark.parametrize("error", [DestinationGone("archived"), MessageRefused("too long")])
async def test_what_will_never_be_taken_is_left_out_and_disables_nothing(office: Office, error: Exception) -> None:
    office.adapter.fails = error
    assert (await office.make(await office.taken_over())).state is State.SENT
    assert await office.ledger.disabled("console:me") is None


async def test_what_cannot_be_written_again_is_left_out(office: Office) -> None:
    claim = await office.taken_over()
    office.writer.fails = ValueError("strange paper")
    assert (await office.make(claim)).state is State.SENT
    assert not office.adapter.completed


async def test_when_redis_is_away_it_counts_as_no_try(office: Office) -> None:
    claim = await office.taken_over()
    office.writer.fails = ConnectionError("away")
    found = await office.make(claim)
    assert (found.state, found.tries) == (State.DUE, 0)
    office.writer.fails = None
    assert (await office.again()).state is State.SENT
    assert office.adapter.completed == {found.id: 1}


async def test_whoever_was_taken_for_dead_adds_nothing_and_records_nothing(office: Office) -> None:
    claim = await office.taken_over()
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)
    other = await claim_one(office.ledger)
    assert await office.attempt.make(claim, NOON) is None
    assert not office.adapter.completed
    assert (await office.make(other)).state is State.SENT


async def test_one_that_is_retried_by_hand_is_completed_at_once(office: Office) -> None:
    office.adapter.fails = TryLater("busy")
    found = await office.make(await office.taken_over())
    office.adapter.fails = None
    await office.ledger.retry(found.id, NOON)
    assert (await office.make(await claim_one(office.ledger))).state is State.SENT
    assert office.adapter.counts == office.adapter.completed == {found.id: 1}
