"""Subscriptions and their feeds, each change one step, against a real Redis."""

import asyncio
import json
import random
import subprocess
import sys
import time as wall
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from papers import keys, layout
from papers.delivery_models import Disabled, short_digest
from papers.errors import BadInput, NotFound, StoreError
from papers.following import Feedback, FollowedAuthor, Subscription
from papers.redis.connection import open_redis
from papers.schedule import next_due, parse_quiet, spread
from papers.settings import DeliverySettings, Settings
from papers.subscriptions import Saved, Subscriptions
from tests.papers.builders import NOON, at
from tests.papers.subscription_builders import check_indexes, digest, due_of, rhythm, topic


@pytest.fixture
async def subs(redis: Redis, settings: Settings) -> AsyncIterator[Subscriptions]:
    """Whatever a test did, the indexes must agree at its end."""
    yield Subscriptions(redis, settings)
    await check_indexes(redis)


def few(settings: Settings, most: int) -> Settings:
    return settings.model_copy(update={"delivery": DeliverySettings(max_subscriptions=most)})


async def put_in_inbox(redis: Redis, feed: str, papers: dict[str, dict[str, float]]) -> None:
    await redis.hset(keys.inbox(feed), mapping={paper: json.dumps(topics) for paper, topics in papers.items()})


async def inbox(redis: Redis, feed: str) -> dict[str, Any]:
    rows = await redis.execute_command("HGETALL", keys.inbox(feed))
    return {paper.decode(): json.loads(topics) for paper, topics in rows.items()}


# saving


async def test_asking_again_changes_the_one_that_is_there(subs: Subscriptions) -> None:
    wish = digest(top=5)
    assert await subs.save(wish, NOON) == (Saved.MADE, wish)
    assert await subs.save(digest(top=5, now=at(1)), at(1)) == (Saved.UNCHANGED, wish)
    saved, changed = await subs.save(digest(top=7, now=at(2)), at(2))
    assert saved is Saved.CHANGED
    assert changed.created == NOON
    assert changed.digest is not None
    assert changed.digest.top == 7
    assert await subs.get(wish.id) == changed


async def test_asking_again_keeps_what_belongs_to_the_one_that_is_there(subs: Subscriptions) -> None:
    liked = (Feedback(paper="2603.00001", wanted=True, at=NOON),)
    wish = topic()
    await subs.save(wish, NOON)
    await subs.change(wish.id, NOON, topic=wish.topic and wish.topic.model_copy(update={"feedback": liked}))
    await subs.pause(wish.id, NOON)
    _, again = await subs.save(topic(threshold=0.4, confirmed=False, now=at(5)), at(5))
    assert (again.created, again.paused, again.confirmed) == (NOON, True, True)
    assert again.topic is not None
    assert (again.topic.feedback, again.topic.threshold) == (liked, 0.4)


async def test_a_digest_is_one_for_each_destination_cadence_and_categories(subs: Subscriptions) -> None:
    different = [
        digest(),
        digest("console:other"),
        digest(schedule=rhythm("weekly")),
        digest(categories=("cs.CL",)),
        digest(categories=("cs.CL", "cs.LG")),
    ]
    same = [digest(schedule=rhythm(hour=17)), digest(top=3), digest(categories=("cs.LG", "cs.CL"))]
    assert len({one.id for one in different}) == len(different)
    assert {one.id for one in same} <= {one.id for one in different}
    assert all(len(one.id) == 12 and one.feed == one.id for one in different)


async def test_a_topic_is_one_for_each_destination_words_paper_and_authors(subs: Subscriptions) -> None:
    erdos = FollowedAuthor(name="Paul Erdős")
    different = [topic(), topic(destination="console:b"), topic(like="2603.00001"), topic("", authors=(erdos,))]
    same = [topic("Protein  FOLDING"), topic(schedule=rhythm("now")), topic(threshold=0.9)]
    assert len({one.id for one in different}) == len(different)
    assert {one.id for one in same} == {topic().id}
    assert topic("", authors=(FollowedAuthor(name="paul erdos"),)).id == different[-1].id
    assert topic("蛋白质").id != topic("机器人").id


async def test_topics_of_one_rhythm_at_one_destination_share_a_feed(subs: Subscriptions) -> None:
    assert topic("a").feed == topic("b").feed
    others = [
        topic(destination="console:b"),
        topic(schedule=rhythm(hour=10)),
        topic(schedule=rhythm(zone="Asia/Tokyo")),
        topic(schedule=rhythm("now")),
        topic(schedule=rhythm("now", quiet=parse_quiet("22:00-07:00"))),
        topic(schedule=rhythm("weekly", weekday=3)),
    ]
    assert len({one.feed for one in (topic(), *others)}) == len(others) + 1


