"""What is kept of a person is shown whole, and erased without a trace, whatever is under way."""

import json
from datetime import time

import pytest
from redis.asyncio import Redis

from papers import keys
from papers.adapters import NotOurs
from papers.conversations import Conversations
from papers.delivery_models import Kind, State, delivery_id, short_digest
from papers.delivery_steps import Outcome
from papers.destinations import parse_destination
from papers.disabling import disable
from papers.errors import NotFound
from papers.following import DigestOptions
from papers.preferences import Preferences
from papers.settings import Settings
from papers.topic_book import TopicBook
from papers.votes import Tally
from papers.wishes import digest_subscription
from tests.papers.builders import NOON, at
from tests.papers.ledger_builders import claim, claim_one, sent
from tests.papers.personal_builders import AT_ONCE, DAILY, Desk, assert_no_trace, delivery_ids, kept

ADA = "email:ada.lovelace@example.org"
CHANNEL = "slack:T1/C1"
ADA_THERE, BOB_THERE = "slack:T1/UADA0LOVELACE", "slack:T1/UBOB"


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return Desk(redis, settings)


async def test_whoever_is_forgotten_leaves_no_trace_whatever_is_under_way(desk: Desk) -> None:
    ada = await desk.refer(ADA)
    mine = [
        await desk.digest(ADA, notify="console:ops"),
        await desk.topic(ADA, "diffusion models for proteins"),
        await desk.topic(ADA, "compilers", schedule=AT_ONCE),
        await desk.digest("console:ada", owner=ada),
    ]
    await desk.match(*mine[1:3])
    await desk.plan(NOON)
    first = await claim_one(desk.ledger)
    await desk.ledger.commit(first, ("2603.00001",), NOON)
    told = Outcome(State.SENT, message_id="m", papers=("2603.00001",), told=short_digest(ada), drop=("2603.00001",))
    await desk.ledger.finish(first, told, NOON)
    await desk.letter(mine[0])
    await desk.plan(at(24))
    claims = await claim(desk.ledger, now=at(24))
    assert len(claims) == 4
    await desk.ledger.commit(claims[0], ("2603.00002",), at(24))
    await desk.match(*mine[1:3], paper="2603.00003", now=at(25))
    ids = await delivery_ids(desk.redis)
    assert len(ids) == 5
    assert await desk.data.forget(ada) == 4
    needles = {ADA, "ada.lovelace", ada, *ids, *(s.id for s in mine), *(s.feed for s in mine), "console:ada"}
    await assert_no_trace(desk.redis, needles)

    # What was under way meanwhile brings nothing back.
    with pytest.raises(NotOurs):
        await desk.ledger.commit(claims[1], (), at(25))
    assert await desk.ledger.finish(claims[0], told, at(25)) == "gone"
    assert await desk.ledger.renew(claims) == {one.delivery.id for one in claims}
    assert await desk.match(*mine[1:3], paper="2603.00004", now=at(25)) == 0
    assert await desk.plan(at(48)) == 0
    await assert_no_trace(desk.redis, needles)


async def test_a_match_put_while_its_topic_is_erased_brings_nothing_back(desk: Desk) -> None:
    mine = await desk.topic("console:ada", "compilers")
    await desk.data.forget("console:ada")
    # As a job that has read the topic's feed a moment before.
    await desk.ledger.add_matches(mine.feed, "memory", {"2603.00001": {mine.id: 0.5}}, due=NOON)
    assert await desk.redis.keys("pb:{ledger}:inbox*") == []


async def test_a_worker_that_knew_the_topics_stops_matching_those_of_the_forgotten(desk: Desk) -> None:
    mine = await desk.topic("console:ada", "compilers")
    book = TopicBook(desk.redis, desk.settings.embedding.model)
    await book.refresh()
    assert len(book) == 1
    await desk.data.forget("console:ada")
    other = await desk.topic("console:bob", "proteins")
    await book.refresh()
    assert len(book) == 1
    assert mine.id != other.id
    assert book.missing == frozenset()


