import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from hishel import AsyncSqliteStorage
from redis.asyncio import Redis

from papers.clock import FixedClock
from papers.errors import SourceMalformed, SourceUnavailable
from papers.settings import ArxivSettings
from papers.sources.arxiv_client import ArxivClient
from papers.sources.pace import OneAtATime
from tests.fakes.arxiv import Entry, generated
from tests.fakes.server import Fault
from tests.papers.sources.conftest import NOW, TODAY, YESTERDAY, Build, Urls, World, fetched, fetched_until_error

OLD = datetime(2026, 2, 20, 9, tzinfo=UTC)


def paths(world: World) -> list[str]:
    return [asked.path for asked in world.arxiv.asked]


async def test_what_is_new_comes_from_the_announcements(world: World) -> None:
    found = await fetched(world.sources["arxiv"], YESTERDAY, TODAY)
    assert paths(world) == ["/atom/cs.LG+cs.AI"]
    assert len(found) == 4
    assert found[0].paper.authors == ("Ada Lovelace", "Charles Babbage")
    assert found[0].paper.abstract == "An abstract that a fake upstream made up."
    assert found[0].paper.published == datetime(2026, 3, 5, 4, tzinfo=UTC)


async def test_a_replacement_is_no_publication(world: World) -> None:
    world.arxiv.entries = [Entry("2501.00001", "An old paper", OLD, version=3, announced="replace")]
    (only,) = await fetched(world.sources["arxiv"], TODAY, TODAY)
    assert (only.paper.published, only.paper.version) == (None, 3)
    assert only.paper.updated == datetime(2026, 3, 5, 4, tzinfo=UTC)


async def test_an_empty_weekend_is_no_error(world: World) -> None:
    world.arxiv.entries = []
    assert await fetched(world.sources["arxiv"], date(2026, 2, 28), TODAY) == []


async def test_the_days_before_come_from_queries(world: World) -> None:
    found = await fetched(world.sources["arxiv"], date(2026, 2, 26), date(2026, 2, 28))
    assert paths(world) == ["/api/query"]
    assert world.arxiv.asked[0].args["search_query"] == (
        "(cat:cs.LG OR cat:cs.AI) AND submittedDate:[202602260000 TO 202602282359]"
    )
    assert len(found) == 12


async def test_a_look_back_asks_both(world: World) -> None:
    found = await fetched(world.sources["arxiv"], date(2026, 3, 2), TODAY)
    assert paths(world) == ["/atom/cs.LG+cs.AI", "/api/query"]
    assert len({observation.paper.id for observation in found}) == 16


async def test_an_entry_becomes_a_paper(world: World) -> None:
    world.arxiv.entries = [
        Entry(
            "astro-ph/0601001",
            "Rates of\n  H$_2$ & more",
            OLD,
            version=2,
            updated=OLD + timedelta(days=1),
            categories=("astro-ph", "cs.LG"),
            comment="12 pages",
            doi="10.1000/XYZ",
            journal_ref="J. 1 (2026)",
        )
    ]
    (only,) = await world.sources["arxiv"].fetch_ids(["astro-ph/0601001v1"])
    paper = only.paper
    assert (paper.id, paper.version, paper.title) == ("astro-ph/0601001", 2, "Rates of H_2 & more")
    assert paper.categories == ("astro-ph", "cs.LG")
    assert (paper.published, paper.updated) == (OLD, OLD + timedelta(days=1))
    assert (paper.comment, paper.doi, paper.journal_ref) == ("12 pages", "10.1000/xyz", "J. 1 (2026)")
    assert not paper.withdrawn


async def test_a_withdrawn_paper_is_known_by_its_comment(world: World) -> None:
    comment = "This paper has been withdrawn by the author due to an error in Lemma 2"
    world.arxiv.entries = [Entry("2602.00001", "A claim", OLD, comment=comment)]
    (only,) = await world.sources["arxiv"].fetch_ids(["2602.00001"])
    assert only.paper.withdrawn


async def test_pages_are_asked_to_the_end(world: World) -> None:
    world.arxiv.most_per_page = 5
    found = await fetched(world.sources["arxiv"], date(2026, 2, 26), date(2026, 2, 28))
    assert [asked.args["start"] for asked in world.arxiv.asked] == ["0", "5", "10"]
    assert len({observation.paper.id for observation in found}) == 12


async def test_an_empty_page_amid_results_is_asked_for_again(world: World) -> None:
    world.arxiv.empty_pages = 2
    assert len(await fetched(world.sources["arxiv"], date(2026, 2, 26), date(2026, 2, 28))) == 12


async def test_results_that_stay_away_are_reported_not_taken_for_the_end(world: World) -> None:
    world.arxiv.most_per_page = 5
    source = world.sources["arxiv"].fetch(date(2026, 2, 26), date(2026, 2, 28))
    found = [await anext(source) for _ in range(5)]
    world.arxiv.empty_pages = 99
    with pytest.raises(SourceMalformed, match="only 5 of 12 papers"):
        await anext(source)
    assert len(found) == 5


async def test_a_range_with_too_many_papers_is_asked_in_halves(build: Build, redis: Redis, urls: Urls) -> None:
    world = await build()
    settings = ArxivSettings(api_url=f"{urls[1]}/api/query", interval=0)
    client = ArxivClient(settings, world.http, OneAtATime(redis, "arxiv", 0), FixedClock(NOW), most_results=10)
    first, last = datetime(2026, 2, 24, tzinfo=UTC), datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    pages = [page async for page in client.submitted(["cs.LG"], first, last)]
    ids = [observation.paper.id for page in pages for observation in page.observations]
    assert len(ids) == len(set(ids)) == 28
    assert all((page.total or 0) <= 10 for page in pages)