async def test_an_owner_may_have_so_many_and_no_more(redis: Redis, settings: Settings) -> None:
    subs = Subscriptions(redis, few(settings, 2))
    for name in ("a", "b"):
        await subs.save(topic(name, owner="user:ann"), NOON)
    with pytest.raises(BadInput, match="2 subscriptions are the most"):
        await subs.save(topic("c", owner="user:ann"), NOON)
    assert (await subs.save(topic("b", owner="user:ann", threshold=0.3), NOON))[0] is Saved.CHANGED
    await subs.save(topic("c", owner="user:bob"), NOON)
    with pytest.raises(BadInput):  # nor may she take over his
        await subs.save(topic("c", owner="user:ann"), NOON)
    await subs.remove(topic("a").id)
    await subs.save(topic("c", owner="user:ann"), NOON)
    assert await subs.of_owner("user:bob") == []
    assert set(await check_indexes(redis)) == {topic("b").id, topic("c").id}


async def test_many_at_once_do_not_exceed_what_an_owner_may_have(redis: Redis, settings: Settings) -> None:
    subs = Subscriptions(redis, few(settings, 10))
    wishes = [topic(f"topic {n}", owner="user:ann") for n in range(50)]
    done = await asyncio.gather(*(subs.save(wish, NOON) for wish in wishes), return_exceptions=True)
    assert sum(isinstance(one, BadInput) for one in done) == 40
    assert len(await subs.of_owner("user:ann")) == 10
    await check_indexes(redis)


async def test_what_could_not_be_read_again_is_not_stored(subs: Subscriptions) -> None:
    wish = digest()
    assert wish.digest is not None
    wrong = wish.digest.model_copy(update={"top": 999})
    with pytest.raises(BadInput, match="top"):
        await subs.save(wish.model_copy(update={"digest": wrong}), NOON)


# when a feed is due


async def test_a_feed_is_due_by_its_rule_in_whole_seconds(subs: Subscriptions, redis: Redis) -> None:
    wish = digest(schedule=rhythm(zone="Asia/Kolkata"))
    await subs.save(wish, NOON)
    assert await due_of(redis, wish) == next_due(wish.schedule, NOON).timestamp()


async def test_a_crowd_is_spread(redis: Redis, settings: Settings, subs: Subscriptions) -> None:
    await redis.zadd(keys.FEEDS, {f"other{n}": 1 for n in range(2000)})
    wish = digest()
    await subs.save(wish, NOON)
    apart = spread(wish.feed, 2000, settings.delivery.spread_seconds)
    assert apart > 0
    assert await due_of(redis, wish) == next_due(wish.schedule, NOON).timestamp() + apart
    await redis.zrem(keys.FEEDS, *(f"other{n}" for n in range(2000)))


async def test_saving_does_not_move_what_is_scheduled_unless_the_rhythm_changes(
    subs: Subscriptions, redis: Redis
) -> None:
    await subs.save(digest(), NOON)
    await redis.zadd(keys.FEEDS, {digest().feed: 123})  # due, and not planned yet
    await subs.save(digest(), at(48))
    await subs.save(digest(top=3), at(48))
    assert await due_of(redis, digest()) == 123
    later = digest(schedule=rhythm(hour=17))
    await subs.save(later, at(48))
    assert await due_of(redis, digest()) == next_due(later.schedule, at(48)).timestamp()


async def test_a_topic_that_joins_a_feed_does_not_move_its_due(subs: Subscriptions, redis: Redis) -> None:
    await subs.save(topic("a"), NOON)
    await subs.save(topic("b", schedule=rhythm("now")), NOON)
    await redis.zadd(keys.FEEDS, {topic("a").feed: 123})  # due, and not planned yet
    await subs.change(topic("b").id, at(48), schedule=rhythm())
    assert await due_of(redis, topic("a")) == 123


async def test_an_instant_feed_is_not_due_by_the_clock(subs: Subscriptions, redis: Redis) -> None:
    wish = topic(schedule=rhythm("now"))
    await subs.save(wish, NOON)
    assert await due_of(redis, wish) is None
    assert await redis.hexists(keys.FEED, wish.feed)


