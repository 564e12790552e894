"""What follows a message: it is there once and in order, whenever its sender dies and whatever Discord answers.

Nonces are forgotten in these tests as soon as a sender dies: what is there must be read.
"""

import asyncio
from datetime import timedelta

import pytest

from bot.discord import following_up, patience
from bot.discord.marks import is_marked
from papers import keys
from papers.delivery_models import Delivery, State
from papers.delivery_steps import Outcome
from papers.following import DigestOptions
from tests.bot.discord.post_office import CROSSPOST, HISTORY, LATER, POST, THREAD, PostOffice, reference
from tests.fakes.discord_state import CROSSPOSTED, FORUM, Channel, Guild, Message, User
from tests.papers.builders import NOON
from tests.papers.ledger_builders import claim_one, message, put
from tests.papers.waiting import eventually

COUNT = 25
"""Papers: three messages in the channel, one more of the digest in the thread, and the details."""


@pytest.fixture
def office(office: PostOffice) -> PostOffice:
    office.writer.count = COUNT
    return office


def written(office: PostOffice) -> list[Message]:
    """All that the app wrote anywhere, in the order in which it came."""
    ours = [one for one in office.world.messages if one.author == office.world.app.id and not one.deleted]
    return sorted(ours, key=lambda one: one.id)


def parts(office: PostOffice, delivery: Delivery) -> list[int]:
    """Their numbers."""
    return [
        next(number for number in range(30) if is_marked({"components": one.components}, delivery.id, number))
        for one in written(office)
    ]


def check_whole(office: PostOffice, delivery: Delivery, count: int = COUNT, *, details: bool = True) -> None:
    """Every part is there once, in order, and they tell of every paper."""
    there = parts(office, delivery)
    assert there == list(range(len(there)))
    shown = "".join(str(one.components) for one in written(office))
    assert [rank for rank in range(1, count + 1) if f"2410.{rank:05d}" not in shown] == []
    assert ("More on these papers" in shown) == details
    assert office.world.violations == []


async def killed(office: PostOffice, target: Channel | User, after: int, *, route: str = POST) -> Delivery:
    """A sender that dies when so many messages are there, before its next call of ``route``."""
    await put(office.ledger, message(reference(target)))
    claim = await claim_one(office.ledger, now=LATER)
    in_a_forum = isinstance(target, Channel) and target.type == FORUM  # whose post comes by another route
    for _ in range(after - in_a_forum if route == POST else 0):
        office.world.faults.late(POST, 0)
    office.world.faults.too_many(route, retry_after=50)
    calls = len(office.world.calls)
    sending = asyncio.create_task(office.attempt().make(claim, NOON))

    async def held() -> bool:
        return any(call.status == 429 for call in office.world.calls[calls:])

    await eventually(held)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert len(written(office)) == after
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)  # as a claim that was taken over
    await time_passes(office, claim.delivery)
    return claim.delivery


async def time_passes(office: PostOffice, delivery: Delivery) -> None:
    """So much that no nonce is remembered."""
    office.world.nonces.clear()
    left = int(await office.redis.hget(keys.delivery(delivery.id), "left"))  # type: ignore[arg-type]
    await office.redis.hset(keys.delivery(delivery.id), "left", str(left - 90_000))


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
async def test_whoever_takes_a_message_over_adds_what_is_missing(
    office: PostOffice, channel: Channel, after: int
) -> None:
    one = await killed(office, channel, after)
    assert (await office.again()).state is State.SENT
    check_whole(office, one)
    (thread,) = office.world.threads_of(channel)
    assert len(office.there(channel)) == 3
    assert len(office.there(thread)) > 2


async def test_a_sender_that_dies_before_it_has_opened_the_thread_leaves_it_to_the_next(
    office: PostOffice, channel: Channel
) -> None:
    one = await killed(office, channel, 3, route=THREAD)
    assert (await office.again()).state is State.SENT
    check_whole(office, one)
    assert len(office.world.threads_of(channel)) == 1


async def test_what_is_complete_is_only_recorded(office: PostOffice, channel: Channel) -> None:
    await put(office.ledger, message(reference(channel)))
    claim = await claim_one(office.ledger, now=LATER)
    await office.ledger.commit(claim, ("p1",), NOON)
    await office.send(office.adapter(), claim.delivery)
    there = len(written(office))
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)
    await time_passes(office, claim.delivery)
    assert (await office.again()).state is State.SENT
    assert len(written(office)) == there
    check_whole(office, claim.delivery)


@pytest.mark.parametrize("after", [1, 2])
async def test_a_forums_post_is_completed_too(office: PostOffice, guild: Guild, after: int) -> None:
    forum = office.world.add_forum(guild)
    await office.redis.set(keys.discord_room(str(forum.id)), "forum")
    one = await killed(office, forum, after)
    assert (await office.again()).state is State.SENT
    check_whole(office, one)
    (post,) = office.world.threads_of(forum)
    assert len(office.there(post)) == len(written(office))


@pytest.mark.parametrize("after", [1, 4])
async def test_where_there_are_no_threads_all_papers_follow(office: PostOffice, guild: Guild, after: int) -> None:
    ada = office.world.add_user("ada", guild)
    one = await killed(office, ada, after)
    assert (await office.again()).state is State.SENT
    check_whole(office, one, details=False)


