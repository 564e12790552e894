"""Papers in Redis: the only writer of them.

Writing is two steps, so that a batch is embedded between them: ``plan`` reads what is known and says what would
change, ``write`` makes the changes. A paper that somebody else wrote in between is handed back to be planned
again; both steps may be repeated without harm.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, cast

from papers import arrivals, keys, layout, series
from papers.changes import Change, Known, combine
from papers.errors import SchemaMismatch
from papers.index import ensure_index, index_state, indexed_models, retire_index
from papers.layout import Vector
from papers.models import Observation, Paper
from papers.reader import FIELDS, PaperReader, named
from papers.scripts import Script
from papers.settings import Settings
from papers.twins import alias_keys, group

if TYPE_CHECKING:
    from redis.asyncio import Redis

SCHEMA_VERSION = 1


class PaperStore(PaperReader):
    """Reads and writes papers and their signals, and vectors of the configured model."""

    def __init__(self, redis: "Redis", settings: Settings) -> None:
        super().__init__(redis)
        self.model = settings.embedding.model
        self._settings = settings
        self._vector_field = layout.vector_field(self.model)
        self._indexed: int | None = None
        self._save = Script("save_paper")

    async def check_schema(self) -> None:
        """Mark a new store with this layout's version. Raises SchemaMismatch for a version not known here."""
        await self.redis.set(keys.SCHEMA, SCHEMA_VERSION, nx=True)
        found: bytes | None = await self.redis.execute_command("GET", keys.SCHEMA)
        if found is None or int(found) != SCHEMA_VERSION:
            raise SchemaMismatch(
                f"this store has schema version {(found or b'?').decode()}, this Paperboy knows {SCHEMA_VERSION}: "
                "use the Paperboy that wrote it, or another PAPERBOY_DATA_DIR"
            )

    # the index

    async def ensure_index(self, *, dimension: int | None) -> None:
        """Make sure that what is written is found; without the model's dimension, by its words."""
        if dimension is None or dimension != self._indexed:
            await ensure_index(self.redis, self.model, dimension, self._settings)
            self._indexed = dimension

    async def dimension(self) -> int | None:
        """Length of the configured model's vectors in the index; None as long as it has none."""
        if self._indexed is None:
            state = await index_state(self.redis, self.model)
            self._indexed = state.dimension if state else None
        return self._indexed

    async def retire_other_models(self) -> None:
        """Remove vectors and index of every model but the configured one. May be stopped and started again."""
        for slug in await indexed_models(self.redis) - {layout.model_slug(self.model)}:
            async for batch in self.ids():
                await self.pipelined("HDEL", [(keys.paper(i), layout.vector_field(slug)) for i in batch])
            await retire_index(self.redis, slug)

    async def vectors_of_same_text(self, changes: Sequence[Change]) -> dict[str, Vector]:
        """float32[dim] by paper id, for papers whose very text is embedded already as another paper's."""
        wanted = [(c.paper.id, other) for c in changes for other in c.same_text]
        found = await self.pipelined("HGET", [(keys.paper(other), self._vector_field) for _, other in wanted])
        return {i: layout.unpack_vector(raw) for (i, _), raw in zip(wanted, found, strict=True) if raw}

    async def ids_without_vector(self) -> AsyncIterator[str]:
        """Ids of papers that have no vector of the configured model, in no order."""
        async for batch in self.ids():
            has = await self.pipelined("HEXISTS", [(keys.paper(i), self._vector_field) for i in batch])
            for paper_id, exists in zip(batch, has, strict=True):
                if not exists:
                    yield paper_id

    # planning

    async def plan(self, observations: Sequence[Observation]) -> list[Change]:
        """What these observations would change, one Change for each paper they tell of, in their order."""
        groups = group(observations, *await self._find_twins(observations))
        known = await self._known([i for one in groups for i in (one.id, *one.twins)])
        return [combine(one, known) for one in groups]

    async def _find_twins(self, observations: Sequence[Observation]) -> tuple[list[list[Paper]], set[str]]:
        """For each observation the stored papers that its DOI or title points at; and which of their ids are stored."""
        lookups = [(number, alias) for number, o in enumerate(observations) for alias in alias_keys(o.paper)]
        targets: list[bytes | None] = await self.pipelined("HGET", [alias for _, alias in lookups])
        pointed = [(number, target.decode()) for (number, _), target in zip(lookups, targets, strict=True) if target]
        others = await self.get_many({i for number, i in pointed if i != observations[number].paper.id})
        matches: list[list[Paper]] = [[] for _ in observations]
        for number, paper_id in pointed:
            if paper_id in others and paper_id != observations[number].paper.id:
                matches[number].append(others[paper_id])
        ids = list({o.paper.id for o in observations})
        exists = await self.pipelined("EXISTS", [(keys.paper(i),) for i in ids])
        return matches, {i for i, here in zip(ids, exists, strict=True) if here}

    async def _known(self, ids: Sequence[str]) -> dict[str, Known]:
        rows = await self.pipelined("HMGET", [(keys.paper(i), *FIELDS, "rev") for i in ids])
        embedded = await self.pipelined("HEXISTS", [(keys.paper(i), self._vector_field) for i in ids])
        signals = await self.signals(ids)
        return {
            i: Known(
                paper=layout.from_hash(i, named(row)),
                revision=(row[-1] or b"").decode(),
                embedded=bool(has),
                signals=series.by_name(signals[i]),
            )
            for i, row, has in zip(ids, rows, embedded, strict=True)
            if row[0] is not None
        }

    # writing

    async def write(self, changes: Sequence[Change], vectors: Mapping[str, Vector]) -> list[Change]:
        """Make the changes; ``vectors`` holds float32[dim] by paper id. Returns those that came too late.

        Changes that come back were planned on a paper that another process has changed since: plan them again.
        """
        await arrivals.put_renamed(self.redis, changes)
        await arrivals.put(self.redis, arrivals.news(changes))
        late = await self._write_papers([c for c in changes if c.paper_changed or c.paper.id in vectors], vectors)
        late_ids = {change.paper.id for change in late}
        in_time = [c for c in changes if c.paper.id not in late_ids]
        await self._write_signals(in_time)
        await self._remove_absorbed([c for c in in_time if c.absorbed])
        return late

    async def write_vectors(self, papers: Mapping[str, Paper], vectors: Mapping[str, Vector]) -> None:
        """Add vectors to papers whose text is still what was embedded; others are left for the next look."""
        known = await self._known(list(papers))
        unchanged = [
            Change((), papers[i], replace(k, embedded=False), (), ())
            for i, k in known.items()
            if layout.embedding_text(k.paper) == layout.embedding_text(papers[i]) and i in vectors
        ]
        current = [replace(c, paper=cast(Known, c.known).paper) for c in unchanged]
        await self._write_papers(current, vectors)

    async def _write_papers(self, changes: Sequence[Change], vectors: Mapping[str, Vector]) -> list[Change]:
        if not changes:
            return []
        await self.redis.execute_command("SCRIPT LOAD", self._save.text)
        rows = []
        for change in changes:
            fields: dict[str, str | bytes] = {**layout.to_hash(change.paper)}
            if change.paper.id in vectors:
                fields[self._vector_field] = layout.pack_vector(vectors[change.paper.id])
            revision = change.known.revision if change.known else ""
            flat = chain.from_iterable(fields.items())
            rows.append((self._save.sha, 1, keys.paper(change.paper.id), revision, int(change.text_changed), *flat))
        # What points at a paper is written before it: a writer killed in between leaves nothing unreachable.
        await self._write_aliases([change.paper for change in changes if change.paper_changed])
        saved = await self.pipelined("EVALSHA", rows)
        return [change for change, done in zip(changes, saved, strict=True) if not done]

    async def _write_aliases(self, papers: Sequence[Paper]) -> None:
        aliases = [(*alias, paper.id) for paper in papers for alias in alias_keys(paper)]
        await self.pipelined("HSETNX", aliases)

    async def _remove_absorbed(self, changes: Sequence[Change]) -> None:
        """Remove papers that went into others; last, and what points at them at the very end, so that a writer that
        dies on the way leaves twins that are found again."""
        gone = [paper.id for change in changes for paper in change.absorbed]
        await self.pipelined("DEL", [(key,) for i in gone for key in (keys.paper(i), keys.signals(i))])
        await self.pipelined("ZREM", [(key, i) for i in gone for key in (keys.ACTIVE, keys.ARRIVALS)])
        aliases = [
            (*alias, c.paper.id) for c in changes for paper in (c.paper, *c.absorbed) for alias in alias_keys(paper)
        ]
        await self.pipelined("HSET", aliases)

    async def _write_signals(self, changes: Sequence[Change]) -> None:
        add = [(c.paper.id, signal) for c in changes for signal in c.add]
        await self.pipelined("ZADD", [(keys.signals(i), *layout.signal_member(signal)) for i, signal in add])
        remove = [(c.paper.id, signal) for c in changes for signal in c.remove]
        await self.pipelined("ZREM", [(keys.signals(i), layout.signal_member(signal)[1]) for i, signal in remove])
        active = {c.paper.id: max(signal.at for signal in c.add) for c in changes if c.add}
        await self.pipelined("ZADD", [(keys.ACTIVE, "GT", int(at.timestamp()), i) for i, at in active.items()])