async def test_what_waits_for_an_instant_topic_is_due_when_it_goes_on_but_after_its_quiet_hours(
    subs: Subscriptions, redis: Redis
) -> None:
    wish = topic(schedule=rhythm("now", quiet=parse_quiet("11:00-13:00")))
    await subs.save(wish, NOON)
    await put_in_inbox(redis, wish.feed, {"p1": {wish.id: 0.5}})
    await redis.zadd(keys.FEEDS, {wish.feed: int(NOON.timestamp())})
    await subs.pause(wish.id, NOON)
    assert await due_of(redis, wish) is None
    await subs.resume(wish.id, NOON)
    assert await due_of(redis, wish) == at(1).timestamp()


async def test_a_feed_is_due_as_long_as_one_of_its_topics_is_active(subs: Subscriptions, redis: Redis) -> None:
    a, b = topic("a"), topic("b")
    await subs.save(a, NOON)
    await subs.save(b, NOON)
    await subs.pause(a.id, NOON)
    assert await due_of(redis, a) is not None
    await subs.pause(b.id, NOON)
    assert await due_of(redis, a) is None
    await subs.resume(a.id, at(48))
    assert await due_of(redis, a) == next_due(a.schedule, at(48)).timestamp()


async def test_nothing_is_due_before_the_owner_of_an_address_has_confirmed(subs: Subscriptions, redis: Redis) -> None:
    a, b = digest(confirmed=False), topic(confirmed=False)
    for wish in (a, b):
        await subs.save(wish, NOON)
        assert await due_of(redis, wish) is None
    assert await redis.zscore(keys.TOPICS, b.id) is None
    for wish in (a, b):
        await subs.confirm(wish.id, at(1))
        assert await due_of(redis, wish) == next_due(wish.schedule, at(1)).timestamp()
    assert await redis.zscore(keys.TOPICS, b.id) is not None


# topics


async def test_a_topic_is_matched_while_it_is_active_and_each_change_has_a_revision(
    subs: Subscriptions, redis: Redis
) -> None:
    wish = topic()
    steps: list[tuple[Any, bool]] = [
        (subs.save(wish, NOON), True),
        (subs.save(topic(threshold=0.3), NOON), True),
        (subs.pause(wish.id, NOON), False),
        (subs.resume(wish.id, NOON), True),
        (subs.remove(wish.id), False),
    ]
    for number, (step, there) in enumerate(steps, start=1):
        await step
        assert await redis.zscore(keys.TOPICS, wish.id) == (number if there else None)
        assert await redis.zscore(keys.TOPICS_GONE, wish.id) == (None if there else number)


async def test_digests_are_no_topics(subs: Subscriptions, redis: Redis) -> None:
    await subs.save(digest(), NOON)
    await subs.remove(digest().id)
    assert await redis.exists(keys.TOPICS, keys.TOPICS_GONE, keys.TOPICS_REVISION) == 0


async def test_a_topic_keeps_its_vector_and_the_same_again_is_no_change(
    subs: Subscriptions, redis: Redis, settings: Settings
) -> None:
    vector = layout.pack_vector(layout.unpack_vector(bytes(range(64))))
    await subs.save(topic(), NOON, vector=vector)
    await subs.save(topic("other"), NOON)
    ids = [topic("other").id, topic().id, "nobody"]
    assert await subs.vectors(ids) == {topic().id: vector}
    assert await redis.hget(keys.subscription(topic().id), layout.vector_field(settings.embedding.model)) == vector
    revision = await redis.get(keys.TOPICS_REVISION)
    assert (await subs.save(topic(), NOON, vector=vector))[0] is Saved.UNCHANGED
    assert await redis.get(keys.TOPICS_REVISION) == revision
    await subs.pause(topic().id, NOON)
    await subs.change(topic().id, NOON, schedule=rhythm("weekly"))
    assert await subs.vectors(ids) == {topic().id: vector}


async def test_a_vector_goes_with_what_it_was_made_of(subs: Subscriptions, redis: Redis) -> None:
    wish = topic()
    await subs.save(wish, NOON, vector=b"ab")
    await redis.hset(keys.subscription(wish.id), "vec_another_model", b"xy")
    await subs.change(wish.id, NOON, vector=b"cd")
    assert await subs.vectors([wish.id]) == {wish.id: b"cd"}
    assert not await redis.hexists(keys.subscription(wish.id), "vec_another_model")
    thumbs = (Feedback(paper="2603.00001", wanted=False, at=NOON),)
    await subs.change(wish.id, NOON, topic=wish.topic and wish.topic.model_copy(update={"feedback": thumbs}))
    assert await subs.vectors([wish.id]) == {}


