from collections.abc import Sequence
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from papers import arrivals
from papers.following import FollowedAuthor
from papers.ingestion import Ingestion, at_hand
from papers.matching import BATCH, match_arrivals
from papers.models import Observation
from papers.settings import Settings
from papers.store import PaperStore
from papers.topic_book import TopicBook
from papers.topics import TopicMatch
from tests.papers.builders import NOON, at, paper, seen
from tests.papers.topic_builders import follow, topic
from tests.papers.word_encoder import MODEL, WordEncoder

ENCODER = WordEncoder()
CATS = "Cats like cats and cats"


class Inboxes:
    """Takes matches as the inboxes do; ``fails`` as a Redis that goes away does."""

    def __init__(self, *, fails: bool = False) -> None:
        self.matches: list[TopicMatch] = []
        self.fails = fails

    async def put(self, matches: Sequence[TopicMatch]) -> None:
        if self.fails:
            raise ConnectionError
        self.matches += matches

    @property
    def pairs(self) -> set[tuple[str, str]]:
        return {(one.topic, one.paper) for one in self.matches}


@pytest.fixture
def store(redis: Redis, settings: Settings) -> PaperStore:
    return PaperStore(redis, settings)


@pytest.fixture
async def book(redis: Redis) -> TopicBook:
    await follow(redis, topic("cats", text="cats", threshold=0.3), ENCODER.vector("cats"))
    await follow(redis, topic("lee", authors=(FollowedAuthor(name="Ann Lee"),)))
    book = TopicBook(redis, MODEL)
    await book.refresh()
    return book


async def ingest(store: PaperStore, *observations: Observation, encoder: WordEncoder | None = ENCODER) -> None:
    await Ingestion(store, encoder).run(at_hand(observations))


async def left(store: PaperStore) -> list[str]:
    return [one.member for one in await arrivals.page(store.redis, at(100_000), start=0, count=100)]


async def test_new_papers_reach_the_inboxes_once(store: PaperStore, book: TopicBook) -> None:
    cats = paper("2603.00001", CATS, published=at(0), authors=("A. Lee",))
    await ingest(store, seen(cats, 1), seen(paper("2603.00002", "Dogs and their bones", published=at(0)), 1))
    inboxes = Inboxes()
    assert await match_arrivals(store, book, at(2), inboxes.put) == 2
    assert inboxes.pairs == {("cats", "2603.00001"), ("lee", "2603.00001")}
    assert await match_arrivals(store, book, at(3), inboxes.put) == 0
    assert len(inboxes.matches) == 2


async def test_what_arrives_later_than_now_waits(store: PaperStore, book: TopicBook) -> None:
    await ingest(store, seen(paper(title=CATS, published=at(0)), 5))
    assert await match_arrivals(store, book, at(4), Inboxes().put) == 0
    assert await left(store) == ["2603.00001"]


async def test_a_paper_leaves_the_list_only_after_its_matches_are_delivered(store: PaperStore, book: TopicBook) -> None:
    await ingest(store, seen(paper(title=CATS, published=at(0)), 1))
    with pytest.raises(ConnectionError):
        await match_arrivals(store, book, at(2), Inboxes(fails=True).put)
    inboxes = Inboxes()
    assert await match_arrivals(store, book, at(2), inboxes.put) == 1
    assert inboxes.pairs == {("cats", "2603.00001")}


async def test_a_paper_without_a_vector_waits_for_it_and_after_a_day_its_authors_are_matched(
    store: PaperStore, book: TopicBook
) -> None:
    cats = seen(paper(title=CATS, published=at(0), authors=("Ann Lee",)), 1)
    await ingest(store, cats, encoder=None)
    inboxes = Inboxes()
    assert await match_arrivals(store, book, at(2), inboxes.put) == 0
    assert inboxes.pairs == set()
    assert await match_arrivals(store, book, at(26), inboxes.put) == 0
    assert inboxes.pairs == {("lee", "2603.00001")}
    await ingest(store, cats)
    assert await match_arrivals(store, book, at(50), inboxes.put) == 1
    assert inboxes.pairs == {("lee", "2603.00001"), ("cats", "2603.00001")}


async def test_a_paper_whose_writer_died_is_waited_for_a_day(store: PaperStore, book: TopicBook) -> None:
    await arrivals.put(store.redis, [arrivals.Waiting("2603.00009", None, NOON.timestamp())])
    assert await match_arrivals(store, book, NOON + timedelta(hours=23), Inboxes().put) == 0
    assert await match_arrivals(store, book, NOON + timedelta(hours=25), Inboxes().put) == 1
    assert await left(store) == []


async def test_a_revision_reaches_who_asked_for_revisions(store: PaperStore, book: TopicBook, redis: Redis) -> None:
    await follow(redis, topic("every version", text="cats", threshold=0.3, revisions=True), ENCODER.vector("cats"))
    await book.refresh()
    await ingest(store, seen(paper(title=CATS, published=at(0), version=1), 1))
    await match_arrivals(store, book, at(2), Inboxes().put)
    await ingest(store, seen(paper(title=f"{CATS}, revised", published=at(0), version=2), 3))
    inboxes = Inboxes()
    assert await match_arrivals(store, book, at(4), inboxes.put) == 1
    assert inboxes.pairs == {("every version", "2603.00001|v2")}


async def test_those_that_must_wait_do_not_stop_the_others(
    store: PaperStore, book: TopicBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.matching.BATCH", 2)
    assert BATCH > 2
    names = ["one", "two", "three", "four", "five"]
    waiting = [
        seen(paper(f"2603.0000{n}", f"A study of {names[n]} dogs", published=at(0)), 1 + n / 10) for n in range(3)
    ]
    await ingest(store, *waiting, encoder=None)
    ready = [seen(paper(f"2603.0001{n}", f"{CATS} and {names[n]}", published=at(0)), 2 + n / 10) for n in range(5)]
    await ingest(store, *ready)
    inboxes = Inboxes()
    assert await match_arrivals(store, book, at(3), inboxes.put) == 5
    assert len(inboxes.pairs) == 5
    assert await left(store) == ["2603.00000", "2603.00001", "2603.00002"]
