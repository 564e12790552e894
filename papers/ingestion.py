"""Observations into the store: planned, embedded and written in three overlapping steps.

While one batch is encoded, the next is read and planned and the last is written, so that the encoder, the
slowest part by far, never waits. The queues between them hold one batch: a slow store slows the source down.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from typing import NamedTuple

from papers import layout
from papers.changes import Change
from papers.encoder import Encoder
from papers.errors import PaperboyError, StoreUnavailable
from papers.layout import Vector
from papers.models import IngestReport, Observation
from papers.store import PaperStore
from papers.twins import alias_keys

BATCH = 64
"""Papers planned together: enough to sort by length, few enough that a crash loses seconds of work."""
_ATTEMPTS = 5

Progress = Callable[[IngestReport], None]


class Batch(NamedTuple):
    changes: list[Change]
    names: frozenset[Hashable]
    """Everything by which its papers are found: ids, and where DOIs and titles point."""


class Ingestion:
    """One run of observations into the store. Safe to repeat: what is known already costs one look."""

    def __init__(self, store: PaperStore, encoder: Encoder | None, *, on_progress: Progress | None = None) -> None:
        self._store = store
        self._encoder = encoder
        self.on_progress = on_progress or (lambda report: None)
        self.report = IngestReport()

    async def run(self, observations: AsyncIterator[Observation]) -> IngestReport:
        """Take all observations. What ``report`` counts is stored.

        Raises the error with which the observations ended, when all that came before is stored; and at once an error
        of the store or the encoder.
        """
        planned: asyncio.Queue[Batch | None] = asyncio.Queue(1)
        encoded: asyncio.Queue[tuple[Batch, dict[str, Vector]] | None] = asyncio.Queue(1)
        under_way = _UnderWay()
        ended_by: list[PaperboyError] = []

        async def plan() -> None:
            async for observations_of_batch in _batches(observations, ended_by):
                names = _names(observations_of_batch)
                await under_way.wait_for(names)
                batch = Batch(await self._store.plan(observations_of_batch), names)
                under_way.add(names)
                await planned.put(batch)
            await planned.put(None)

        async def encode() -> None:
            while (batch := await planned.get()) is not None:
                await encoded.put((batch, await self._encode(batch.changes)))
            await encoded.put(None)

        async def write() -> None:
            while (item := await encoded.get()) is not None:
                batch, vectors = item
                await self._write(batch.changes, vectors)
                under_way.remove(batch.names)

        try:
            async with asyncio.TaskGroup() as group:
                for step in (plan, encode, write):
                    group.create_task(step())
        except ExceptionGroup as group_error:
            raise group_error.exceptions[0] from group_error
        if ended_by:
            raise ended_by[0]
        return self.report

    async def _encode(self, changes: Sequence[Change]) -> dict[str, Vector]:
        """float32[dim] by paper id, for the texts that have no vector yet."""
        ready = {c.paper.id: v for c in changes if c.wants_vector and (v := _ready_vector(c)) is not None}
        if ready:
            # Before the first vector is stored, ready ones tell how long the model's are.
            dimension = await self._store.dimension() or len(next(iter(ready.values())))
            ready = {i: v for i, v in ready.items() if len(v) == dimension}
        ready |= await self._store.vectors_of_same_text([c for c in changes if c.wants_vector])
        wanting = [c.paper for c in changes if c.wants_vector and c.paper.id not in ready]
        if not wanting or self._encoder is None:
            return ready
        texts = list(dict.fromkeys(layout.embedding_text(paper) for paper in wanting))
        vectors = dict(zip(texts, await self._encoder.encode(texts), strict=True))
        return ready | {paper.id: vectors[layout.embedding_text(paper)] for paper in wanting}

    async def _write(self, changes: Sequence[Change], vectors: dict[str, Vector]) -> None:
        if any(change.known is None for change in changes) or vectors:
            await self._store.ensure_index(dimension=len(next(iter(vectors.values()))) if vectors else None)
        late = await self._store.write(changes, vectors)
        self._count([c for c in changes if c not in late], vectors)
        for _ in range(_ATTEMPTS):
            if not late:
                return
            again = await self._store.plan([o for change in late for o in change.observations])
            vectors = await self._encode(again)
            late = await self._store.write(again, vectors)
            self._count([c for c in again if c not in late], vectors)
        raise StoreUnavailable("papers kept changing while they were written")

    def _count(self, written: Sequence[Change], vectors: dict[str, Vector]) -> None:
        counts = self.report
        self.report = counts.model_copy(
            update={
                "seen": counts.seen + sum(len(c.observations) for c in written),
                "new": counts.new + sum(c.known is None and not c.absorbed for c in written),
                "changed": counts.changed + sum(c.paper_changed and bool(c.known or c.absorbed) for c in written),
                "embedded": counts.embedded + sum(c.paper.id in vectors for c in written),
                "signals": counts.signals + sum(len(c.add) for c in written),
            }
        )
        self.on_progress(self.report)


async def at_hand(observations: Sequence[Observation]) -> AsyncIterator[Observation]:
    """Observations that need not be waited for, as a source gives them."""
    for observation in observations:
        yield observation


async def _batches(
    observations: AsyncIterator[Observation], ended_by: list[PaperboyError]
) -> AsyncIterator[list[Observation]]:
    """All that came, also if it ends with an error, which is added to ``ended_by``."""
    batch: list[Observation] = []
    try:
        async for observation in observations:
            batch.append(observation)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except PaperboyError as error:
        ended_by.append(error)
    if batch:
        yield batch


def _ready_vector(change: Change) -> Vector | None:
    """A vector that came with the text it belongs to, if the paper still has that text."""
    for observation in reversed(change.observations):
        same_text = layout.embedding_text(observation.paper) == layout.embedding_text(change.paper)
        if observation.embedding is not None and same_text:
            return layout.unpack_vector(observation.embedding)
    return None


class _UnderWay:
    """What is planned and not written yet: a paper is planned on what the store holds, never on the state before."""

    def __init__(self) -> None:
        self._batches: list[frozenset[Hashable]] = []
        self._changed = asyncio.Event()

    def add(self, names: frozenset[Hashable]) -> None:
        self._batches.append(names)

    def remove(self, names: frozenset[Hashable]) -> None:
        self._batches.remove(names)
        self._changed.set()

    async def wait_for(self, names: frozenset[Hashable]) -> None:
        """Until none of these is under way."""
        while not all(names.isdisjoint(others) for others in self._batches):
            self._changed.clear()
            await self._changed.wait()


def _names(observations: Sequence[Observation]) -> frozenset[Hashable]:
    return frozenset(name for o in observations for name in (o.paper.id, *alias_keys(o.paper)))
