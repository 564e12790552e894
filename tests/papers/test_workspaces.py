"""A workspace that takes the app out leaves nothing behind, and takes nothing of another's along."""

import asyncio
from datetime import time
from typing import Any

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.adapters import NotOurs
from papers.delivery_models import State, short_digest
from papers.delivery_steps import Outcome
from papers.disabling import disable
from papers.errors import NotFound
from papers.preferences import Preferences
from papers.settings import Settings
from papers.workspaces import Erased, erase_workspace, workspace_of
from tests.papers.builders import NOON, at
from tests.papers.ledger_builders import claim, everything
from tests.papers.personal_builders import Desk, assert_no_trace, delivery_ids

OURS, OTHERS = "slack:T1/", ("slack:T12/", "slack:TT1/", "slack:T0T1/")
EMAIL = "email:ada.lovelace@example.org"
PASSING = tuple(f"{keys.LEDGER}:{name}" for name in ("lanes", "buckets", "revision", "topics:gone"))
"""Keys of the platform as a whole, and a counter that counts on."""


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return Desk(redis, settings)


async def erase(desk: Desk, prefix: str = OURS) -> Erased:
    return await erase_workspace(prefix, desk.redis, desk.subscriptions, desk.ledger, desk.addresses, desk.votes)


async def live(desk: Desk, workspace: str) -> None:
    """Some days of a workspace: subscriptions, deliveries in every state, what people did."""
    channel, archived, removed, ada = (f"{workspace}{one}" for one in ("C1", "C2", "C3", "U1"))
    digest = await desk.digest(channel, notify=ada)
    topics = [await desk.topic(ada, "compilers"), await desk.topic(channel, "proteins")]
    await desk.digest(archived, notify=ada)
    once = await desk.digest(removed)
    await desk.match(*topics)
    await desk.plan(at(24))
    for one in await claim(desk.ledger, count=100, now=at(24)):
        if one.delivery.feed in {digest.feed, topics[0].feed, once.feed}:
            await desk.ledger.commit(one, ("2603.00001",), at(24))
            memory = short_digest(ada) if one.delivery.destination == ada else one.delivery.feed
            done = Outcome(State.SENT, message_id="m", papers=("2603.00001",), told=memory, drop=("2603.00001",))
            assert await desk.ledger.finish(one, done, at(24)) == "ok"
    await desk.subscriptions.remove(once.id)
    await disable(desk.ledger, desk.subscriptions, archived, "is_archived", at(24))
    assert len(await claim(desk.ledger, now=at(24))) == 1
    await desk.plan(at(48))
    for number in range(3):
        await desk.saved.save(f"{workspace}U{number}", "2603.00001", NOON)
        await desk.preferences.keep(f"{workspace}U{number}", Preferences(at=time(7)))
        await desk.votes.vote(channel, "2603.00001", f"{workspace}U{number}", up=True, now=NOON)


async def lasting(redis: Redis) -> dict[str, Any]:
    return {key: value for key, value in (await everything(redis)).items() if not key.startswith(PASSING)}


async def test_all_of_a_workspace_goes_and_all_of_the_others_stays(desk: Desk) -> None:
    for workspace in OTHERS:
        await live(desk, workspace)
    before = await lasting(desk.redis)
    await live(desk, OURS)
    assert await erase(desk) == Erased(subscriptions=4, places=4, people=3)
    assert await lasting(desk.redis) == before
    await assert_no_trace(desk.redis, [OURS, *(f"{OURS}{one}" for one in ("C1", "C2", "C3", "U0", "U1", "U2"))])
    assert await erase(desk) == Erased()
    assert await lasting(desk.redis) == before
    await claim(desk.ledger, now=at(24))  # the next sender that looks for work clears its turn away
    assert OURS.removesuffix("/").encode() not in await desk.redis.zrange(keys.lanes("slack"), 0, -1)


async def test_whenever_it_is_interrupted_the_next_time_finishes_it(desk: Desk) -> None:
    await live(desk, OTHERS[0])
    before = await lasting(desk.redis)
    for patience in (0.0, 0.001, 0.003, 0.01, 0.02):
        await live(desk, OURS)
        try:
            await asyncio.wait_for(erase(desk), patience)
        except TimeoutError:
            await erase(desk)
        assert await lasting(desk.redis) == before


async def test_two_at_once_are_no_harm(desk: Desk) -> None:
    await live(desk, OTHERS[0])
    before = await lasting(desk.redis)
    await live(desk, OURS)
    await asyncio.gather(erase(desk), erase(desk))
    assert await lasting(desk.redis) == before


