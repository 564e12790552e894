"""Papers and signals as they lie in Redis, for everybody who only reads them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from papers import keys, layout
from papers.errors import NotFound
from papers.identity import canonical_id, normalize_doi
from papers.models import Paper, Signal
from papers.trending import Candidate

if TYPE_CHECKING:
    from redis.asyncio import Redis

FIELDS = ("title", "abstract", "authors", "categories", "data")
_PIPELINE = 500


class PaperReader:
    """Reads papers and their signals. Values in Redis are bytes."""

    def __init__(self, redis: "Redis") -> None:
        self.redis = redis

    async def get(self, paper_id: str) -> Paper | None:
        return (await self.get_many([paper_id])).get(paper_id)

    async def get_many(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The papers that exist, by id, in the order asked for."""
        ids = list(dict.fromkeys(ids))
        rows = await self.pipelined("HMGET", [(keys.paper(i), *FIELDS) for i in ids])
        return {i: layout.from_hash(i, named(row)) for i, row in zip(ids, rows, strict=True) if row[0] is not None}

    async def categories(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The categories of those papers that have any, by id."""
        rows: list[bytes | None] = await self.pipelined("HGET", [(keys.paper(i), "categories") for i in ids])
        return {i: tuple(row.decode("utf-8", "replace").split(",")) for i, row in zip(ids, rows, strict=True) if row}

    async def find(self, typed: str) -> Paper:
        """The paper a person means by an arXiv id, a link, a DOI or its stored id. Raises NotFound."""
        typed = typed.encode("utf-8", "replace").decode()  # what a terminal in an old locale makes of bytes
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
        rows = await self.pipelined("ZRANGEBYSCORE", [(keys.signals(i), "-inf", end) for i in ids])
        return {i: tuple(layout.read_signal(member) for member in row) for i, row in zip(ids, rows, strict=True)}

    async def candidates(self, since: datetime, at: datetime) -> list[Candidate]:
        """Papers that may be on a chart of (since, at]: with a signal since, and first seen before its end."""
        members: list[bytes] = await self.redis.execute_command("ZRANGEBYSCORE", keys.ACTIVE, since.timestamp(), "+inf")
        if not members:
            return []
        candidates = await self.candidates_among([member.decode() for member in members], at)
        return [c for c in candidates if c.paper.first_seen is None or c.paper.first_seen <= at]

    async def candidates_among(self, ids: Sequence[str], at: datetime) -> list[Candidate]:
        """These papers with their signals up to ``at``."""
        papers = await self.get_many(ids)
        signals = await self.signals(list(papers), until=at)
        return [Candidate(paper, signals[i]) for i, paper in papers.items()]

    async def newest_signal(self, until: datetime) -> datetime | None:
        """When a paper was last active, of those that were not active after ``until``."""
        newest = await self.redis.zrevrangebyscore(keys.ACTIVE, until.timestamp(), "-inf", 0, 1, withscores=True)
        return datetime.fromtimestamp(float(newest[0][1]), UTC) if newest else None

    async def ids(self) -> AsyncIterator[list[str]]:
        """The ids of all papers, in pages and in no order; one may come twice while papers are written."""
        page: list[str] = []
        async for key in self.redis.scan_iter(match=f"{keys.PAPER_PREFIX}*", count=_PIPELINE):
            page.append(keys.paper_id(key.decode()))
            if len(page) == _PIPELINE:
                yield page
                page = []
        if page:
            yield page

    async def count(self) -> int:
        """How many papers are stored."""
        return sum([len(page) async for page in self.ids()])

    async def pipelined(self, command: str, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
        """One command for many arguments, in as few round trips as is kind to the server."""
        answers: list[Any] = []
        for start in range(0, len(rows), _PIPELINE):
            async with self.redis.pipeline(transaction=False) as pipe:
                for row in rows[start : start + _PIPELINE]:
                    pipe.execute_command(command, *row)
                answers += await pipe.execute()
        return answers


def named(row: Sequence[bytes | None]) -> dict[bytes, bytes]:
    """The fields of a paper's hash, read in the order of ``FIELDS``, by name."""
    return {name.encode(): value for name, value in zip(FIELDS, row, strict=False) if value is not None}
