import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import numpy as np
import pytest
from redis.asyncio import Redis

from papers import layout
from papers.changes import Change
from papers.errors import SourceUnavailable, StoreUnavailable
from papers.index import index_state
from papers.ingestion import BATCH, Ingestion
from papers.layout import Vector
from papers.models import IngestReport, Observation, SignalName
from papers.settings import Settings, load_settings
from papers.store import PaperStore
from tests.papers.builders import paper, seen, signal
from tests.papers.word_encoder import DIMENSION, WordEncoder

UP = SignalName.UPVOTES


@pytest.fixture
async def store(redis: Redis, settings: Settings) -> PaperStore:
    return PaperStore(redis, settings)


async def stream(*observations: Observation) -> AsyncIterator[Observation]:
    for observation in observations:
        yield observation


def many(count: int) -> list[Observation]:
    return [
        seen(
            paper(f"2603.{n:05d}", f"Paper number {n} about things", abstract=f"Words {n} of it."), 0, signal(UP, n, 0)
        )
        for n in range(count)
    ]


async def test_every_paper_is_stored_embedded_and_counted_once(store: PaperStore) -> None:
    count = 2 * BATCH + 7
    report = await Ingestion(store, WordEncoder()).run(stream(*many(count)))
    assert report == IngestReport(seen=count, new=count, embedded=count, signals=count)
    assert await store.count() == count
    state = await index_state(store.redis, store.model)
    assert state is not None
    assert (state.papers, state.dimension, state.failures) == (count, DIMENSION, 0)


async def test_a_second_run_embeds_nothing_and_changes_nothing(store: PaperStore) -> None:
    await Ingestion(store, WordEncoder()).run(stream(*many(40)))
    encoder = WordEncoder()
    report = await Ingestion(store, encoder).run(stream(*many(40)))
    assert report == IngestReport(seen=40)
    assert encoder.texts == []


async def test_only_a_changed_text_is_embedded_again(store: PaperStore) -> None:
    await Ingestion(store, WordEncoder()).run(stream(*many(3)))
    encoder = WordEncoder()
    changed = seen(paper("2603.00001", "Paper number 1 about things", abstract="Other words."), 1)
    report = await Ingestion(store, encoder).run(stream(*many(1), changed))
    assert encoder.texts == ["Paper number 1 about things. Other words."]
    assert (report.new, report.changed, report.embedded) == (0, 1, 1)


async def test_a_paper_seen_in_two_batches_keeps_both_looks(store: PaperStore) -> None:
    """The second batch is planned before the first is written; what comes too late is planned again."""
    again = [seen(o.paper, 5, signal(UP, 1000, 5)) for o in many(BATCH)]
    report = await Ingestion(store, WordEncoder(seconds=0.05)).run(stream(*many(BATCH), *again))
    assert (report.new, report.signals) == (BATCH, 2 * BATCH)
    signals = await store.signals([o.paper.id for o in again])
    assert all(len(series) == 2 for series in signals.values())


async def test_a_source_that_fails_in_the_middle_loses_nothing_that_came_before(store: PaperStore) -> None:
    async def failing() -> AsyncIterator[Observation]:
        for observation in many(BATCH + 5):
            yield observation
        raise SourceUnavailable("test", "it went away")

    ingestion = Ingestion(store, WordEncoder())
    with pytest.raises(SourceUnavailable, match="went away"):
        await ingestion.run(failing())
    assert ingestion.report.new == BATCH + 5
    assert await store.count() == BATCH + 5


async def test_a_store_that_fails_ends_the_run_at_once(store: PaperStore) -> None:
    class Full(PaperStore):
        async def write(self, changes: Sequence[Change], vectors: Mapping[str, Vector]) -> list[Change]:
            raise StoreUnavailable("the disk is full")

    for seconds in (0.0, 0.001, 0.003, 0.01):
        full = Full(store.redis, load_settings())
        async with asyncio.timeout(10):
            with pytest.raises(StoreUnavailable, match="full"):
                await Ingestion(full, WordEncoder(seconds=seconds)).run(stream(*many(10 * BATCH)))


async def test_one_text_is_embedded_once_though_it_is_of_two_papers(store: PaperStore) -> None:
    def record(paper_id: str, author: str) -> Observation:
        return seen(paper(paper_id, "One title of two papers", abstract="One text.", authors=(author,)), 0)

    encoder = WordEncoder()
    await Ingestion(store, encoder).run(stream(record("a", "Ada L."), record("b", "Alan T.")))
    report = await Ingestion(store, encoder).run(stream(record("c", "Grace H.")))
    assert (report.new, report.embedded) == (1, 1)
    assert encoder.texts == ["One title of two papers. One text."]


async def test_successive_snapshots_played_again_change_nothing(store: PaperStore) -> None:
    snapshots = [
        seen(paper(o.paper.id, o.paper.title + (" anew" if day == 2 else "")), day, signal(UP, 7, day))
        for day in range(4)
        for o in many(40)
    ]
    await Ingestion(store, WordEncoder()).run(stream(*snapshots))
    encoder = WordEncoder()
    assert await Ingestion(store, encoder).run(stream(*snapshots)) == IngestReport(seen=160)
    assert encoder.texts == []


async def test_without_an_encoder_papers_are_stored_and_wait_for_their_vectors(store: PaperStore) -> None:
    report = await Ingestion(store, None).run(stream(*many(3)))
    assert (report.new, report.embedded) == (3, 0)
    assert len([i async for i in store.ids_without_vector()]) == 3


async def test_a_ready_vector_is_used_and_a_misshapen_one_is_not(store: PaperStore) -> None:
    def ready(number: int, length: int) -> Observation:
        vector = layout.pack_vector(np.ones(length, np.float32) / np.sqrt(length))
        return many(number + 1)[number].model_copy(update={"embedding": vector})

    encoder = WordEncoder()
    report = await Ingestion(store, encoder).run(stream(ready(0, DIMENSION), ready(1, 5)))
    assert report.embedded == 2
    assert encoder.texts == ["Paper number 1 about things. Words 1 of it."]


async def test_two_ingestions_at_once_store_every_paper_once_with_all_its_signals(store: PaperStore) -> None:
    one = Ingestion(store, WordEncoder(seconds=0.01)).run(stream(*many(300)))
    later = [seen(o.paper, 9, signal(UP, 7777, 9)) for o in many(300)]
    two = Ingestion(store, WordEncoder(seconds=0.02)).run(stream(*later))
    await asyncio.gather(one, two)
    assert await store.count() == 300
    signals = await store.signals([o.paper.id for o in later])
    assert all({s.value for s in series} == {float(n), 7777.0} for n, series in enumerate(signals.values()))


async def test_progress_is_told_after_each_batch(store: PaperStore) -> None:
    told: list[int] = []
    await Ingestion(store, WordEncoder(), on_progress=lambda report: told.append(report.seen)).run(
        stream(*many(BATCH + 1))
    )
    assert told == [BATCH, BATCH + 1]