async def test_among_hundreds_of_messages_of_others_the_parts_are_found(office: PostOffice, channel: Channel) -> None:
    ada = office.world.add_user("ada")
    one = await killed(office, channel, 2)
    for number in range(250):
        office.world.say(ada, channel, f"message {number}")
    assert (await office.again()).state is State.SENT
    check_whole(office, one)


async def test_what_is_to_be_published_is_published_by_whoever_completes_it(office: PostOffice, guild: Guild) -> None:
    news = office.world.add_announcements(guild)
    office.writer.options = DigestOptions(publish=True)
    one = await killed(office, news, 2)
    assert (await office.again()).state is State.SENT
    check_whole(office, one)
    assert [bool(shown.flags & CROSSPOSTED) for shown in office.there(news)] == [True] * 3


async def test_four_answers_of_503_in_the_middle_of_a_digest_are_waited_out(
    office: PostOffice, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_PAUSES", tuple(pause / 20 for pause in patience._PAUSES))
    office.world.faults.late(POST, 0)
    for _ in range(4):
        office.world.faults.broken(POST, 503)
    found = await office.deliver(channel)
    assert found.state is State.SENT
    check_whole(office, found)


async def test_a_part_that_gets_no_answer_again_and_again_is_added_later(
    office: PostOffice, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_PAUSES", (0.05, 0.1))
    office.world.faults.late(POST, 0)
    for _ in range(3):
        office.world.faults.cut(POST, before=True)
    first = await office.deliver(channel)
    (main,) = office.there(channel)
    assert (first.state, first.message_id) == (State.FAILED, f"{channel.id}/{main.id}")
    await time_passes(office, first)
    assert (await office.again(days=2)).state is State.SENT
    check_whole(office, first)


@pytest.mark.parametrize("wait", [3000.0, 55.0])
async def test_a_limit_on_publishing_takes_nothing_from_the_digest(
    office: PostOffice, guild: Guild, wait: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following_up, "PATIENCE", 10.0)
    news = office.world.add_announcements(guild)
    office.writer.count, office.writer.options = 10, DigestOptions(publish=True)
    office.world.faults.too_many(CROSSPOST, retry_after=wait)
    found = await office.deliver(news)
    assert found.state is State.SENT
    check_whole(office, found, 10)
    assert [call.status for call in office.world.calls_of(CROSSPOST)] == [429]


@pytest.mark.parametrize("looks", [0, 1])
async def test_a_look_that_must_wait_is_made_later(office: PostOffice, channel: Channel, looks: int) -> None:
    one = await killed(office, channel, 2)
    for _ in range(looks):
        office.world.faults.late(HISTORY, 0)
    office.world.faults.too_many(HISTORY, retry_after=20)
    first = await office.again()
    assert first.state is State.FAILED
    assert first.retry_at is not None
    assert first.retry_at >= NOON + timedelta(seconds=20)
    await office.redis.delete("pb:{ledger}:buckets")
    assert (await office.again(days=2)).state is State.SENT
    check_whole(office, one)


@pytest.mark.parametrize("remembered", [True, False])
async def test_where_nobody_may_look_only_nonces_that_are_remembered_help(
    office: PostOffice, channel: Channel, remembered: bool
) -> None:
    office.world.deny(channel, "read_message_history")
    office.world.faults.late(POST, 0)
    office.world.faults.too_many(POST, retry_after=90)
    first = await office.deliver(channel)
    assert (first.state, parts(office, first)) == (State.FAILED, [0])
    await office.redis.delete("pb:{ledger}:buckets")
    if not remembered:
        await time_passes(office, first)
    assert (await office.again(days=2)).state is State.SENT
    if remembered:
        check_whole(office, first)
    else:
        assert parts(office, first) == [0]


async def test_what_is_not_the_same_any_more_is_not_added(office: PostOffice, channel: Channel) -> None:
    one = await killed(office, channel, 2)
    office.writer.title = "A paper with another title"
    assert (await office.again()).state is State.SENT
    assert parts(office, one) == [0, 1]


async def test_a_server_with_too_many_threads_gets_all_papers_in_the_channel(
    office: PostOffice, channel: Channel
) -> None:
    office.world.faults.refuse(THREAD, 160006, 400)
    found = await office.deliver(channel)
    assert found.state is State.SENT
    check_whole(office, found, details=False)
    assert await office.redis.get(keys.discord_room(str(channel.id))) is None


async def test_a_sender_that_was_taken_for_dead_sends_no_more_parts(office: PostOffice, channel: Channel) -> None:
    await put(office.ledger, message(reference(channel)))
    claim = await claim_one(office.ledger, now=LATER)
    office.world.faults.late(POST, 0)
    office.world.faults.too_many(POST, retry_after=3)
    sending = asyncio.create_task(office.attempt().make(claim, NOON))

    async def held() -> bool:
        return len(office.world.calls_of(POST)) == 2

    await eventually(held)
    await office.ledger.finish(claim, Outcome(State.DUE, look=True), NOON)
    assert (await office.again()).state is State.SENT
    office.world.nonces.clear()
    assert await sending is None
    check_whole(office, claim.delivery)
