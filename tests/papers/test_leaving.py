"""What goes when a subscription ends."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from papers import keys
from papers.addresses import AddressBook
from papers.destinations import parse_destination
from papers.following import DigestOptions, Subscription
from papers.leaving import UNCONFIRMED_KEPT, drop_unconfirmed, end_subscription
from papers.schedule import Schedule
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.vault import Vault
from papers.wishes import digest_subscription
from tests.papers.builders import NOON

KEY = Fernet.generate_key()


class Desk:
    def __init__(self, redis: Redis, settings: Settings) -> None:
        self.redis = redis
        self.subscriptions = Subscriptions(redis, settings)
        self.addresses = AddressBook(redis, lambda: Vault([KEY]))

    async def subscribe(self, *categories: str, confirmed: bool = True) -> Subscription:
        place = await self.addresses.refer(parse_destination("email:ada@example.org"))
        wish = digest_subscription(
            owner=place,
            destination=place,
            schedule=Schedule(),
            options=DigestOptions(categories=categories),
            now=NOON,
            confirmed=confirmed,
        )
        return (await self.subscriptions.save(wish, NOON))[1]

    async def kept(self) -> int:
        return int(await self.redis.hlen(keys.ADDRESSES))


@pytest.fixture
def desk(redis: Redis, settings: Settings) -> Desk:
    return Desk(redis, settings)


async def test_an_address_goes_with_the_last_subscription_for_it(desk: Desk) -> None:
    first, second = await desk.subscribe(), await desk.subscribe("cs.CL")
    assert await end_subscription(desk.subscriptions, desk.addresses, first.id)
    assert await desk.kept() == 1
    assert await end_subscription(desk.subscriptions, desk.addresses, second.id)
    assert await desk.kept() == 0
    assert not await end_subscription(desk.subscriptions, desk.addresses, second.id)


async def test_what_nobody_said_yes_to_goes_when_its_link_has_expired(desk: Desk) -> None:
    await desk.subscribe(confirmed=False)
    assert await drop_unconfirmed(desk.subscriptions, desk.addresses, NOON + UNCONFIRMED_KEPT) == 0
    later = NOON + UNCONFIRMED_KEPT + timedelta(minutes=1)
    assert await drop_unconfirmed(desk.subscriptions, desk.addresses, later) == 1
    assert await desk.kept() == 0
    assert [one async for one in desk.subscriptions.all()] == []


async def test_what_was_confirmed_stays(desk: Desk) -> None:
    await desk.subscribe()
    assert await drop_unconfirmed(desk.subscriptions, desk.addresses, NOON + timedelta(days=365)) == 0
    assert await desk.kept() == 1
