from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from papers import arrivals, keys
from papers.arrivals import NEWS, Waiting
from papers.models import Observation
from papers.settings import Settings
from papers.store import PaperStore
from tests.papers.builders import NOON, at, paper, seen

FRESH: dict[str, Any] = {"published": at(-20)}


@pytest.fixture
async def store(redis: Redis, settings: Settings) -> PaperStore:
    return PaperStore(redis, settings)


async def save(store: PaperStore, *observations: Observation) -> None:
    assert await store.write(await store.plan(observations), {}) == []


async def waiting(store: PaperStore) -> list[Waiting]:
    return await arrivals.page(store.redis, at(10_000), start=0, count=1000)


async def test_a_new_paper_waits_since_it_was_first_seen(store: PaperStore) -> None:
    await save(store, seen(paper(**FRESH), 1))
    await save(store, seen(paper(**FRESH, gist="More."), 5))
    assert await waiting(store) == [Waiting("2603.00001", None, at(1).timestamp())]


async def test_it_is_on_the_list_before_it_is_stored(store: PaperStore, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = await store.plan([seen(paper(**FRESH), 1)])
    monkeypatch.setattr(store._save, "sha", "0" * 40)  # the writing itself fails
    with pytest.raises(Exception, match=r"(?i)noscript|no matching script"):
        await store.write(changes, {})
    assert await store.get("2603.00001") is None
    assert [one.paper for one in await waiting(store)] == ["2603.00001"]


async def test_a_higher_version_waits_as_a_revision(store: PaperStore) -> None:
    await save(store, seen(paper(**FRESH, version=1), 1))
    await arrivals.remove(store.redis, await waiting(store))
    await save(store, seen(paper(**FRESH, version=3, updated=at(4)), 5), seen(paper(**FRESH, version=2), 5))
    assert await waiting(store) == [Waiting("2603.00001", 3, at(5).timestamp())]


async def test_a_version_that_becomes_known_is_no_revision(store: PaperStore) -> None:
    await save(store, seen(paper(**FRESH), 1))
    await save(store, seen(paper(**FRESH, version=2), 5))
    assert [one.version for one in await waiting(store)] == [None]


async def test_a_back_fill_is_no_news(store: PaperStore) -> None:
    old = NOON - NEWS - timedelta(days=1)
    await save(store, seen(paper("2603.00001", published=old), 0))
    await save(store, seen(paper("2603.00002", "Another long enough title"), 0))
    await save(store, seen(paper("2603.00003", "A third title long enough", published=old, listed=at(-5)), 0))
    assert [one.paper for one in await waiting(store)] == ["2603.00003"]


async def test_what_is_no_news_any_more_leaves_the_list(store: PaperStore) -> None:
    later = NEWS / timedelta(hours=1) + 2
    await save(store, seen(paper("2603.00001", **FRESH), 0))
    await save(store, seen(paper("2603.00002", "Another long enough title", published=at(later)), later))
    assert [one.paper for one in await waiting(store)] == ["2603.00002"]


async def test_a_paper_that_gets_another_id_waits_on_only_if_it_waited(store: PaperStore) -> None:
    for number, matched in ((1, False), (2, True)):
        title = f"Graphs that learn: a long story {number}"
        await save(store, seen(paper(f"doi:10.1000/{number}", title, doi=f"10.1000/{number}", **FRESH), 0))
        if matched:
            await arrivals.remove(store.redis, [Waiting(f"doi:10.1000/{number}", None, 0)])
        await save(store, seen(paper(f"2603.0000{number}", title, **FRESH), 5))
    assert await waiting(store) == [Waiting("2603.00001", None, at(0).timestamp())]


async def test_only_what_was_seen_by_then_is_on_the_page(store: PaperStore) -> None:
    await save(
        store, seen(paper("2603.00001", **FRESH), 1), seen(paper("2603.00002", "Another title so long", **FRESH), 3)
    )
    assert [one.paper for one in await arrivals.page(store.redis, at(2), start=0, count=9)] == ["2603.00001"]


async def test_an_id_that_looks_like_a_revision_is_an_id(redis: Redis) -> None:
    await redis.zadd(keys.ARRIVALS, {"my|v2": 1, "2603.00001|v2": 2})
    assert await arrivals.page(redis, NOON, start=0, count=9) == [
        Waiting("my|v2", None, 1.0),
        Waiting("2603.00001", 2, 2.0),
    ]
