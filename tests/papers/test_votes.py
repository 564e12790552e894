"""Each person has one vote for a paper in a place, however they press; and it is theirs to have erased."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from papers import keys
from papers.delivery_models import short_digest
from papers.settings import Settings
from papers.votes import Tally, Votes
from tests.papers.builders import NOON, at

ADA, BOB = "slack:T1/U1", "slack:T1/U2"
PLACE, OTHER = "slack:T1/C1", "slack:T1/C2"
PAPER = "2603.00001"


@pytest.fixture
def votes(redis: Redis, settings: Settings) -> Votes:
    return Votes(redis, settings)


async def up(votes: Votes, person: str = ADA, paper: str = PAPER, place: str = PLACE) -> tuple[bool, Tally]:
    return await cast(votes, person, paper, place, up=True)


async def down(votes: Votes, person: str = ADA) -> tuple[bool, Tally]:
    return await cast(votes, person, PAPER, PLACE, up=False)


async def cast(votes: Votes, person: str, paper: str, place: str, *, up: bool) -> tuple[bool, Tally]:
    """Whether it stands, and how many voted; when that was counted is another question."""
    stands, tally = await votes.vote(place, paper, person, up=up, now=NOON)
    return stands, tally.model_copy(update={"counted": 0})


async def test_the_same_vote_again_takes_it_back_and_the_other_one_replaces_it(votes: Votes) -> None:
    assert await up(votes) == (True, Tally(up=1))
    assert await up(votes, BOB) == (True, Tally(up=2))
    assert await down(votes) == (True, Tally(up=1, down=1))
    assert await down(votes) == (False, Tally(up=1))
    assert await up(votes) == (True, Tally(up=2))
    assert await votes.tally(PLACE, PAPER) == Tally(up=2)
    assert await votes.tally(OTHER, PAPER) == Tally()


async def test_two_quick_presses_are_a_vote_and_its_end(votes: Votes) -> None:
    pressed = await asyncio.gather(*(up(votes) for _ in range(2)))
    assert sorted(stands for stands, _ in pressed) == [False, True]
    assert await votes.of_person(ADA) == {}


async def test_a_hundred_people_at_once_all_count_and_each_sees_another_tally(votes: Votes) -> None:
    pressed = await asyncio.gather(*(up(votes, f"slack:T1/U{n}") for n in range(100)))
    assert sorted(tally.up for _, tally in pressed) == list(range(1, 101))
    assert await votes.tally(PLACE, PAPER) == Tally(up=100)


@hypothesis_settings(max_examples=25)
@given(presses=st.lists(st.tuples(st.sampled_from([ADA, BOB]), st.booleans()), max_size=12))
async def test_whatever_is_pressed_at_once_a_person_s_list_says_what_stands(
    votes: Votes, redis: Redis, presses: list[tuple[str, bool]]
) -> None:
    await redis.flushall()
    await asyncio.gather(*(votes.vote(PLACE, PAPER, who, up=is_up, now=NOON) for who, is_up in presses))
    standing = [value for who in (ADA, BOB) for value in (await votes.of_person(who)).values()]
    assert await votes.tally(PLACE, PAPER) == Tally(up=standing.count(1), down=standing.count(-1))


async def test_a_person_s_votes_are_told_apart_from_others(votes: Votes) -> None:
    await up(votes)
    await up(votes, place=OTHER, paper="doi:10.1000/a|b")
    await down(votes, BOB)
    assert await votes.of_person(ADA) == {(PLACE, PAPER): 1, (OTHER, "doi:10.1000/a|b"): 1}
    assert await votes.of_person(BOB) == {(PLACE, PAPER): -1}
    assert await votes.of_person("slack:T1/U9") == {}


async def test_whoever_is_forgotten_leaves_no_vote_and_takes_nobody_else_s(votes: Votes, redis: Redis) -> None:
    for number in range(1200):
        await redis.zadd(keys.voted(ADA), {f"{OTHER}|p{number}": NOON.timestamp()})
        await redis.hset(keys.votes(OTHER, f"p{number}"), short_digest(ADA), "1")
    await up(votes)
    await down(votes, BOB)
    await votes.forget(ADA)
    await votes.forget(ADA)
    assert await votes.of_person(ADA) == {}
    assert await votes.tally(PLACE, PAPER) == Tally(down=1)
    assert {key.decode() async for key in redis.scan_iter("pb:vote*")} == {keys.voted(BOB), keys.votes(PLACE, PAPER)}


async def test_votes_are_kept_for_the_history_and_a_person_s_list_no_longer(
    votes: Votes, redis: Redis, settings: Settings
) -> None:
    history = timedelta(days=settings.delivery.history_days)
    await up(votes)
    first = await redis.pttl(keys.votes(PLACE, PAPER))
    await asyncio.sleep(0.02)
    await up(votes, BOB)  # does not prolong what the others' lists may have let go of
    assert await redis.pttl(keys.votes(PLACE, PAPER)) < first
    late = NOON + history + timedelta(days=2)
    await votes.vote(OTHER, PAPER, ADA, up=True, now=late)
    assert await redis.zrange(keys.voted(ADA), 0, -1) == [f"{OTHER}|{PAPER}".encode()]
    assert await redis.ttl(keys.voted(ADA)) > history.total_seconds()
    assert await redis.ttl(keys.voted(ADA)) <= (history + timedelta(days=1)).total_seconds()


async def test_what_expired_is_no_vote_of_anybody(votes: Votes, redis: Redis) -> None:
    await up(votes)
    await redis.delete(keys.votes(PLACE, PAPER))
    assert await votes.of_person(ADA) == {}
    assert (await votes.vote(PLACE, PAPER, ADA, up=True, now=at(1)))[1].up == 1