async def test_a_long_past_that_reaches_to_today_is_harvested(world: World) -> None:
    world.arxiv.entries = [
        *generated(TODAY, 40, 2),
        Entry("2001.00001", "Old but changed since", datetime(2020, 1, 1, tzinfo=UTC), updated=OLD),
        Entry("2602.00009", "Deleted", OLD, deleted=True),
    ]
    found = await fetched(world.sources["arxiv"], date(2026, 1, 25), TODAY)
    assert paths(world).count("/oai") == 4, "two categories of two pages"
    ids = {observation.paper.id for observation in found}
    assert len(ids) == 80
    assert ids.isdisjoint({"2001.00001", "2602.00009"})


async def test_a_category_without_records_is_no_error(build: Build) -> None:
    world = await build(arxiv={"categories": ("hep-th",)})
    assert await fetched(world.sources["arxiv"], date(2025, 12, 1), TODAY) == []
    assert world.arxiv.asked[-1].args["set"] == "physics:hep-th"


async def test_an_unreachable_feed_does_not_keep_the_past_away(world: World) -> None:
    world.arxiv.faults.extend([Fault("status", 404)])
    found, error = await fetched_until_error(world.sources["arxiv"], date(2026, 3, 2), TODAY)
    assert len(found) == 16
    assert str(error) == "arxiv: HTTP 404: no such page"


async def test_unknown_ids_are_left_out_and_others_found(world: World) -> None:
    known = world.arxiv.entries[0].id
    found = await world.sources["arxiv"].fetch_ids([known, "2601.99999", "doi:10.1/x", known + "v1"])
    assert [observation.paper.id for observation in found] == [known]


async def test_an_error_entry_is_one_clear_line(world: World) -> None:
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>https://arxiv.org/api/errors#x</id>'
        b"<title>Error</title><summary>start must be an integer</summary></entry></feed>"
    )
    for status in (200, 400):
        world.arxiv.faults.append(Fault("body", status, body=body))
        with pytest.raises(SourceMalformed) as caught:
            await world.sources["arxiv"].check()
        assert str(caught.value) == "arxiv: refuses the request: start must be an integer"


async def test_without_a_contact_arxiv_refuses_and_we_say_why(world: World) -> None:
    world.arxiv.faults.append(Fault("status", 406))
    with pytest.raises(SourceUnavailable, match=r"HTTP 406: .*PAPERBOY_HTTP_CONTACT"):
        await world.sources["arxiv"].check()


async def test_the_check_is_one_request(world: World) -> None:
    assert await world.sources["arxiv"].check() == "arxiv: answers; asked at most once in 0 s, 2 categories watched"
    assert len(world.arxiv.asked) == 1


@pytest.mark.parametrize("wrong", [(), ("cs.LG", "all OR 1"), ("nonsense!",)])
async def test_a_category_that_is_none_is_named_before_anything_is_asked(build: Build, wrong: tuple[str, ...]) -> None:
    world = await build(arxiv={"categories": wrong})
    _, error = await fetched_until_error(world.sources["arxiv"], TODAY, TODAY)
    assert "PAPERBOY_ARXIV_CATEGORIES" in str(error)
    assert world.arxiv.asked == []


async def test_two_installations_on_one_redis_never_come_too_soon_or_together(build: Build) -> None:
    one, other = await build(arxiv={"interval": 0.3}), await build(arxiv={"interval": 0.3})
    one.arxiv.interval = 0.3
    await asyncio.gather(*(world.sources["arxiv"].check() for world in (one, other) for _ in range(3)))
    assert len(one.arxiv.asked) == 6
    assert one.arxiv.refused == 0


async def test_a_refusal_for_coming_too_soon_is_waited_out(build: Build) -> None:
    """As when a program of somebody else's asks from the same address."""
    world = await build(arxiv={"interval": 0.1})
    world.arxiv.interval = 0.6
    await world.sources["arxiv"].check()
    await world.sources["arxiv"].check()
    assert world.arxiv.refused >= 1


async def test_a_cancelled_request_gives_its_turn_back(world: World) -> None:
    world.arxiv.faults.append(Fault("drip"))
    asking = asyncio.create_task(world.sources["arxiv"].check())
    async with asyncio.timeout(20):
        while not world.arxiv.asked:  # noqa: ASYNC110 - the server is a thread
            await asyncio.sleep(0.02)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert len(world.arxiv.asked) == 1
    async with asyncio.timeout(20):
        while world.arxiv.serving:  # noqa: ASYNC110 - until the server has seen that we are gone
            await asyncio.sleep(0.02)
        await world.sources["arxiv"].fetch_ids(["2603.00001"])


async def test_a_request_cancelled_while_its_answer_is_stored_leaves_no_connection(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    storing = asyncio.Event()

    async def hang(*args: object, **options: object) -> None:
        storing.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(AsyncSqliteStorage, "create_entry", hang)
    world = await build()
    world.arxiv.faults.append(Fault("drip"))
    asking = asyncio.create_task(world.sources["arxiv"].check())
    await asyncio.wait_for(storing.wait(), 20)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(20):
        while world.arxiv.serving:  # noqa: ASYNC110 - until the server has seen that we are gone
            await asyncio.sleep(0.02)
