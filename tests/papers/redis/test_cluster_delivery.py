"""Subscriptions and their deliveries on a Redis Cluster: every step's keys must lie on one node."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from redis.asyncio import RedisCluster

from papers.addresses import AddressBook
from papers.deliveries import Ledger
from papers.delivery_models import State, short_digest
from papers.delivery_steps import Outcome
from papers.destinations import Platform, parse_destination
from papers.disabling import disable
from papers.following import DigestOptions, TopicOptions
from papers.inbox import put_matches, read_inbox
from papers.once import Once
from papers.personal_data import PersonalData
from papers.planning import plan_due
from papers.preferences import PreferenceBook, Preferences
from papers.redis.connection import open_redis
from papers.saved import SavedPapers
from papers.schedule import Schedule
from papers.subscriptions import Subscriptions
from papers.topic_book import TopicBook
from papers.topics import TopicMatch
from papers.vault import Vault
from papers.votes import Tally, Votes
from papers.wishes import digest_subscription, topic_subscription
from papers.workspaces import Erased, erase_workspace
from tests.papers.builders import NOON, at
from tests.papers.fake_adapter import FakeAdapter
from tests.papers.ledger_builders import claim
from tests.papers.redis.servers import at as settings_at
from tests.papers.redis.servers import cluster_of_one
from tests.papers.sender_builders import Office
from workers.due import plan_deliveries


async def test_from_a_wish_to_its_end_and_its_erasure_on_a_cluster(data_dir: Path) -> None:
    async with cluster_of_one(data_dir) as port:
        settings = settings_at(f"redis+cluster://127.0.0.1:{port}")
        async with open_redis(settings) as redis:
            assert isinstance(redis, RedisCluster)
            key = Fernet.generate_key()
            addresses, subs = AddressBook(redis, lambda: Vault([key])), Subscriptions(redis, settings)
            ledger = Ledger(redis, settings)
            ada = await addresses.refer(parse_destination("email:ada@example.org"))
            options = DigestOptions()
            digest = digest_subscription(owner=ada, destination=ada, schedule=Schedule(), options=options, now=NOON)
            topic = topic_subscription(
                owner=ada, destination=ada, schedule=Schedule(), topic=TopicOptions(text="chips"), now=NOON
            )
            for wish in (digest, topic):
                await subs.save(wish, NOON, vector=b"\0\0\x80\x3f" if wish.topic else None)
            later = Schedule(zone="Asia/Tokyo")
            topic = await subs.change(topic.id, NOON, schedule=later)
            assert len([one async for one in subs.all()]) == 2
            book = TopicBook(redis, settings.embedding.model)
            assert await book.refresh() == 1
            assert await put_matches(redis, ledger, [TopicMatch(topic.id, topic.feed, "2603.00001", 0.5)], NOON) == 1
            assert await plan_due(redis, ledger, settings, at(24)) == 2
            for one in await claim(ledger, now=at(24)):
                await ledger.commit(one, ("2603.00001",), at(24))
                told = Outcome(State.SENT, message_id="m", told=short_digest(ada), drop=("2603.00001",))
                assert await ledger.finish(one, told, at(24)) == "ok"
            assert await read_inbox(redis, topic.feed) == {}
            assert (await ledger.counts())[State.SENT] == 2
            await disable(ledger, subs, ada, "no such mailbox", NOON)
            assert list(await ledger.disabled_among([ada, "console:x"])) == [ada]
            await subs.resume(digest.id, NOON + timedelta(hours=1))
            assert await addresses.rotate() == 1
            saved, preferences, votes = SavedPapers(redis), PreferenceBook(redis), Votes(redis, settings)
            await saved.save(ada, "2603.00001", NOON)
            await preferences.keep(ada, Preferences(zone="Asia/Tokyo"))
            assert (await votes.vote("slack:T1/C1", "2603.00001", ada, up=True, now=NOON))[1].up == 1
            assert await Once(redis).first("event", seconds=60)
            assert not await Once(redis).first("event", seconds=60)
            data = PersonalData(redis, subs, ledger, addresses, saved, preferences, votes)
            found = await data.export(ada)
            assert len(found["deliveries"]) == 2
            assert [found[name] for name in ("saved", "preferences", "votes")] == [
                [{"id": "2603.00001", "saved": NOON.isoformat()}],
                {"zone": "Asia/Tokyo"},
                [{"place": "slack:T1/C1", "paper": "2603.00001", "vote": "up"}],
            ]
            assert await data.forget(ada) == 2
            assert await votes.tally("slack:T1/C1", "2603.00001") == Tally()
            assert [one async for one in subs.all()] == []

            for person in ("slack:T1/U1", "slack:T12/U1"):
                wish = digest_subscription(
                    owner=person, destination=person, schedule=Schedule(), options=options, now=NOON
                )
                await subs.save(wish, NOON)
                await saved.save(person, "2603.00001", NOON)
                await votes.vote("slack:T12/C1", "2603.00001", person, up=True, now=NOON)
            await plan_due(redis, ledger, settings, at(24))
            await disable(ledger, subs, "slack:T1/U1", "account_inactive", at(24))
            erased = await erase_workspace("slack:T1/", redis, subs, ledger, addresses, votes)
            assert erased == Erased(subscriptions=1, places=1, people=1)
            assert [one.owner async for one in subs.all()] == ["slack:T12/U1"]
            assert [await saved.count(person) for person in ("slack:T1/U1", "slack:T12/U1")] == [0, 1]
            assert await votes.tally("slack:T12/C1", "2603.00001") == Tally(up=1)


async def test_senders_and_schedulers_outlast_a_cluster_that_is_away(data_dir: Path, tmp_path: Path) -> None:
    """When no node answers, redis-py raises an error that is none of its RedisErrors."""
    async with AsyncExitStack() as client_side:
        async with cluster_of_one(data_dir) as port:
            settings = settings_at(f"redis+cluster://127.0.0.1:{port}")
            redis = await client_side.enter_async_context(open_redis(settings))
            office = Office(redis, settings, FakeAdapter(Platform.CONSOLE))
            stop = asyncio.Event()
            sending = asyncio.create_task(office.sender().run(stop))
            planning = asyncio.create_task(plan_deliveries(redis, settings, office.clock))
            await asyncio.sleep(1)
        await asyncio.sleep(2)
        assert not sending.done()
        assert not planning.done()
        stop.set()
        await asyncio.wait_for(sending, 30)
        planning.cancel()
        await asyncio.gather(planning, return_exceptions=True)
