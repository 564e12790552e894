import asyncio

from redis.asyncio import Redis

from bot.chart_shelf import ChartShelf
from papers.charts import read
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
    read = await asyncio.gather(*(charts.page(Window.DAY, limit=5) for _ in range(50)))
    assert store.reads == 1
    assert all(page == read[0] for page in read)
    timer.now = 44
    await charts.page(Window.DAY, limit=5)
    assert store.reads == 1
    timer.now = 46
    await charts.page(Window.DAY, limit=5)
    assert store.reads == 2


async def test_whoever_goes_away_takes_the_chart_from_nobody(redis: Redis, settings: Settings) -> None:
    charts, store, _ = await shelf(redis, settings)
    impatient = asyncio.create_task(charts.page(Window.DAY, limit=5))
    patient = asyncio.create_task(charts.page(Window.DAY, limit=5))
    await asyncio.sleep(0)
    impatient.cancel()
    page = await patient
    assert (len(page.items), store.reads) == (3, 1)


async def test_a_chart_that_failed_is_read_again(redis: Redis, settings: Settings) -> None:
    charts, store, _ = await shelf(redis, settings)
    store.redis = None  # type: ignore[assignment]
    failed = await asyncio.gather(charts.page(Window.DAY, limit=5), return_exceptions=True)
    assert isinstance(failed[0], AttributeError)
    store.redis = redis
    assert len((await charts.page(Window.DAY, limit=5)).items) == 3


async def test_a_paper_stands_on_the_shortest_chart_it_is_on(redis: Redis, settings: Settings) -> None:
    charts, _, _ = await shelf(redis, settings)
    standing = await charts.standing("2603.00002")
    assert standing is not None
    window, moment, item = standing
    assert (window, moment, item.rank) == (Window.DAY, at(5), 2)
    assert await charts.standing("2410.99999") is None


async def test_a_page_goes_on_where_the_one_before_ended(redis: Redis, settings: Settings) -> None:
    charts, _, _ = await shelf(redis, settings)
    first, second = await charts.page(Window.DAY, limit=2), await charts.page(Window.DAY, offset=2, limit=2)
    assert [item.rank for item in (*first.items, *second.items)] == [1, 2, 3]
    assert (first.more, second.more) == (True, False)
    whole = await charts.page(Window.DAY, limit=10)
    assert [*first.items, *second.items] == whole.items


async def test_a_chart_of_categories_is_ranked_anew(redis: Redis, settings: Settings) -> None:
    charts, _, _ = await shelf(redis, settings)
    whole = await charts.page(Window.DAY, limit=10)
    wanted = whole.items[1].paper.categories[:1]
    page = await charts.page(Window.DAY, categories=wanted, limit=10)
    alike = [item.paper.id for item in whole.items if wanted[0] in item.paper.categories]
    assert [item.paper.id for item in page.items] == alike
    assert [item.rank for item in page.items] == list(range(1, len(alike) + 1))
    assert (await charts.page(Window.DAY, categories=("math.AG",), limit=10)).items == []


async def test_a_page_is_as_the_whole_chart_has_it(redis: Redis, settings: Settings) -> None:
    shelved, store, _ = await shelf(redis, settings)
    _, chart = await read(store, FixedClock(at(5)), window=Window.WEEK, fresh=True)
    assert (await shelved.page(Window.WEEK, limit=10)).items == chart