async def test_what_others_receive_in_the_same_channel_stays(desk: Desk) -> None:
    mine = [await desk.topic(CHANNEL, "compilers", owner="user:ada"), await desk.topic(CHANNEL, "llvm", "user:ada")]
    bobs = await desk.topic(CHANNEL, "proteins", owner="user:bob")
    assert mine[0].feed == bobs.feed
    own = digest_subscription(
        owner="user:ada",
        destination=CHANNEL,
        schedule=DAILY,
        options=DigestOptions(categories=("cs.PL",)),
        now=NOON,
    )
    await desk.subscriptions.save(own, NOON)
    await desk.letter(mine[0])
    await desk.match(*mine, bobs)
    await desk.match(mine[0], paper="2603.00002")
    await desk.plan(at(24))
    shared = delivery_id(destination=CHANNEL, feed=bobs.feed, period="2026-03-06", kind=Kind.TOPICS)
    assert len(await delivery_ids(desk.redis)) == 3
    assert await desk.data.forget("user:ada") == 3
    await assert_no_trace(desk.redis, ["user:ada", own.id, *(s.id for s in mine)])
    assert await desk.subscriptions.of_destination(CHANNEL) == [bobs]
    assert await delivery_ids(desk.redis) == {shared}
    inbox = await desk.redis.hgetall(keys.inbox(bobs.feed))
    assert {paper: json.loads(topics) for paper, topics in inbox.items()} == {b"2603.00001": {bobs.id: 0.5}}
    # A match of a job that knew all three is the others' alone.
    await desk.match(*mine, bobs, paper="2603.00009")
    await desk.ledger.add_matches(bobs.feed, "memory", {"2603.00010": {mine[0].id: 0.5}}, due=None)
    await assert_no_trace(desk.redis, [one.id for one in mine])
    (theirs,) = await claim(desk.ledger, now=at(24))
    assert theirs.delivery.id == shared
    assert await sent(desk.ledger, theirs, now=at(24)) == "ok"


async def test_others_are_not_told_at_an_address_that_was_forgotten(desk: Desk) -> None:
    ada = await desk.refer(ADA)
    await desk.digest(ADA)
    bobs = await desk.digest("console:bob", notify=ada)
    due = await desk.redis.zscore(keys.FEEDS, bobs.feed)
    await desk.data.forget(ada)
    assert await desk.subscriptions.of_destination("console:bob") == [bobs.model_copy(update={"notify": None})]
    assert await desk.redis.zscore(keys.FEEDS, bobs.feed) == due
    await assert_no_trace(desk.redis, [ada])


async def test_a_notice_goes_with_either_of_the_two_places_it_concerns(desk: Desk) -> None:
    for forgotten, other in (("console:ada", "console:ops"), ("console:ops", "console:ada")):
        await desk.digest("console:ada", owner="user:ada", notify="console:ops")
        await disable(desk.ledger, desk.subscriptions, "console:ada", "no such room", NOON)
        (notice,) = await desk.ledger.of_destination("console:ops")
        assert notice.kind is Kind.NOTICE
        await desk.data.forget(forgotten)
        await assert_no_trace(desk.redis, [notice.id])
        await desk.data.forget(other)
        await desk.data.forget("user:ada")
        assert b"console:" not in await kept(desk.redis)


async def test_what_the_ledger_let_go_of_is_forgotten_too(desk: Desk) -> None:
    await desk.digest("console:ada")
    await desk.plan(at(24))
    one = await claim_one(desk.ledger, now=at(24))
    await sent(desk.ledger, one, now=at(24))
    await desk.redis.delete(keys.delivery(one.delivery.id))  # its history is over, but it was not trimmed yet
    await desk.data.forget("console:ada")
    await assert_no_trace(desk.redis, [one.delivery.id, "console:ada"])


async def test_an_owner_s_places_are_forgotten_with_the_owner_unless_others_have_to_do_with_them(desk: Desk) -> None:
    ada = await desk.refer(ADA)
    await desk.digest(ADA, owner="user:ada")
    await desk.digest("console:lab", owner=ada)  # somebody who is known by the address itself
    assert await desk.data.forget("user:ada") == 1
    assert str(await desk.addresses.resolve(ada)) == ADA
    assert await desk.data.forget(ada) == 1
    await assert_no_trace(desk.redis, [ada, "user:ada", "console:lab"])


async def test_forgetting_twice_and_forgetting_nobody_is_no_harm(desk: Desk) -> None:
    await desk.digest("console:bob")
    before = await kept(desk.redis)
    assert await desk.data.forget("user:nobody") == 0
    await desk.digest("console:ada")
    assert await desk.data.forget("console:ada") == 1
    assert await desk.data.forget("console:ada") == 0
    assert sorted((await kept(desk.redis)).split(b"\n")) == sorted(before.split(b"\n"))