# what waits to be told


async def test_a_topic_takes_what_waits_for_it_to_the_feed_of_its_new_rhythm(subs: Subscriptions, redis: Redis) -> None:
    a, b = topic("a"), topic("b")
    weekly = topic("c", schedule=rhythm("weekly"))
    for wish in (a, b, weekly):
        await subs.save(wish, NOON)
    await put_in_inbox(redis, a.feed, {"p1": {a.id: 0.5}, "p2": {a.id: 0.75, b.id: 0.25}, "p3": {b.id: 0.5}})
    await put_in_inbox(redis, weekly.feed, {"p2": {weekly.id: 0.5}})
    moved = await subs.change(a.id, NOON, schedule=rhythm("weekly"))
    assert moved.feed == weekly.feed
    assert await inbox(redis, b.feed) == {"p2": {b.id: 0.25}, "p3": {b.id: 0.5}}
    assert await inbox(redis, weekly.feed) == {"p1": {a.id: 0.5}, "p2": {a.id: 0.75, weekly.id: 0.5}}


async def test_a_topic_that_becomes_instant_is_due_at_once_if_something_waits(
    subs: Subscriptions, redis: Redis
) -> None:
    await subs.save(topic(), NOON)
    await put_in_inbox(redis, topic().feed, {"p1": {topic().id: 0.5}})
    moved = await subs.change(topic().id, at(1), schedule=rhythm("now"))
    assert await inbox(redis, moved.feed) == {"p1": {moved.id: 0.5}}
    assert await due_of(redis, moved) == at(1).timestamp()
    assert await due_of(redis, topic()) is None


async def test_what_waits_for_a_removed_topic_goes_and_the_rest_stays(subs: Subscriptions, redis: Redis) -> None:
    a, b = topic("a"), topic("b")
    await subs.save(a, NOON)
    await subs.save(b, NOON)
    await put_in_inbox(redis, a.feed, {"p1": {a.id: 0.5}, "p2": {a.id: 0.75, b.id: 0.25}})
    await subs.remove(a.id)
    assert await inbox(redis, b.feed) == {"p2": {b.id: 0.25}}


@pytest.mark.parametrize("wish", [digest(), topic()])
async def test_the_last_subscription_takes_its_feed_along(
    subs: Subscriptions, redis: Redis, wish: Subscription
) -> None:
    await subs.save(wish, NOON)
    await redis.zadd(keys.told(wish.feed), {"p0": 1})
    await put_in_inbox(redis, wish.feed, {"p1": {wish.id: 0.5}})
    await redis.hset(keys.NEWEST, wish.feed, "delivery")
    assert await subs.remove(wish.id)
    assert not await subs.remove(wish.id)
    left = {key async for key in redis.scan_iter("*")} - {keys.TOPICS_GONE.encode(), keys.TOPICS_REVISION.encode()}
    assert left == set()


# changing


async def test_resuming_enables_its_destination_again(subs: Subscriptions, redis: Redis) -> None:
    wish = digest()
    await subs.save(wish, NOON)
    for place in (wish.destination, "console:other"):
        await redis.hset(keys.DISABLED, place, Disabled(reason="gone", at=NOON).model_dump_json())
    await subs.resume(wish.id, NOON)  # it was not even paused
    assert await redis.hkeys(keys.DISABLED) == [b"console:other"]


@pytest.mark.parametrize("step", ["pause", "resume", "confirm", "change"])
async def test_what_is_not_there_is_not_changed(subs: Subscriptions, step: str) -> None:
    with pytest.raises(NotFound, match="subscriptions list"):
        await getattr(subs, step)("nobodyhere23", NOON)


@pytest.mark.parametrize("field", ["id", "kind", "destination", "created", "feed"])
async def test_what_makes_a_subscription_what_it_is_cannot_be_changed(subs: Subscriptions, field: str) -> None:
    await subs.save(digest(), NOON)
    wrong: dict[str, Any] = {field: "x"}
    with pytest.raises(TypeError, match=field):
        await subs.change(digest().id, NOON, **wrong)


async def test_one_is_not_changed_into_another_that_is_there(subs: Subscriptions) -> None:
    daily, weekly = digest(), digest(schedule=rhythm("weekly"))
    for wish in (daily, weekly):
        await subs.save(wish, NOON)
    with pytest.raises(BadInput, match=f"{weekly.id} is such a subscription already"):
        await subs.change(daily.id, NOON, schedule=weekly.schedule)
    await subs.change(weekly.id, NOON, schedule=rhythm("weekdays"))  # now there is none
    assert (await subs.change(daily.id, NOON, schedule=weekly.schedule)).schedule == weekly.schedule


