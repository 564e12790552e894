import asyncio

from redis.asyncio import Redis

from bot.chart_shelf import ChartShelf
from papers.clock import FixedClock
from papers.models import Window
from papers.settings import Settings
from papers.store import PaperStore
from tests.bot.desks import fill, papers
from tests.papers.builders import at


class CountingStore(PaperStore):
    """Counts how often a chart is computed."""

    reads = 0

    async def candidates(self, *args: object) -> list:  # type: ignore[type-arg]
        self.reads += 1
        return await super().candidates(*args)  # type: ignore[arg-type]


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def shelf(redis: Redis, settings: Settings) -> tuple[ChartShelf, CountingStore, Seconds]:
    store, timer = CountingStore(redis, settings), Seconds()
    await fill(store, papers(3))
    return ChartShelf(store, FixedClock(at(5)), fresh=True, timer=timer), store, timer


async def test_a_chart_is_read_once_for_all_who_ask_meanwhile(redis: Redis, settings: Settings) -> None:
    charts, store, timer = await shelf(redis, settings)
    read = await asyncio.gather(*(charts.read(Window.DAY) for _ in range(50)))
    assert store.reads == 1
    assert len({id(chart) for _, chart in read}) == 1
    timer.now = 44
    await charts.read(Window.DAY)
    assert store.reads == 1
    timer.now = 46
    await charts.read(Window.DAY)
    assert store.reads == 2


async def test_whoever_goes_away_takes_the_chart_from_nobody(redis: Redis, settings: Settings) -> None:
    charts, store, _ = await shelf(redis, settings)
    impatient = asyncio.create_task(charts.read(Window.DAY))
    patient = asyncio.create_task(charts.read(Window.DAY))
    await asyncio.sleep(0)
    impatient.cancel()
    _, chart = await patient
    assert (len(chart), store.reads) == (3, 1)


async def test_a_chart_that_failed_is_read_again(redis: Redis, settings: Settings) -> None:
    charts, store, _ = await shelf(redis, settings)
    store.redis = None  # type: ignore[assignment]
    failed = await asyncio.gather(charts.read(Window.DAY), return_exceptions=True)
    assert isinstance(failed[0], AttributeError)
    store.redis = redis
    assert len((await charts.read(Window.DAY))[1]) == 3


async def test_a_paper_stands_on_the_shortest_chart_it_is_on(redis: Redis, settings: Settings) -> None:
    charts, _, _ = await shelf(redis, settings)
    standing = await charts.standing("2603.00002")
    assert standing is not None
    window, moment, item = standing
    assert (window, moment, item.rank) == (Window.DAY, at(5), 2)
    assert await charts.standing("2410.99999") is None