async def test_what_was_being_sent_is_not_recorded(desk: Desk) -> None:
    await desk.digest(f"{OURS}C1")
    await desk.digest(f"{OURS}C2")
    await desk.plan(at(24))
    first, second = await claim(desk.ledger, now=at(24))
    await desk.ledger.commit(first, (), at(24))
    await erase(desk)
    assert await desk.ledger.finish(first, Outcome(State.SENT, message_id="m"), at(24)) == "gone"
    with pytest.raises(NotOurs):
        await desk.ledger.commit(second, (), at(24))
    assert await delivery_ids(desk.redis) == set()


async def test_what_its_people_had_sent_elsewhere_goes_and_what_others_get_there_stays(desk: Desk) -> None:
    ada = await desk.refer(EMAIL)
    mine = await desk.digest(EMAIL, owner=f"{OURS}U1")
    adas = await desk.topic("console:lab", "llvm", owner=f"{OURS}U1")
    bobs = await desk.topic("console:lab", "chips", owner="user:bob")
    await desk.letter(mine)
    await desk.match(adas, bobs)
    await desk.plan(at(24))
    assert len(await delivery_ids(desk.redis)) == 3
    assert await erase(desk) == Erased(subscriptions=2)
    await assert_no_trace(desk.redis, [OURS, ada, mine.id, adas.id])
    assert await desk.subscriptions.of_destination("console:lab") == [bobs]
    assert [one.feed for one in await desk.ledger.of_destination("console:lab")] == [bobs.feed]


async def test_an_address_that_is_needed_otherwise_is_kept(desk: Desk) -> None:
    ada = await desk.refer(EMAIL)
    await desk.topic(EMAIL, "llvm", owner=f"{OURS}U1")
    own = await desk.digest(EMAIL)
    await erase(desk)
    assert str(await desk.addresses.resolve(ada)) == EMAIL
    assert await desk.subscriptions.of_destination(ada) == [own]


async def test_elsewhere_its_people_hear_of_nothing_any_more_and_have_voted_for_nothing(desk: Desk) -> None:
    theirs = await desk.digest("console:lab", notify=f"{OURS}U1")
    other = await desk.digest("console:ops", notify="slack:T12/U1")
    await desk.votes.vote("slack:T12/C1", "2603.00001", f"{OURS}U1", up=True, now=NOON)
    await desk.votes.vote("slack:T12/C1", "2603.00001", "slack:T12/U1", up=True, now=NOON)
    await desk.votes.vote(f"{OURS}C1", "2603.00001", "slack:T12/U1", up=True, now=NOON)
    assert await erase(desk) == Erased(people=1)
    assert await desk.subscriptions.get(theirs.id) == theirs.model_copy(update={"notify": None})
    assert await desk.subscriptions.get(other.id) == other
    assert await desk.votes.of_person("slack:T12/U1") == {("slack:T12/C1", "2603.00001"): 1}
    assert (await desk.votes.tally("slack:T12/C1", "2603.00001")).up == 1
    with pytest.raises(NotFound):
        await desk.data.export(f"{OURS}U1")


async def test_deliveries_in_the_history_are_found_whatever_became_of_their_subscription(desk: Desk) -> None:
    for number in range(1100):
        await desk.redis.hset(keys.delivery(f"d{number}"), mapping={"state": "sent", "destination": "slack:T12/C1"})
        await desk.redis.zadd(keys.delivery_state("sent"), {f"d{number}": number})
    removed = await desk.digest(f"{OURS}C1")
    await desk.plan(at(24))
    await desk.subscriptions.remove(removed.id)
    assert await erase(desk) == Erased(places=1)
    assert len(await delivery_ids(desk.redis)) == 1100


@pytest.mark.parametrize(
    "prefix", ["", "slack:", "slack:T1", "slack:*/", "/", "T1/", "slack:T1/C1", "slack:T[1]/", "slack:T1/\n"]
)
async def test_what_is_no_workspace_erases_nothing(desk: Desk, prefix: str) -> None:
    await live(desk, OURS)
    before = await everything(desk.redis)
    with pytest.raises(ValueError, match="is not what references of a workspace begin with"):
        await erase(desk, prefix)
    assert await everything(desk.redis) == before


@pytest.mark.parametrize(
    ("reference", "workspace"),
    [
        ("slack:T1/C1", "slack:T1/"),
        ("slack:E1/U1", "slack:E1/"),
        ("slack:T1", None),
        ("slack:/C1", None),
        ("discord:81384788765712384", None),
        ("file:/home/ada/papers.jsonl", None),
        ("file:T1/C1", None),
        ("email:abc", None),
        ("user:ada", None),
        ("", None),
    ],
)
def test_a_reference_says_which_workspace_it_is_of(reference: str, workspace: str | None) -> None:
    assert workspace_of(reference) == workspace