# finding


async def test_one_is_found_by_the_beginning_of_its_id(subs: Subscriptions) -> None:
    wish = digest()
    await subs.save(wish, NOON)
    for typed in (wish.id, wish.id[:4], f" {wish.id[:6].upper()} "):
        assert await subs.find(typed) == wish


async def test_a_beginning_that_several_share_is_asked_for_more(subs: Subscriptions, redis: Redis) -> None:
    for name in ("aaaabbbbcccc", "aaaaddddcccc"):
        await subs.save(digest(f"console:{name}").model_copy(update={"id": name, "feed": name}), NOON)
    with pytest.raises(BadInput, match="2 subscriptions begin with 'aaaa'"):
        await subs.find("aaaa")
    assert (await subs.find("aaaab")).id == "aaaabbbbcccc"


@pytest.mark.parametrize("typed", ["", "abc", "nobodyhere23", "*", "a*", "\udcff", "ü", "{ledger}", "x" * 10_000])
async def test_what_is_no_id_is_not_found(subs: Subscriptions, typed: str) -> None:
    await subs.save(digest(), NOON)
    with pytest.raises(NotFound):
        await subs.find(typed)
    with pytest.raises(NotFound):
        await subs.get(typed)


async def test_they_are_listed_by_owner_destination_and_feed_the_oldest_first(subs: Subscriptions) -> None:
    old = topic("old", owner="user:ann", now=at(-1))
    new, other = topic("new", owner="user:ann"), topic("x", "console:b", owner="user:ann")
    for wish in (new, old, other):
        await subs.save(wish, NOON)
    assert await subs.of_owner("user:ann") == [old, *sorted([new, other], key=lambda s: s.id)]
    assert await subs.of_destination("console:me") == [old, new]
    assert await subs.of_feed(old.feed) == [old, new]
    assert await subs.of_owner("user:nobody") == []
    assert [one async for one in subs.all()] == [old, *sorted([new, other], key=lambda s: s.id)]


async def test_removing_while_all_are_read_hides_no_other(subs: Subscriptions) -> None:
    wishes = [digest(f"console:n{n}", now=NOON + timedelta(seconds=n)) for n in range(1100)]
    await asyncio.gather(*(subs.save(wish, NOON) for wish in wishes))
    met = []
    async for one in subs.all():
        met.append(one.id)
        if len(met) % 2:
            await subs.remove(one.id)
    assert met == [wish.id for wish in wishes]


async def test_a_damaged_one_is_named_and_hides_no_other(redis: Redis, settings: Settings) -> None:
    subs = Subscriptions(redis, settings)
    for wish in (topic("a"), topic("b")):
        await subs.save(wish, NOON)
    await redis.hset(keys.subscription(topic("a").id), "data", '{"id": 1}')
    assert await subs.of_destination("console:me") == [topic("b")]
    with pytest.raises(StoreError, match=topic("a").id):
        await subs.get(topic("a").id)


# many at once


def random_wish(rng: random.Random) -> Subscription:
    place, owner = f"console:{rng.choice('ab')}", rng.choice(["user:ann", "user:bob"])
    schedule = rhythm(rng.choice(["daily", "weekly", "now"]), rng.choice([7, 9]))
    confirmed = rng.random() < 0.8
    if rng.random() < 0.6:
        return topic(rng.choice("pqr"), place, schedule, owner=owner, confirmed=confirmed, threshold=rng.random())
    schedule = schedule if schedule.cadence != "now" else rhythm()
    return digest(place, schedule, owner=owner, confirmed=confirmed, top=rng.randint(1, 50))


async def random_step(subs: Subscriptions, redis: Redis, rng: random.Random) -> None:
    wish, now = random_wish(rng), at(rng.uniform(0, 100))
    step = rng.choice(["save", "save", "save", "remove", "pause", "resume", "confirm", "change", "match"])
    try:
        if step == "save":
            await subs.save(wish, now, vector=rng.choice([None, b"ab"]) if wish.topic else None)
        elif step == "remove":
            await subs.remove(wish.id)
        elif step == "change":
            await subs.change(wish.id, now, schedule=wish.schedule)
        elif step == "match":
            known = await subs.get(wish.id)
            if known.topic and await redis.sismember(keys.members(known.feed), known.id):
                await put_in_inbox(redis, known.feed, {rng.choice(["p1", "p2"]): {known.id: 0.5}})
        else:
            await getattr(subs, step)(wish.id, now)
    except NotFound:
        pass


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_steps_the_indexes_agree(redis: Redis, settings: Settings, seed: int) -> None:
    subs, rng = Subscriptions(redis, settings), random.Random(seed)
    for _ in range(150):
        await random_step(subs, redis, rng)
        await check_indexes(redis)