# what people do in a chat


async def test_what_a_person_keeps_set_and_voted_is_shown_and_erased(desk: Desk) -> None:
    for person in (ADA_THERE, BOB_THERE):
        await desk.saved.save(person, "2603.00001", NOON)
        await desk.saved.save(person, "2603.00002", at(1))
        await desk.preferences.keep(person, Preferences(zone="Asia/Tokyo", at=time(7, 30)))
        await desk.votes.vote(CHANNEL, "2603.00001", person, up=person == ADA_THERE, now=NOON)
    found = await desk.data.export(ADA_THERE)
    assert json.loads(json.dumps(found)) == found
    assert found["saved"] == [
        {"id": "2603.00002", "saved": "2026-03-05T13:00:00+00:00"},
        {"id": "2603.00001", "saved": "2026-03-05T12:00:00+00:00"},
    ]
    assert found["preferences"] == {"zone": "Asia/Tokyo", "at": "07:30:00"}
    assert found["votes"] == [{"place": CHANNEL, "paper": "2603.00001", "vote": "up"}]
    bobs = await desk.data.export(BOB_THERE)
    assert await desk.data.forget(ADA_THERE) == 0
    await assert_no_trace(desk.redis, [ADA_THERE])
    with pytest.raises(NotFound, match="nothing is kept"):
        await desk.data.export(ADA_THERE)
    assert await desk.data.export(BOB_THERE) == bobs
    assert await desk.votes.tally(CHANNEL, "2603.00001") == Tally(down=1)


async def test_one_saved_paper_one_setting_or_one_vote_is_something_kept(desk: Desk) -> None:
    await desk.saved.save("slack:T1/U1", "2603.00001", NOON)
    await desk.preferences.keep("slack:T1/U2", Preferences(language="de"))
    await desk.votes.vote(CHANNEL, "2603.00001", "slack:T1/U3", up=False, now=NOON)
    await desk.digest(CHANNEL, notify="slack:T1/U4")
    for number, kept_there in enumerate(("saved", "preferences", "votes", "notified_of"), 1):
        found = await desk.data.export(f"slack:T1/U{number}")
        assert [name for name in ("saved", "preferences", "votes", "notified_of") if found[name]] == [kept_there]
    # A vote that was taken back is none.
    await desk.votes.vote(CHANNEL, "2603.00001", "slack:T1/U3", up=False, now=NOON)
    with pytest.raises(NotFound):
        await desk.data.export("slack:T1/U3")


async def test_a_channel_keeps_what_the_forgotten_set_up_for_it(desk: Desk) -> None:
    wish = await desk.digest(CHANNEL, notify=ADA_THERE)
    topic = await desk.topic(ADA_THERE, "compilers")
    found = await desk.data.export(ADA_THERE)
    assert found["notified_of"] == [{"id": wish.id, "destination": CHANNEL}]
    assert [one["id"] for one in found["subscriptions"]] == [topic.id]
    await desk.plan(at(24))
    await disable(desk.ledger, desk.subscriptions, CHANNEL, "archived", at(24))
    assert await desk.data.forget(ADA_THERE) == 1
    await assert_no_trace(desk.redis, [ADA_THERE, topic.id])
    assert await desk.subscriptions.of_destination(CHANNEL) == [wish.model_copy(update={"notify": None})]
    assert (await desk.ledger.disabled(CHANNEL)) is not None
    assert [one.feed for one in await desk.ledger.of_destination(CHANNEL)] == [wish.feed]


# export


