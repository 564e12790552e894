"""Short ways to topics."""

from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from papers import keys, layout
from papers.delivery_models import Kind
from papers.following import Subscription, TopicOptions
from papers.layout import Vector
from papers.schedule import Schedule
from tests.papers.builders import NOON
from tests.papers.word_encoder import MODEL


def topic(topic_id: str = "t1", *, created: datetime = NOON, **options: Any) -> Subscription:
    return Subscription(
        id=topic_id,
        kind=Kind.TOPICS,
        owner="user:me",
        destination="console:me",
        feed="f1",
        schedule=Schedule(),
        created=created,
        topic=TopicOptions(**options),
    )


async def follow(redis: Redis, subscription: Subscription, vector: Vector | None = None) -> None:
    """Write it as the keeper of subscriptions does."""
    key = keys.subscription(subscription.id)
    await redis.hset(key, "data", subscription.model_dump_json())
    if vector is not None:
        await redis.execute_command("HSET", key, layout.vector_field(MODEL), layout.pack_vector(vector))
    await redis.zadd(keys.TOPICS, {subscription.id: await redis.incr(keys.TOPICS_REVISION)})


async def unfollow(redis: Redis, topic_id: str) -> None:
    await redis.delete(keys.subscription(topic_id))
    await redis.zrem(keys.TOPICS, topic_id)
    await redis.zadd(keys.TOPICS_GONE, {topic_id: await redis.incr(keys.TOPICS_REVISION)})
