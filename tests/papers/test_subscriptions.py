from redis.asyncio import Redis

from papers.following import DigestOptions
from papers.schedule import Schedule
from papers.settings import Settings
from papers.subscriptions import Saved, Subscriptions
from papers.wishes import digest_subscription
from tests.papers.builders import NOON


async def test_asking_again_changes_nothing(redis: Redis, settings: Settings) -> None:
    store = Subscriptions(redis, settings)
    wish = digest_subscription(
        owner="user:a", destination="console:a", schedule=Schedule(), options=DigestOptions(), now=NOON
    )
    assert (await store.save(wish, NOON))[0] is Saved.MADE
    assert (await store.save(wish, NOON))[0] is Saved.UNCHANGED
    assert await store.get(wish.id) == wish
    await store.pause(wish.id, NOON)
    await store.resume(wish.id, NOON)
    assert await store.remove(wish.id)
