"""The whole way of a paper on a Redis Cluster: what is used together must lie on one node.

One node with all slots: the cluster's rules (slots, no multi-key commands across them) are enforced all the same.
The wheel's search module has no coordinator, so a search over several nodes cannot be tried here.
"""

from collections.abc import AsyncIterator
from pathlib import Path

from redis.asyncio import RedisCluster

from papers import charts
from papers.clock import FixedClock
from papers.ingestion import Ingestion
from papers.models import Observation, SignalName, Window
from papers.query import SearchQuery
from papers.redis.connection import open_redis
from papers.reembedding import embed_missing
from papers.search import Search
from papers.store import PaperStore
from tests.papers.builders import at, paper, seen, signal
from tests.papers.redis.servers import at as settings_at
from tests.papers.redis.servers import cluster_of_one
from tests.papers.word_encoder import WordEncoder
from workers.broker import enqueue, make_broker
from workers.messages import RefreshCharts


async def stream(count: int) -> AsyncIterator[Observation]:
    for n in range(count):
        about = paper(f"2603.{n:05d}", f"Paper number {n} about cats and dogs", listed=at(0), doi=f"10.1000/{n}")
        yield seen(about, 1, signal(SignalName.UPVOTES, n + 1, 1))


async def test_ingest_chart_search_and_queue_work_on_a_cluster(data_dir: Path) -> None:
    async with cluster_of_one(data_dir) as port:
        settings = settings_at(f"redis+cluster://127.0.0.1:{port}")
        async with open_redis(settings) as redis:
            assert isinstance(redis, RedisCluster)
            store, encoder = PaperStore(redis, settings), WordEncoder()
            await store.check_schema()
            assert (await Ingestion(store, encoder).run(stream(150))).new == 150
            assert (await Ingestion(store, encoder).run(stream(150))).changed == 0
            assert await store.count() == 150
            await charts.refresh(store, FixedClock(at(5)))
            _, chart = await charts.read(store, FixedClock(at(5)), window=Window.WEEK)
            assert chart[0].paper.id == "2603.00149"
            result = await Search(redis, encoder, settings).search(SearchQuery(text="number 77 cats"))
            assert result.hits[0].paper.id == "2603.00077"
            assert (await store.find("10.1000/12")).id == "2603.00012"
            assert await embed_missing(store, encoder) == 0
            broker = make_broker(redis)
            await broker.queue.create()
            await enqueue(broker, RefreshCharts())
            job = await broker.queue.take()
            assert job is not None
            await broker.queue.done(job)
