"""In which conversation a person is written to."""

from redis.asyncio import Redis

from papers import keys
from papers.conversations import Conversations

ADA = "discord:@81384788765712384"


async def test_a_conversation_is_remembered_until_it_was_not_used_for_long(redis: Redis) -> None:
    kept = Conversations(redis)
    assert await kept.of(ADA) is None
    await kept.keep(ADA, "42")
    await redis.expire(keys.conversation(ADA), 10)
    assert await Conversations(redis).of(ADA) == "42"
    assert await redis.ttl(keys.conversation(ADA)) > 80 * 86_400


async def test_it_is_forgotten_with_the_person(redis: Redis) -> None:
    kept = Conversations(redis)
    await kept.keep(ADA, "42")
    await kept.forget(ADA)
    assert await kept.of(ADA) is None
