"""New papers against all topics that are followed: seconds, memory, and how near it comes to the bare matrix product.

Topics lie in a Redis of the benchmark's own; a process of its own loads them, as a worker does, so that ``peak_mb`` is
of the whole: Python, topics, and what matching needs. Goals: ``match_s`` 5 or less and ``peak_mb`` 1,000 or less for
1,000 papers and 100,000 topics on 2 cores; ``ratio_to_product`` 1.5 or less; ``times_half_topics`` and
``times_half_papers`` near 2. The limit is the matrix product.
"""

import asyncio
import copy
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.corpus import corpus_name, papers
from bench.scratch import scratch_settings
from bench.topics import paper_vectors, store_topics, subscription
from papers import keys
from papers.layout import Vector
from papers.redis.connection import open_redis
from papers.settings import RedisSettings, Settings
from papers.topic_book import TopicBook
from papers.topic_columns import TopicColumns
from papers.topics import TOPICS, Arrival, match

TOPIC_COUNT = 100_000
CHANGED = 100
_ROUNDS = 5


async def run(count: int = 1000, topics: int = TOPIC_COUNT) -> dict[str, Any]:
    """Measure with ``count`` papers."""
    with scratch_settings() as settings:
        async with open_redis(settings) as redis:
            await store_topics(redis, settings.embedding.model, topics, list(papers(count)))
            child = (sys.executable, "-m", "bench.match", str(settings.data_dir), str(count))
            done = await asyncio.to_thread(subprocess.run, child, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return {
        "bench": "match",
        "papers": count,
        "topics": topics,
        "corpus": corpus_name(),
        **figures,
        "limit": "the matrix product",
    }


async def _measure(settings: Settings, count: int) -> dict[str, Any]:
    """What the process of its own does."""
    chosen = list(islice(papers(count), count))
    vectors = paper_vectors(chosen)
    arrivals = [Arrival(paper, time.time()) for paper in chosen]
    async with open_redis(settings) as redis:
        book = TopicBook(redis, settings.embedding.model)
        start = time.perf_counter()
        await book.refresh()
        load = time.perf_counter() - start
        for number in range(1, CHANGED + 1):
            changed = subscription(number, 0.5, chosen)
            await redis.hset(keys.subscription(changed.id), "data", changed.model_dump_json())
            await redis.zadd(keys.TOPICS, {changed.id: await redis.incr(keys.TOPICS_REVISION)})
        start = time.perf_counter()
        refreshed = await book.refresh()
        refresh = time.perf_counter() - start
    assert refreshed == CHANGED
    columns = book.columns
    fewer = copy.copy(columns)
    fewer.size //= 2
    half = count // 2
    matched: list[int] = []
    # In turns, so that a machine that slows down slows all of them.
    steps: dict[str, Callable[[], object]] = {
        "product": lambda: _product(columns, vectors),
        "match": lambda: matched.append(len(match(columns, arrivals, vectors))),
        "half_topics": lambda: match(fewer, arrivals, vectors),
        "half_papers": lambda: match(columns, arrivals[:half], vectors[:half]),
    }
    rounds = [{name: _seconds(step) for name, step in steps.items()} for _ in range(_ROUNDS)]
    seconds = {name: median(one[name] for one in rounds) for name in steps}
    return {
        "matches": matched[0],
        "match_s": round(seconds["match"], 2),
        "product_s": round(seconds["product"], 2),
        "ratio_to_product": round(median(one["match"] / one["product"] for one in rounds), 2),
        "times_half_topics": round(median(one["match"] / one["half_topics"] for one in rounds), 2),
        "times_half_papers": round(median(one["match"] / one["half_papers"] for one in rounds), 2),
        "load_s": round(load, 2),
        f"refresh_{CHANGED}_changes_ms": round(1000 * refresh, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _product(columns: TopicColumns, vectors: Vector) -> None:
    """The bare similarities in the same blocks, and nothing done with them."""
    block = np.empty((TOPICS, len(vectors)), np.float32)
    for top in range(0, columns.size, TOPICS):
        rows = columns.vectors[top : min(top + TOPICS, columns.size)]
        np.matmul(rows, vectors.T, out=block[: len(rows)])


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    where = Settings(data_dir=Path(sys.argv[1]), redis=RedisSettings(url=None))
    print(json.dumps(asyncio.run(_measure(where, int(sys.argv[2])))))