async def test_all_that_is_kept_is_shown_and_nothing_of_others(desk: Desk) -> None:
    ada = await desk.refer(ADA)
    digest = await desk.digest(ADA, notify="console:ops")
    topic = await desk.topic(ADA, "compilers")
    channel = await desk.topic(CHANNEL, "proteins", owner=ada)
    bobs = await desk.topic(CHANNEL, "llvm", owner="user:bob")
    await desk.match(topic, channel, bobs)
    await desk.match(bobs, paper="2603.00002")
    await desk.plan(at(24))
    one = next(one for one in await claim(desk.ledger, now=at(24)) if one.delivery.kind is Kind.DIGEST)
    await desk.ledger.commit(one, ("2603.00005",), at(24))
    told = Outcome(State.SENT, message_id="m", papers=("2603.00005",), told=digest.feed, drop=("2603.00005",))
    await desk.ledger.finish(one, told, at(24))
    await desk.digest("console:carol", owner="user:carol")
    found = await desk.data.export(ada)
    assert json.loads(json.dumps(found)) == found
    assert (found["person"], found["address_kept"]) == (ADA, True)
    assert {s["id"] for s in found["subscriptions"]} == {digest.id, topic.id, channel.id}
    assert {s["destination"] for s in found["subscriptions"]} == {ADA, CHANNEL}
    assert {s["owner"] for s in found["subscriptions"]} == {ADA}
    assert {s["notify"] for s in found["subscriptions"]} == {"console:ops", None}
    assert {(d["destination"], d["kind"], d["state"]) for d in found["deliveries"]} == {
        (ADA, "digest", "sent"),
        (ADA, "topics", "claimed"),
        (CHANNEL, "topics", "claimed"),
    }
    assert found["told"] == {ADA: ["2603.00005"], CHANNEL: []}
    assert found["waiting"] == {topic.id: {"2603.00001": 0.5}, channel.id: {"2603.00001": 0.5}}
    text = json.dumps(found)
    assert not any(secret in text for secret in (bobs.id, "user:bob", "console:carol", "llvm", "2603.00002"))


async def test_a_place_that_is_disabled_says_so_and_an_address_alone_is_something_kept(desk: Desk) -> None:
    ada = await desk.refer(ADA)
    assert await desk.data.export(ada) == {
        "person": ADA,
        "address_kept": True,
        "conversation": None,
        "subscriptions": [],
        "deliveries": [],
        "disabled": {},
        "told": {ADA: []},
        "vectors": {},
        "waiting": {},
        "notified_of": [],
        "saved": [],
        "preferences": {},
        "votes": [],
    }
    await disable(desk.ledger, desk.subscriptions, ada, "no such mailbox", NOON)
    assert (await desk.data.export(ada))["disabled"][ADA]["reason"] == "no such mailbox"
    await desk.data.forget(ada)
    with pytest.raises(NotFound, match="nothing is kept"):
        await desk.data.export(ada)
    await assert_no_trace(desk.redis, [ada])


async def test_of_whom_nothing_is_kept_there_is_nothing_to_show(desk: Desk) -> None:
    for nobody in ("user:nobody", "console:nobody", await desk.addresses.lookup(parse_destination(ADA))):
        with pytest.raises(NotFound, match="nothing is kept"):
            await desk.data.export(nobody)


# disabled destinations


async def test_a_letter_that_comes_back_again_and_again_is_told_once(desk: Desk) -> None:
    await desk.digest("console:ada", notify="console:ops")
    for day in range(4):
        await disable(desk.ledger, desk.subscriptions, "console:ada", f"bounced {day} times", at(24 * day))
    (notice,) = await desk.ledger.of_destination("console:ops")
    assert json.loads(notice.about) == {"destination": "console:ada", "reason": "bounced 0 times"}
    assert (await desk.ledger.disabled("console:ada")) is not None
    # Mended and broken again, on another day: that is news.
    (mine,) = await desk.subscriptions.of_destination("console:ada")
    await desk.subscriptions.resume(mine.id, at(24 * 5))
    await disable(desk.ledger, desk.subscriptions, "console:ada", "bounced anew", at(24 * 6))
    assert len(await desk.ledger.of_destination("console:ops")) == 2


async def test_without_another_place_nobody_is_told(desk: Desk) -> None:
    await desk.digest("console:ada")
    await disable(desk.ledger, desk.subscriptions, "console:ada", "gone", NOON)
    assert await delivery_ids(desk.redis) == set()
    # Nor at a place that is disabled itself.
    await desk.digest("console:bob", notify="console:ada")
    await disable(desk.ledger, desk.subscriptions, "console:bob", "gone", NOON)
    assert await delivery_ids(desk.redis) == set()


async def test_the_conversation_with_a_person_is_shown_and_erased(desk: Desk) -> None:
    ada = "discord:@81384788765712384"
    await Conversations(desk.redis).keep(ada, "42")
    assert (await desk.data.export(ada))["conversation"] == "42"
    await desk.data.forget(ada)
    with pytest.raises(NotFound):
        await desk.data.export(ada)
