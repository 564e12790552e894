"""Search as a person starts it: a worker embeds the query if one is alive, else the model is loaded here."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from paperboy.wiring import App, open_app
from papers.clock import parse_date
from papers.embedding import SentenceTransformerEncoder
from papers.errors import BadInput, UnreadableFile
from papers.files import json_lines
from papers.filters import filter_expression
from papers.models import Paper, SearchMode, SearchResult
from papers.query import clean_text
from papers.remote_embedding import WorkerFirstEncoder
from papers.search import Search, SearchQuery
from papers.settings import load_settings

_ATTACH_SECONDS = 0.1
TAG = "paperboy"


async def ask(text: str, *, mode: SearchMode, filters: Mapping[str, Any]) -> SearchResult:
    """One query. Raises BadInput for a query or filter that cannot be understood."""
    query = _query(text, mode, filters)
    async with _open_search(warm_up=mode is not SearchMode.KEYWORD) as (_, search):
        return await search.search(query)


async def ask_similar(typed: str, limit: int) -> tuple[Paper, SearchResult]:
    """A paper and those like it. Raises NotFound."""
    async with _open_search(warm_up=False) as (app, search):
        paper = await app.store.find(typed)
        return paper, await search.similar(paper.id, limit)


async def ask_batch(path: Path, run: Path, *, mode: SearchMode, filters: Mapping[str, Any]) -> int:
    """Every query of a file into a TREC run (``qid Q0 docid rank score tag``); returns how many there were."""
    ids, queries = [], []
    for number, record in json_lines(path):
        query_id = record.get("_id", record.get("id")) if isinstance(record, dict) else None
        text = record.get("text") if isinstance(record, dict) else None
        if not isinstance(query_id, str | int) or not isinstance(text, str) or not text.strip():
            raise UnreadableFile(f"{path}, line {number}: not a query, which is JSON of _id and text")
        if len(str(query_id).split()) != 1:
            raise UnreadableFile(f"{path}, line {number}: a TREC run has no room for spaces in a query's _id")
        ids.append(str(query_id))
        queries.append(_query(text, mode, filters))
    async with _open_search(warm_up=mode is not SearchMode.KEYWORD) as (_, search):
        results = await search.search_many(queries)
    _write_run(run, ids, results)
    return len(ids)


def _write_run(run: Path, ids: list[str], results: list[SearchResult]) -> None:
    try:
        with run.open("w", encoding="utf-8") as out:
            for query_id, result in zip(ids, results, strict=True):
                for rank, hit in enumerate(result.hits, start=1):
                    document = "_".join(hit.paper.id.split())
                    out.write(f"{query_id} Q0 {document} {rank} {hit.score:.6f} {TAG}\n")
    except OSError as error:
        raise BadInput(f"--run {run}: {(error.strerror or str(error)).lower()}") from None


def _query(text: str, mode: SearchMode, filters: Mapping[str, Any]) -> SearchQuery:
    since, until = filters["since"], filters["until"]
    query = SearchQuery(
        text=text,
        limit=filters["limit"],
        since=parse_date(since, what="--since") if since else None,
        until=parse_date(until, what="--until") if until else None,
        categories=tuple(filters["categories"]),
        author=filters["author"],
        mode=mode,
    )
    # Whether it can be understood is known before a store is opened or a model loaded.
    clean_text(text)
    filter_expression(query)
    return query


@asynccontextmanager
async def _open_search(*, warm_up: bool) -> AsyncIterator[tuple[App, Search]]:
    """A search over the store. ``warm_up``: a store slow to open means that no worker runs on it, so the model is
    loaded here meanwhile."""
    settings = load_settings()
    local = SentenceTransformerEncoder(settings.embedding.model, batch_size=settings.embedding.batch_size)
    async with AsyncExitStack() as stack:
        stack.callback(local.close)
        opening = asyncio.create_task(stack.enter_async_context(open_app(settings)))
        loading: asyncio.Task[None] | None = None
        if warm_up and not (await asyncio.wait({opening}, timeout=_ATTACH_SECONDS))[0]:
            loading = asyncio.create_task(local.load())
        app = await opening
        if loading is not None:
            # A model that does not load is told when the query is encoded.
            await asyncio.gather(loading, return_exceptions=True)
        yield app, Search(app.store.redis, WorkerFirstEncoder(app.store.redis, settings, local), settings)
