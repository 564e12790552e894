"""The product's jobs, sent through the queue to the product's receiver in this process, with a real store."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import numpy as np
import pytest
from redis.asyncio import Redis

from papers import charts, keys
from papers.addresses import AddressBook
from papers.clock import FixedClock
from papers.deliveries import Ledger
from papers.delivery_attempt import Attempt
from papers.errors import SourceUnavailable
from papers.layout import Vector
from papers.models import Observation, Paper, Signal, SignalName, Window
from papers.sending import Sender
from papers.settings import Settings
from papers.sources.base import Source
from papers.store import PaperStore
from papers.subscriptions import Subscriptions
from papers.topic_book import TopicBook
from papers.vault import open_vault
from papers.writing import Writer
from tests.workers.conftest import LEASE, eventually
from workers.broker import QueueBroker, enqueue, make_broker
from workers.jobs import JOBS, register_jobs
from workers.messages import EmbedMissing, IngestSource, Message, RefreshCharts
from workers.receiver import serve_jobs
from workers.resources import Resources, provide

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
PAPERS = tuple(f"A study of number {word} and what follows" for word in ("one", "two", "three"))
INGEST = IngestSource(source="shelf", since=date(2026, 3, 30), until=date(2026, 3, 31))


class Shelf:
    """A source with three papers."""

    name = "shelf"
    skipped = 0

    def __init__(self) -> None:
        self.asked: list[tuple[date, date]] = []
        self.broken = False

    async def fetch(self, since: date, until: date) -> AsyncIterator[Observation]:
        self.asked.append((since, until))
        for number, title in enumerate(PAPERS):
            paper = Paper(id=f"2603.0000{number}", title=title, published=NOW, listed=NOW)
            votes = Signal(name=SignalName.UPVOTES, value=number + 1, at=NOW)
            yield Observation(source=self.name, seen_at=NOW, paper=paper, signals=(votes,))
            if self.broken:
                raise SourceUnavailable(self.name, "asked us to come back tomorrow")

    async def fetch_ids(self, ids: Sequence[str]) -> list[Observation]:
        return []

    async def check(self) -> str:
        return "fine"


class Dice:
    """An encoder whose vectors mean nothing but are of unit length."""

    def __init__(self, model: str) -> None:
        self.model = model

    async def dimension(self) -> int:
        return 8

    async def encode(self, texts: Sequence[str]) -> Vector:
        vectors = np.random.default_rng(7).normal(size=(len(texts), 8)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def resources(redis: Redis, settings: Settings, shelf: Shelf) -> Resources:
    return resources_of(redis, settings, {shelf.name: shelf})


def resources_of(redis: Redis, settings: Settings, sources: Mapping[str, Source]) -> Resources:
    """What the composition root gives a worker, with vectors that mean nothing and no platform to send to."""
    clock, ledger, subscriptions = FixedClock(NOW), Ledger(redis, settings), Subscriptions(redis, settings)
    store, addresses = PaperStore(redis, settings), AddressBook(redis, lambda: open_vault(settings))
    writer = Writer(store, subscriptions, addresses)
    attempt = Attempt(ledger, writer, subscriptions, addresses, {}, max_tries=1)
    return Resources(
        settings=settings,
        clock=clock,
        redis=redis,
        store=store,
        encoder=Dice(settings.embedding.model),
        query_encoder=Dice(settings.embedding.model),
        sources=sources,
        subscriptions=subscriptions,
        ledger=ledger,
        book=TopicBook(redis, settings.embedding.model),
        sender=Sender(ledger, attempt, {}, clock, concurrency=1),
    )


@asynccontextmanager
async def worker(resources: Resources) -> AsyncIterator[QueueBroker]:
    broker = make_broker(resources.redis, lease=LEASE)
    provide(broker, resources)
    register_jobs(broker)
    stop = asyncio.Event()
    serving = asyncio.create_task(serve_jobs(broker, stop, concurrency=2, time_limit=20))
    yield broker
    stop.set()
    await serving


async def run(resources: Resources, *messages: Message) -> QueueBroker:
    """Have a worker do these jobs, one after the other."""
    async with worker(resources) as broker:
        for message in messages:
            await enqueue(broker, message)
            await eventually(lambda: _idle(resources.redis), lambda: "jobs stayed in the queue")
        return broker


async def _idle(redis: Redis) -> bool:
    return bool(await redis.xlen(keys.JOBS) == 0)


async def test_a_source_is_fetched_embedded_and_stored(resources: Resources, shelf: Shelf) -> None:
    broker = await run(resources, INGEST)
    assert await broker.queue.dead() == []
    assert shelf.asked == [(INGEST.since, INGEST.until)]
    assert await resources.store.count() == len(PAPERS)
    assert [i async for i in resources.store.ids_without_vector()] == []


async def test_ingesting_again_changes_nothing(resources: Resources) -> None:
    await run(resources, INGEST, INGEST)
    assert await resources.store.count() == len(PAPERS)


async def test_a_source_that_fails_is_tried_three_times_and_what_it_gave_is_not_lost(
    resources: Resources, shelf: Shelf
) -> None:
    shelf.broken = True
    broker = await run(resources, INGEST)
    assert len(shelf.asked) == 3
    (dead,) = await broker.queue.dead()
    assert dead.reason == "failed 3 times, at last: shelf: asked us to come back tomorrow"


async def test_charts_are_computed_as_of_the_clock(resources: Resources) -> None:
    await run(resources, INGEST, RefreshCharts())
    chart = (await charts.read(resources.store, FixedClock(NOW), window=Window.DAY))[1]
    assert chart[0].paper.title == PAPERS[-1]


async def test_new_papers_are_on_the_charts_without_waiting_for_the_next_refresh(
    resources: Resources, redis: Redis
) -> None:
    await run(resources, RefreshCharts(), INGEST)
    _, chart = await charts.read(resources.store, FixedClock(NOW), window=Window.DAY)
    assert len(chart) == len(PAPERS)
    assert await redis.exists(keys.chart_time(Window.DAY))  # it was read, not computed


async def test_papers_without_a_vector_get_one(resources: Resources, redis: Redis) -> None:
    await run(resources, INGEST)
    other = resources.settings.model_copy(
        update={"embedding": resources.settings.embedding.model_copy(update={"model": "another"})}
    )
    moved = resources_of(redis, other, resources.sources)
    assert len([i async for i in moved.store.ids_without_vector()]) == len(PAPERS)
    broker = await run(moved, EmbedMissing(model=other.embedding.model))
    assert await broker.queue.dead() == []
    assert [i async for i in moved.store.ids_without_vector()] == []


async def test_embedding_asked_for_a_model_that_is_no_longer_configured_is_skipped(resources: Resources) -> None:
    broker = await run(resources, EmbedMissing(model="an older one"))
    assert await broker.queue.dead() == []


async def test_a_source_that_is_not_configured_ends_among_the_dead_with_what_to_do(resources: Resources) -> None:
    broker = await run(resources, INGEST.model_copy(update={"source": "elsewhere"}))
    (dead,) = await broker.queue.dead()
    assert "PAPERBOY_WORKER_SOURCES" in dead.reason


def test_each_message_has_its_job() -> None:
    assert {message.job for message in Message.__subclasses__() if message.__module__ == Message.__module__} == set(
        JOBS
    )
