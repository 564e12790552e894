from redis.asyncio import Redis

from papers import charts, keys
from papers.clock import FixedClock
from papers.models import SignalName, Window
from papers.settings import Settings
from papers.store import PaperStore
from tests.papers.builders import at, paper, seen, signal

UP = SignalName.UPVOTES


async def filled(redis: Redis, settings: Settings) -> PaperStore:
    store = PaperStore(redis, settings)
    papers = [
        seen(paper("2603.00001", listed=at(0), categories=("cs.CL",)), 1, signal(UP, 10, 1)),
        seen(paper("2603.00002", listed=at(0), categories=("cs.CV", "cs.CL")), 1, signal(UP, 90, 1)),
        seen(paper("2603.00003", listed=at(0), categories=("stat.ML",)), 1, signal(UP, 40, 1)),
    ]
    await store.write(await store.plan(papers), {})
    return store


async def test_a_kept_chart_shows_what_a_fresh_one_shows(redis: Redis, settings: Settings) -> None:
    store, clock = await filled(redis, settings), FixedClock(at(5))
    moment, fresh = await charts.read(store, clock, window=Window.WEEK)
    await charts.refresh(store, clock)
    later = FixedClock(at(50))
    assert await charts.read(store, later, window=Window.WEEK) == (moment, fresh) == (at(5), fresh)
    assert [t.paper.id for t in fresh] == ["2603.00002", "2603.00003", "2603.00001"]


async def test_fresh_computes_although_a_chart_is_kept(redis: Redis, settings: Settings) -> None:
    store = await filled(redis, settings)
    await charts.refresh(store, FixedClock(at(5)))
    assert await charts.read(store, FixedClock(at(-9)), window=Window.DAY, fresh=True) == (at(-9), [])


async def test_a_kept_chart_has_an_end(redis: Redis, settings: Settings) -> None:
    await charts.refresh(await filled(redis, settings), FixedClock(at(5)))
    assert await redis.ttl(keys.chart("week")) > 0
    assert await redis.ttl(keys.chart_time("week")) > 0


async def test_an_emptied_chart_is_kept_as_empty(redis: Redis, settings: Settings) -> None:
    store = await filled(redis, settings)
    await charts.refresh(store, FixedClock(at(5)))
    await charts.refresh(store, FixedClock(at(9000)))
    assert await charts.read(store, FixedClock(at(9000)), window=Window.DAY) == (at(9000), [])


async def test_categories_select_by_name_or_archive_and_rank_anew(redis: Redis, settings: Settings) -> None:
    _, chart = await charts.read(await filled(redis, settings), FixedClock(at(5)), window=Window.WEEK)
    assert [(t.rank, t.paper.id) for t in charts.select(chart, limit=9, categories=["CS"])] == [
        (1, "2603.00002"),
        (2, "2603.00001"),
    ]
    assert [t.paper.id for t in charts.select(chart, limit=1, categories=["stat.ML"])] == ["2603.00003"]


async def test_an_empty_chart_says_what_to_do(redis: Redis, settings: Settings) -> None:
    store = PaperStore(redis, settings)
    assert "paperboy ingest" in await charts.why_empty(store, FixedClock(at(5)), Window.DAY)
    store = await filled(redis, settings)
    assert "--at 2026-03-05" in await charts.why_empty(store, FixedClock(at(5000)), Window.DAY)
