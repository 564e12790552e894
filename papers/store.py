"""Papers in Redis: the only writer of them.

Writing is two steps, so that a batch is embedded between them: ``plan`` reads what is known and says what would
change, ``write`` makes the changes. A paper that somebody else wrote in between is handed back to be planned
again; both steps may be repeated without harm.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, cast

from papers import keys, layout, series
from papers.changes import Change, Known, alias_keys, combine, same_paper_among
from papers.errors import SchemaMismatch
from papers.index import ensure_index, index_state, indexed_models, retire_index
from papers.layout import Vector
from papers.models import Observation, Paper
from papers.reader import FIELDS, PaperReader, named
from papers.scripts import Script
from papers.settings import Settings

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
        ids = await self._resolve(observations)
        known = await self._known(list(dict.fromkeys(ids)))
        grouped: dict[str, list[Observation]] = {}
        for paper_id, observation in zip(ids, observations, strict=True):
            grouped.setdefault(paper_id, []).append(observation)
        return [combine(paper_id, group, known.get(paper_id)) for paper_id, group in grouped.items()]

    async def _resolve(self, observations: Sequence[Observation]) -> list[str]:
        """The id under which each observation's paper is, or will be, stored."""
        wanted = [observation.paper.id for observation in observations]
        exists = await self.pipelined("EXISTS", [(keys.paper(i),) for i in wanted])
        strangers = [o for o, here in zip(observations, exists, strict=True) if not here]
        aliases = await self._follow_aliases(strangers)
        fresh: dict[tuple[str, str], Paper] = {}
        ids: list[str] = []
        for observation, here in zip(observations, exists, strict=True):
            paper = observation.paper
            resolved = paper.id if here else same_paper_among(aliases.get(paper.id, []), fresh, paper)
            ids.append(resolved)
            fresh.update((alias, paper.model_copy(update={"id": resolved})) for alias in alias_keys(paper))
        return ids

    async def _follow_aliases(self, strangers: Sequence[Observation]) -> dict[str, list[Paper]]:
        """For papers not stored under their own id: those that share their DOI or title, best match first."""
        lookups = [(o.paper.id, alias) for o in strangers for alias in alias_keys(o.paper)]
        targets = await self.pipelined("HGET", [alias for _, alias in lookups])
        found = await self.get_many(target.decode() for target in targets if target)
        matches: dict[str, list[Paper]] = {}
        for (paper_id, _), target in zip(lookups, targets, strict=True):
            if target and target.decode() in found:
                matches.setdefault(paper_id, []).append(found[target.decode()])
        return matches

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
        late = await self._write_papers([c for c in changes if c.paper_changed or c.paper.id in vectors], vectors)
        late_ids = {change.paper.id for change in late}
        await self._write_signals([c for c in changes if c.paper.id not in late_ids])
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

    async def _write_signals(self, changes: Sequence[Change]) -> None:
        add = [(c.paper.id, signal) for c in changes for signal in c.add]
        await self.pipelined("ZADD", [(keys.signals(i), *layout.signal_member(signal)) for i, signal in add])
        remove = [(c.paper.id, signal) for c in changes for signal in c.remove]
        await self.pipelined("ZREM", [(keys.signals(i), layout.signal_member(signal)[1]) for i, signal in remove])
        active = {c.paper.id: max(signal.at for signal in c.add) for c in changes if c.add}
        await self.pipelined("ZADD", [(keys.ACTIVE, "GT", int(at.timestamp()), i) for i, at in active.items()])
