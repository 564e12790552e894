import numpy as np
import pytest
from redis.asyncio import Redis

from papers import keys
from papers.following import FollowedAuthor
from papers.topic_book import TopicBook
from papers.topics import Arrival
from tests.papers.builders import at, paper
from tests.papers.topic_builders import follow, topic, unfollow
from tests.papers.word_encoder import MODEL

X, Y = np.eye(2, dtype=np.float32)


@pytest.fixture
def book(redis: Redis) -> TopicBook:
    return TopicBook(redis, MODEL)


async def matching(book: TopicBook) -> list[str]:
    """Topics that match a paper whose vector is X."""
    found = await book.match([Arrival(paper(), at(1).timestamp())], X[None])
    return sorted(one.topic for one in found)


async def test_topics_are_read_once_and_then_only_what_changed(book: TopicBook, redis: Redis) -> None:
    await follow(redis, topic("a", text="x", threshold=0.5), X)
    await follow(redis, topic("b", text="y", threshold=0.5), Y)
    assert await book.refresh() == 2
    assert await matching(book) == ["a"]
    assert await book.refresh() == 0
    await follow(redis, topic("b", text="x", threshold=0.5), X)
    await follow(redis, topic("c", text="x", threshold=0.5), X)
    await unfollow(redis, "a")
    assert await book.refresh() == 3
    assert await matching(book) == ["b", "c"]


async def test_a_topic_removed_and_made_again_is_there(book: TopicBook, redis: Redis) -> None:
    await follow(redis, topic("a", text="x"), X)
    await book.refresh()
    await unfollow(redis, "a")
    await follow(redis, topic("a", text="x"), X)
    await redis.zrem(keys.TOPICS_GONE, "a")
    await book.refresh()
    assert await matching(book) == ["a"]


async def test_paused_and_unconfirmed_topics_are_not_in_the_book(book: TopicBook, redis: Redis) -> None:
    await follow(redis, topic("a", text="x"), X)
    await book.refresh()
    await follow(redis, topic("a", text="x").model_copy(update={"paused": True}), X)
    await follow(redis, topic("b", text="x").model_copy(update={"confirmed": False}), X)
    await book.refresh()
    assert len(book) == 0
    assert await matching(book) == []


async def test_topics_without_a_vector_are_told_until_they_have_one(book: TopicBook, redis: Redis) -> None:
    await follow(redis, topic("a", text="x"))
    await follow(redis, topic("b", authors=(FollowedAuthor(name="Ann Lee"),)))
    await follow(redis, topic("d", text="x"), X)
    await follow(redis, topic("e", text="x"), np.zeros(3, np.float32))  # of another model of the same name
    await book.refresh()
    assert book.missing == {"a", "e"}
    await follow(redis, topic("a", text="x"), X)
    await unfollow(redis, "e")
    await book.refresh()
    assert book.missing == frozenset()


async def test_a_damaged_topic_stops_no_other(book: TopicBook, redis: Redis) -> None:
    await follow(redis, topic("a", text="x"), X)
    await follow(redis, topic("b", text="x"), X)
    await redis.hset(keys.subscription("a"), "data", "{broken")
    await book.refresh()
    assert await matching(book) == ["b"]


async def test_removals_that_nobody_remembers_are_noticed(book: TopicBook, redis: Redis) -> None:
    for name in "abc":
        await follow(redis, topic(name, text="x"), X)
    await book.refresh()
    await unfollow(redis, "b")
    await redis.delete(keys.TOPICS_GONE)
    await book.refresh()
    assert await matching(book) == ["a", "c"]


async def test_a_server_that_lost_its_last_changes_is_read_anew(book: TopicBook, redis: Redis) -> None:
    await follow(redis, topic("a", text="x"), X)
    await follow(redis, topic("b", text="x"), X)
    await book.refresh()
    await redis.zrem(keys.TOPICS, "b")
    await redis.delete(keys.subscription("b"))
    await redis.set(keys.TOPICS_REVISION, 1)
    await book.refresh()
    assert await matching(book) == ["a"]


async def test_more_topics_than_a_page_are_all_read(book: TopicBook, redis: Redis) -> None:
    for number in range(1100):
        await follow(redis, topic(f"t{number}", text="x"), X)
    assert await book.refresh() == 1100
    assert len(await matching(book)) == 1100
