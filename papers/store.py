"""Papers in Redis: the only writer of them.

Writing is two steps, so that a batch is embedded between them: ``plan`` reads what is known and says what would
change, ``write`` makes the changes. A paper that somebody else wrote in between is handed back to be planned
again; both steps may be repeated without harm.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from papers import keys, layout, series
from papers.changes import Change, Known, alias_keys, combine, same_paper_among
from papers.errors import NotFound, SchemaMismatch
from papers.identity import canonical_id, normalize_doi
from papers.layout import Vector
from papers.models import Observation, Paper, Signal
from papers.scripts import Script
from papers.settings import Settings
from papers.trending import Candidate

if TYPE_CHECKING:
    from redis.asyncio import Redis

SCHEMA_VERSION = 1
_FIELDS = ("title", "abstract", "authors", "categories", "data", "rev")
_PIPELINE = 500


class PaperStore:
    """Reads and writes papers and their signals, and vectors of the configured model."""

    def __init__(self, redis: "Redis", settings: Settings) -> None:
        self.redis = redis
        self.model = settings.embedding.model
        self._settings = settings
        self._vector_field = layout.vector_field(self.model)
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

    # reading

    async def get(self, paper_id: str) -> Paper | None:
        return (await self.get_many([paper_id])).get(paper_id)

    async def get_many(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The papers that exist, by id, in the order asked for."""
        ids = list(dict.fromkeys(ids))
        rows = await self._pipelined("HMGET", [(keys.paper(i), *_FIELDS) for i in ids])
        return {i: layout.from_hash(i, _fields(row)) for i, row in zip(ids, rows, strict=True) if row[0] is not None}

    async def find(self, typed: str) -> Paper:
        """The paper a person means by an arXiv id, a link, a DOI or its stored id. Raises NotFound."""
        wanted = canonical_id(typed)
        paper = await self.get(wanted) or await self.get(typed)
        doi = normalize_doi(typed)
        if paper is None and doi:
            alias: bytes | None = await self.redis.execute_command("HGET", *keys.alias("doi", doi))
            paper = await self.get(alias.decode()) if alias else None
        if paper is None:
            raise NotFound(f"no paper {typed[:100]!r} here; `paperboy search` finds papers by words")
        return paper

    async def signals(self, ids: Sequence[str], *, until: datetime | None = None) -> dict[str, tuple[Signal, ...]]:
        """Every signal of these papers up to a time, oldest first."""
        end = "+inf" if until is None else str(until.timestamp())
        rows = await self._pipelined("ZRANGEBYSCORE", [(keys.signals(i), "-inf", end) for i in ids])
        return {i: tuple(layout.read_signal(member) for member in row) for i, row in zip(ids, rows, strict=True)}

    async def candidates(self, since: datetime, at: datetime) -> list[Candidate]:
        """Papers that may be on a chart of (since, at]: with a signal since, and first seen before its end."""
        members: list[bytes] = await self.redis.execute_command("ZRANGEBYSCORE", keys.ACTIVE, since.timestamp(), "+inf")
        if not members:
            return []
        seen: list[bytes | None] = await self.redis.execute_command("ZMSCORE", keys.FIRST_SEEN, *members)
        ids = [
            member.decode()
            for member, first in zip(members, seen, strict=True)
            if first is not None and float(first) <= at.timestamp()
        ]
        return await self.candidates_among(ids, at)

    async def candidates_among(self, ids: Sequence[str], at: datetime) -> list[Candidate]:
        """These papers with their signals up to ``at``."""
        papers = await self.get_many(ids)
        signals = await self.signals(list(papers), until=at)
        return [Candidate(paper, signals[i]) for i, paper in papers.items()]

    async def ids_without_vector(self) -> AsyncIterator[str]:
        """Ids of papers that have no vector of the configured model, in no order."""
        async for batch in self._scan():
            has = await self._pipelined("HEXISTS", [(keys.paper(i), self._vector_field) for i in batch])
            for paper_id, exists in zip(batch, has, strict=True):
                if not exists:
                    yield paper_id

    async def newest_signal(self) -> datetime | None:
        """The time of the newest signal of any paper."""
        newest = await self.redis.zrevrange(keys.ACTIVE, 0, 0, withscores=True)
        return datetime.fromtimestamp(float(newest[0][1]), UTC) if newest else None

    async def count(self) -> int:
        """How many papers are stored."""
        return int(await self.redis.zcard(keys.FIRST_SEEN))

    async def _scan(self) -> AsyncIterator[list[str]]:
        cursor = 0
        while True:
            cursor, members = await self.redis.zscan(keys.FIRST_SEEN, cursor, count=_PIPELINE)
            if members:
                yield [member.decode() for member, _ in members]
            if cursor == 0:
                return

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
        exists = await self._pipelined("EXISTS", [(keys.paper(i),) for i in wanted])
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
        targets = await self._pipelined("HGET", [alias for _, alias in lookups])
        found = await self.get_many(target.decode() for target in targets if target)
        matches: dict[str, list[Paper]] = {}
        for (paper_id, _), target in zip(lookups, targets, strict=True):
            if target and target.decode() in found:
                matches.setdefault(paper_id, []).append(found[target.decode()])
        return matches

    async def _known(self, ids: Sequence[str]) -> dict[str, Known]:
        rows = await self._pipelined("HMGET", [(keys.paper(i), *_FIELDS) for i in ids])
        embedded = await self._pipelined("HEXISTS", [(keys.paper(i), self._vector_field) for i in ids])
        signals = await self.signals(ids)
        return {
            i: Known(
                paper=layout.from_hash(i, _fields(row)),
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
        saved = await self._pipelined("EVALSHA", rows)
        return [change for change, done in zip(changes, saved, strict=True) if not done]

    async def _write_aliases(self, papers: Sequence[Paper]) -> None:
        aliases = [(*alias, paper.id) for paper in papers for alias in alias_keys(paper)]
        await self._pipelined("HSETNX", aliases)
        seen = [(keys.FIRST_SEEN, "LT", int(p.first_seen.timestamp()), p.id) for p in papers if p.first_seen]
        await self._pipelined("ZADD", seen)

    async def _write_signals(self, changes: Sequence[Change]) -> None:
        add = [(c.paper.id, signal) for c in changes for signal in c.add]
        await self._pipelined("ZADD", [(keys.signals(i), *layout.signal_member(signal)) for i, signal in add])
        remove = [(c.paper.id, signal) for c in changes for signal in c.remove]
        await self._pipelined("ZREM", [(keys.signals(i), layout.signal_member(signal)[1]) for i, signal in remove])
        active = {c.paper.id: max(signal.at for signal in c.add) for c in changes if c.add}
        await self._pipelined("ZADD", [(keys.ACTIVE, "GT", int(at.timestamp()), i) for i, at in active.items()])

    async def _pipelined(self, command: str, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """One command for many arguments, in as few round trips as is kind to the server."""
        answers: list[Any] = []
        for start in range(0, len(rows), _PIPELINE):
            async with self.redis.pipeline(transaction=False) as pipe:
                for row in rows[start : start + _PIPELINE]:
                    pipe.execute_command(command, *row)
                answers += await pipe.execute()
        return answers


def _fields(row: Sequence[bytes | None]) -> dict[bytes, bytes]:
    return {name.encode(): value for name, value in zip(_FIELDS, row, strict=True) if value is not None}
