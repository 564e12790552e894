"""Papers that a bot in tests can talk about, and somebody who embeds questions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from papers import charts
from papers.clock import SystemClock
from papers.embedding_server import serve_embeddings
from papers.ingestion import Ingestion, at_hand
from papers.models import Observation, Paper, Signal, SignalName
from papers.redis.connection import open_redis
from papers.settings import Settings
from papers.store import PaperStore
from tests.papers.word_encoder import WordEncoder

ABSTRACT = "Learning is hard. A robot arm opens doors after watching videos of people. We propose a policy for it."


def paper_id(number: int) -> str:
    return f"2610.{number:05}"


@asynccontextmanager
async def library(settings: Settings, *, hostile: str) -> AsyncIterator[Ingestion]:
    """Twelve papers, and their chart; the second one's title is ``hostile``."""
    async with open_redis(settings) as redis:
        store, stop, encoder = PaperStore(redis, settings), asyncio.Event(), WordEncoder()
        made = Ingestion(store, encoder)
        await made.run(at_hand([robot(number, hostile if number == 2 else "") for number in range(1, 13)]))
        await charts.refresh(store, SystemClock())
        serving = asyncio.create_task(serve_embeddings(redis, encoder, stop=stop, name="of-the-test"))
        try:
            yield made
        finally:
            stop.set()
            await serving


def robot(number: int, title: str = "", *, hours: float = 1) -> Observation:
    """A paper that was heard of so many hours ago. The first one has the most votes."""
    now = datetime.now(UTC)
    paper = Paper(
        id=paper_id(number),
        title=title or f"A robot that opens doors of kind {number}",
        abstract=ABSTRACT,
        authors=("Ada Lovelace", "Alan Turing"),
        published=now - timedelta(hours=number % 12 + 12),
        listed=now - timedelta(hours=2),
        categories=("cs.RO" if number % 2 else "cs.CV",),
    )
    seen_at = now - timedelta(hours=hours)
    votes = Signal(name=SignalName.UPVOTES, value=max(0, 100 - number), at=seen_at)
    return Observation(source="test", seen_at=seen_at, paper=paper, signals=(votes,))