@pytest.mark.parametrize("seed", range(4))
async def test_however_many_change_the_same_ones_at_once_the_indexes_agree(
    redis: Redis, settings: Settings, seed: int
) -> None:
    async def worker(number: int) -> None:
        rng = random.Random(f"{seed} {number}")
        async with open_redis(settings) as own:
            for _ in range(60):
                wish = random_wish(rng)
                await asyncio.sleep(0)
                if rng.random() < 0.6:
                    await Subscriptions(own, settings).save(wish, at(rng.uniform(0, 9)))
                else:
                    await Subscriptions(own, settings).remove(wish.id)

    await asyncio.gather(*(worker(number) for number in range(6)))
    await check_indexes(redis)


PROCESS = """
import asyncio, random, sys
from pathlib import Path
from papers.redis.connection import open_redis
from papers.settings import load_settings
from papers.subscriptions import Subscriptions
from tests.papers.builders import at
from tests.papers.test_subscriptions import random_wish

async def main(folder, seed):
    settings, rng = load_settings(data_dir=Path(folder)), random.Random(seed)
    async with open_redis(settings) as redis:
        subs = Subscriptions(redis, settings)
        for _ in range(150):
            wish = random_wish(rng)
            await (subs.save(wish, at(1)) if rng.random() < 0.5 else subs.remove(wish.id))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_on_the_same_ones_leave_indexes_that_agree(redis: Redis, settings: Settings) -> None:
    def start(seed: str) -> "subprocess.Popen[bytes]":
        root = Path(__file__).parents[2]
        return subprocess.Popen([sys.executable, "-c", PROCESS, str(settings.data_dir), seed], cwd=root)

    both = [start("1"), start("2")]
    assert [await asyncio.to_thread(one.wait, 60) for one in both] == [0, 0]
    await check_indexes(redis)


async def test_ten_who_ask_for_the_same_at_once_make_one(subs: Subscriptions, redis: Redis) -> None:
    done = await asyncio.gather(*(subs.save(digest(top=5), NOON) for _ in range(10)))
    assert sorted(saved for saved, _ in done) == [Saved.MADE] + [Saved.UNCHANGED] * 9
    assert await redis.zcard(keys.SUBSCRIPTIONS) == 1


@pytest.mark.slow
async def test_ten_thousand_are_saved_and_read_in_reasonable_time(redis: Redis, settings: Settings) -> None:
    subs, start = Subscriptions(redis, settings), wall.monotonic()
    wishes = [topic(f"topic {n % 7}", f"console:n{n // 7}") for n in range(10_000)]
    for n in range(0, len(wishes), 100):
        await asyncio.gather(*(subs.save(wish, NOON, vector=bytes(768)) for wish in wishes[n : n + 100]))
    assert len([one async for one in subs.all()]) == 10_000
    assert len(await subs.vectors([wish.id for wish in wishes])) == 10_000
    assert wall.monotonic() - start < 60
    assert await redis.scard(keys.destination(short_digest("console:n0"))) == 7
    await check_indexes(redis)


async def test_a_topic_made_of_what_is_no_longer_there_is_not_written(subs: Subscriptions) -> None:
    wish = topic("chips", threshold=0.4)
    _, known = await subs.save(wish, NOON, vector=b"\0\0\x80\x3f")
    assert known.topic is not None
    wider = known.topic.model_copy(update={"threshold": 0.3})
    moved = await subs.retopic(known, NOON, topic=wider, vector=b"\0\0\0\x40")
    assert moved == await subs.get(known.id) == known.model_copy(update={"topic": wider})
    assert await subs.retopic(known, NOON, topic=wider, vector=b"\0\0\x80\x40") is None
    assert await subs.vectors([known.id]) == {known.id: b"\0\0\0\x40"}
    await subs.remove(known.id)
    with pytest.raises(NotFound):
        await subs.retopic(moved, NOON, topic=wider, vector=b"\0\0\0\x40")
