"""What stands under a message: it is there once and in order, whenever its sender dies and whatever Slack answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from papers.delivery_attempt import Attempt
from papers.delivery_models import Delivery, State
from papers.delivery_steps import Outcome
from tests.bot.slack.post_office import PostOffice, post_office
from tests.fakes.slack import Channel
from tests.papers.builders import NOON
from tests.papers.ledger_builders import claim_one, message, put
from tests.papers.waiting import eventually

REPLIES = "conversations.replies"
POST = "chat.postMessage"


@pytest.fixture
async def office(redis: Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PostOffice]:
    async with post_office(redis, redis_server, monkeypatch) as office:
        office.writer.count = 20
        yield office


@pytest.fixture
def channel(office: PostOffice) -> Channel:
    return office.slack.add_channel(office.team, "papers", office.ada)


def parts(office: PostOffice, channel: Channel) -> list[int]:
    """Numbers of those that are there, in the order in which they came."""
    return [one.metadata["event_payload"]["part"] for one in office.slack.in_channel(channel) if one.metadata]


def check_whole(office: PostOffice, channel: Channel) -> None:
    """Every part is there once, in order, under one message, and tells of every paper."""
    main, *below = [one for one in office.slack.in_channel(channel) if one.metadata]
    assert parts(office, channel) == list(range(len(below) + 1))
    assert len(below) == 3
    assert {one.thread_ts for one in below} == {main.ts}
    shown = "".join(str(one.blocks) for one in (main, *below))
    assert [rank for rank in range(1, 21) if f"2410.{rank:05d}" not in shown] == []
    assert office.slack.violations == []


async def killed(office: PostOffice, channel: Channel, after: int, *, attempt: Attempt | None = None) -> Delivery:
    """A sender that dies as soon as so many messages are there; its claim is taken over."""
    await put(office.ledger, message(f"slack:{office.team.id}/{channel.id}"))
    claim = await claim_one(office.ledger, now=NOON + timedelta(days=1))
    sending = asyncio.create_task((attempt or office.attempt()).make(claim, NOON))

    async def there() -> bool:
        return len(parts(office, channel)) >= after

    await eventually(there)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)
    return claim.delivery


@pytest.mark.parametrize("after", [1, 2, 3])
async def test_whoever_takes_a_message_over_adds_what_is_missing_under_it(
    office: PostOffice, channel: Channel, after: int
) -> None:
    await killed(office, channel, after)
    assert len(parts(office, channel)) == after
    found = await office.again()
    assert found.state is State.SENT
    check_whole(office, channel)


async def test_it_may_die_again_and_again(office: PostOffice, channel: Channel) -> None:
    await killed(office, channel, 1)
    for after in (2, 3):
        await killed(office, channel, after)
        assert len(parts(office, channel)) == after
    assert (await office.again()).state is State.SENT
    check_whole(office, channel)
    assert len(office.slack.calls_of("conversations.history")) == 3


async def test_what_is_complete_is_only_recorded(office: PostOffice, channel: Channel) -> None:
    await put(office.ledger, message(f"slack:{office.team.id}/{channel.id}"))
    claim = await claim_one(office.ledger, now=NOON + timedelta(days=1))
    await office.ledger.commit(claim, ("p1",), NOON)
    await office.send(office.adapter(), claim.delivery)
    check_whole(office, channel)
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)
    assert (await office.again()).state is State.SENT
    check_whole(office, channel)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_part_whose_answer_is_lost_is_looked_for_and_is_there_once(
    office: PostOffice, channel: Channel, arrived: bool
) -> None:
    async def disturb() -> None:
        await office.posted(channel.id)
        office.slack.faults.too_many(POST, retry_after=1)
        office.slack.faults.cut(POST, before=not arrived)

    found, _ = await asyncio.gather(office.deliver(channel.id), disturb())
    assert found.state is (State.SENT if arrived else State.FAILED)
    if not arrived:
        assert found.message_id == f"{channel.id}/{office.there(channel.id)[0].ts}"
        found = await office.again(days=2)
    assert found.state is State.SENT
    check_whole(office, channel)
    assert office.slack.calls_of("conversations.history") == []


async def test_what_slack_lets_wait_for_long_is_added_when_it_may_be(office: PostOffice, channel: Channel) -> None:
    async def disturb() -> None:
        await office.posted(channel.id)
        office.slack.faults.too_many(POST, retry_after=90)

    first, _ = await asyncio.gather(office.deliver(channel.id), disturb())
    assert (first.state, parts(office, channel)) == (State.FAILED, [0])
    assert first.retry_at is not None
    assert first.retry_at >= NOON + timedelta(seconds=90)
    await office.redis.delete("pb:{ledger}:buckets")
    assert (await office.again(days=2)).state is State.SENT
    check_whole(office, channel)


async def test_with_one_look_a_minute_a_thread_is_read_to_its_end_and_then_completed(
    office: PostOffice, channel: Channel
) -> None:
    await killed(office, channel, 2)
    main = office.there(channel.id)[0]
    for number in range(20):
        office.slack.say(office.ada, channel, f"comment {number}", main.ts)
    office.slack.history_limited = True
    attempt = office.attempt()
    first = await office.again(attempt)
    assert first.state is State.FAILED
    assert first.retry_at is not None
    assert first.retry_at >= NOON + timedelta(seconds=59)
    office.slack.forward(61)
    await office.redis.delete("pb:{ledger}:buckets")
    assert (await office.again(attempt, days=2)).state is State.SENT
    check_whole(office, channel)
    assert len(office.slack.calls_of("conversations.history")) == 1


@pytest.mark.parametrize("refusal", ["missing_scope", "not_allowed_token_type", "thread_not_found"])
async def test_where_threads_may_not_be_read_a_message_stays_as_it_is(
    office: PostOffice, channel: Channel, refusal: str
) -> None:
    await killed(office, channel, 2)
    office.slack.faults.refuse(REPLIES, refusal)
    assert (await office.again()).state is State.SENT
    assert parts(office, channel) == [0, 1]


async def test_where_threads_may_not_be_read_only_the_part_whose_answer_is_lost_may_be_missing(
    office: PostOffice, channel: Channel
) -> None:
    async def disturb() -> None:
        await office.posted(channel.id)
        office.slack.faults.refuse(REPLIES, "missing_scope")
        office.slack.faults.cut(POST, before=True)

    found, _ = await asyncio.gather(office.deliver(channel.id), disturb())
    assert found.state is State.SENT
    assert parts(office, channel)[:3] == [0, 2, 3]


async def test_what_is_not_the_same_any_more_is_not_added(office: PostOffice, channel: Channel) -> None:
    await killed(office, channel, 2)
    office.writer.title = "A paper with another title"
    assert (await office.again()).state is State.SENT
    assert parts(office, channel) == [0, 1]


async def test_what_nobody_wants_any_more_is_not_added(office: PostOffice, channel: Channel) -> None:
    await killed(office, channel, 2)
    office.writer.nothing = True
    assert (await office.again()).state is State.SENT
    assert parts(office, channel) == [0, 1]


async def test_parts_of_another_app_are_none_of_ours(office: PostOffice, channel: Channel) -> None:
    one = await killed(office, channel, 1)
    forged = office.slack.say(office.ada, channel, "I was here first", office.there(channel.id)[0].ts)
    forged.metadata = {"event_type": "paperboy_delivery", "event_payload": {"delivery_id": one.id, "part": 1}}
    assert (await office.again()).state is State.SENT
    forged.metadata = None
    check_whole(office, channel)


async def test_a_sender_that_was_taken_for_dead_sends_no_more_parts(office: PostOffice, channel: Channel) -> None:
    await put(office.ledger, message(f"slack:{office.team.id}/{channel.id}"))
    claim = await claim_one(office.ledger, now=NOON + timedelta(days=1))
    sending = asyncio.create_task(office.attempt().make(claim, NOON))
    await office.posted(channel.id)
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)
    assert (await office.again()).state is State.SENT
    assert await sending is None
    check_whole(office, channel)


async def test_a_thread_that_can_never_be_completed_is_let_be_in_the_end(office: PostOffice, channel: Channel) -> None:
    async def disturb() -> None:
        await office.posted(channel.id)
        office.slack.faults.refuse(POST, "something_new")

    found, _ = await asyncio.gather(office.deliver(channel.id), disturb())
    days = 2
    while found.state is State.FAILED:
        office.slack.faults.refuse(POST, "something_new")
        found = await office.again(days=days)
        days += 1
    assert (found.state, found.message_id) == (State.SENT, f"{channel.id}/{office.there(channel.id)[0].ts}")
    assert parts(office, channel) == [0]
