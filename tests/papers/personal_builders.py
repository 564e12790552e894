"""All that personal data is kept by, and what is left when it was erased."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet
from redis.asyncio import Redis

from papers import keys
from papers.addresses import AddressBook
from papers.deliveries import Ledger
from papers.delivery_models import Delivery, Kind, delivery_id, short_digest
from papers.delivery_steps import Planned
from papers.destinations import parse_destination
from papers.following import DigestOptions, Feedback, Subscription, TopicOptions
from papers.inbox import put_matches
from papers.personal_data import PersonalData
from papers.planning import plan_due
from papers.preferences import PreferenceBook
from papers.saved import SavedPapers
from papers.schedule import Cadence, Schedule
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.topics import TopicMatch
from papers.votes import Votes
from papers.wishes import digest_subscription, topic_subscription
from tests.papers.builders import NOON

VAULT_KEY = Fernet.generate_key()
DAILY, AT_ONCE = Schedule(), Schedule(cadence=Cadence.NOW)


@dataclass
class Desk:
    """All that personal data is kept by."""

    redis: Redis
    settings: Settings

    def __post_init__(self) -> None:
        from papers.vault import Vault

        self.addresses = AddressBook(self.redis, lambda: Vault([VAULT_KEY]))
        self.subscriptions = Subscriptions(self.redis, self.settings)
        self.ledger = Ledger(self.redis, self.settings)
        self.saved, self.preferences = SavedPapers(self.redis), PreferenceBook(self.redis)
        self.votes = Votes(self.redis, self.settings)
        parts = (self.subscriptions, self.ledger, self.addresses, self.saved, self.preferences, self.votes)
        self.data = PersonalData(self.redis, *parts)

    async def refer(self, place: str) -> str:
        return await self.addresses.refer(parse_destination(place))

    async def digest(self, to: str, owner: str | None = None, **more: object) -> Subscription:
        place = await self.refer(to)
        wish = digest_subscription(
            owner=owner or place, destination=place, schedule=DAILY, options=DigestOptions(), now=NOON
        )
        return (await self.subscriptions.save(wish.model_copy(update=more), NOON))[1]

    async def topic(self, to: str, text: str, owner: str | None = None, schedule: Schedule = DAILY) -> Subscription:
        place = await self.refer(to)
        topic = TopicOptions(text=text, feedback=(Feedback(paper="2603.00007", wanted=True, at=NOON),))
        wish = topic_subscription(owner=owner or place, destination=place, schedule=schedule, topic=topic, now=NOON)
        return (await self.subscriptions.save(wish, NOON, vector=b"\0\0\x80\x3f" * 4))[1]

    async def match(self, *topics: Subscription, paper: str = "2603.00001", now: datetime = NOON) -> int:
        matches = [TopicMatch(one.id, one.feed, paper, 0.5) for one in topics]
        return await put_matches(self.redis, self.ledger, matches, now)

    async def plan(self, now: datetime) -> int:
        return await plan_due(self.redis, self.ledger, self.settings, now)

    async def letter(self, about: Subscription) -> Delivery:
        """Plan a letter that asks for a yes."""
        period = f"2026-03-05 {about.id}"
        identity = delivery_id(destination=about.destination, feed="", period=period, kind=Kind.CONFIRMATION)
        one = Delivery(
            id=identity,
            kind=Kind.CONFIRMATION,
            destination=about.destination,
            period=period,
            due=NOON,
            about=about.id,
        )
        await self.ledger.plan([Planned(one)], NOON)
        return one


async def kept(redis: Redis) -> bytes:
    """Every key with all its members and values, whatever its type."""
    reads = {
        b"hash": ("HGETALL",),
        b"zset": ("ZRANGE", 0, -1),
        b"set": ("SMEMBERS",),
        b"list": ("LRANGE", 0, -1),
        b"stream": ("XRANGE", "-", "+"),
        b"string": ("GET",),
    }
    found = b""
    async for key in redis.scan_iter():
        command, *arguments = reads[await redis.execute_command("TYPE", key)]
        found += key + b"\n" + repr(await redis.execute_command(str(command), key, *arguments)).encode() + b"\n"
    return found


async def assert_no_trace(redis: Redis, needles: Iterable[str]) -> None:
    everything = (await kept(redis)).lower()
    for needle in needles:
        bare = needle.rpartition(":")[2]  # a short one may be part of anything that is encrypted
        for form in (needle, bare if len(bare) > 9 else needle, short_digest(needle)):
            assert form.lower().encode() not in everything, needle


async def delivery_ids(redis: Redis) -> set[str]:
    prefix = keys.delivery("")
    return {key.decode().removeprefix(prefix) async for key in redis.scan_iter(f"{prefix}*")}
