import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from papers.errors import SourceError, SourceMalformed, SourceUnavailable
from papers.settings import HttpSettings, Settings
from papers.sources.http import Http, open_http
from papers.sources.pace import Quota
from papers.sources.waits import rate_limit, retry_after
from tests.fakes.huggingface import FakeHuggingFace
from tests.fakes.server import Fault
from tests.papers.sources.conftest import TODAY, Build, Urls, World, fetched, fetched_until_error

BROKEN = {
    "stall": "no complete answer within 0.4 s (2 attempts)",
    "drip": "no complete answer within 0.4 s (2 attempts)",
    "truncated": "broke off its answer (127.0.0.1) (2 attempts)",
    "huge": "an answer larger than 1 MB was not read",
    "bomb": "an answer larger than 1 MB was not read",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_answer_is_one_line_and_costs_bounded_time(build: Build, kind: str) -> None:
    seconds = 0.4 if "0.4 s" in BROKEN[kind] else 20
    world = await build(http={"timeout": seconds, "attempts": 2, "max_megabytes": 1})
    world.huggingface.faults.extend([Fault(kind)] * 9)  # type: ignore[arg-type]
    start = time.monotonic()
    with pytest.raises(SourceError) as caught:
        await world.sources["huggingface"].check()
    assert str(caught.value) == f"huggingface: {BROKEN[kind]}"
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(world: World, status: int) -> None:
    world.huggingface.faults.extend([Fault("status", status)] * 2)
    assert len(await fetched(world.sources["huggingface"], TODAY, TODAY)) == 3
    assert len(world.huggingface.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 410, 501])
async def test_what_will_not_pass_is_not_tried_again(world: World, status: int) -> None:
    world.huggingface.faults.extend([Fault("status", status)] * 9)
    with pytest.raises(SourceError, match=f"^huggingface: HTTP {status}"):
        await world.sources["huggingface"].check()
    assert len(world.huggingface.asked) == 1


async def test_a_short_retry_after_is_waited_for(world: World) -> None:
    world.huggingface.faults.append(Fault("status", 503, {"Retry-After": "1"}))
    await world.sources["huggingface"].check()
    first, second = world.huggingface.asked
    assert second.at - first.at >= 0.98


async def test_a_long_retry_after_ends_the_run_and_says_until_when(world: World) -> None:
    world.arxiv.faults.append(Fault("status", 503, {"Retry-After": "3600"}))
    with pytest.raises(SourceUnavailable, match="until 2026-03-05 13:00 UTC; PAPERBOY_HTTP_MAX_WAIT is shorter"):
        await world.sources["arxiv"].check()
    assert len(world.arxiv.asked) == 1


async def test_after_the_last_attempt_the_reason_is_told(world: World) -> None:
    world.huggingface.faults.extend([Fault("status", 503)] * 9)
    _, error = await fetched_until_error(world.sources["huggingface"], TODAY, TODAY)
    assert str(error) == "huggingface: HTTP 503 (3 attempts)"


async def test_an_upstream_that_is_not_there_is_one_line(build: Build) -> None:
    world = await build(huggingface={"url": "http://127.0.0.1:9"})
    with pytest.raises(SourceUnavailable, match=r"^huggingface: cannot be reached \(127\.0\.0\.1\) \(3 attempts\)$"):
        await world.sources["huggingface"].check()


async def test_an_address_that_is_none_is_named(build: Build) -> None:
    world = await build(huggingface={"url": "http://a:b/"})
    with pytest.raises(SourceUnavailable, match="its address"):
        await world.sources["huggingface"].check()


async def test_it_says_who_asks_and_what_is_accepted(build: Build) -> None:
    world = await build(http={"contact": "mailto:ops@example.org\r\nX-Evil: 1"})
    await world.sources["huggingface"].check()
    headers = world.huggingface.asked[0].headers
    assert headers["User-Agent"].startswith("Paperboy/")
    assert headers["User-Agent"].endswith("(+mailto:ops@example.orgX-Evil: 1)")
    assert headers["Accept"] == "application/json"


async def test_a_redirect_is_followed_without_the_token_to_another_host(
    build: Build, urls: Urls, huggingface: FakeHuggingFace
) -> None:
    elsewhere = urls[0].replace("127.0.0.1", "localhost") + "/api/daily_papers"
    huggingface.faults.append(Fault("status", 302, {"Location": elsewhere}))
    world = await build(huggingface={"token": "hf_secret"})
    await world.sources["huggingface"].check()
    assert "Authorization" in huggingface.asked[0].headers
    assert "Authorization" not in huggingface.asked[1].headers


async def test_a_circle_of_redirects_ends(world: World) -> None:
    world.huggingface.faults.extend([Fault("status", 302, {"Location": "/api/daily_papers"})] * 20)
    with pytest.raises(SourceUnavailable, match="redirects more than 5 times"):
        await world.sources["huggingface"].check()


async def get(http: Http, redis: Redis, url: str) -> bytes:
    pace = Quota(redis, "huggingface", 100, 60)
    return (await http.get(f"{url}/api/daily_papers", source="huggingface", pace=pace, accept="*/*")).body


def settings_in(folder: Path) -> Settings:
    return Settings(data_dir=folder, http=HttpSettings(attempts=2, timeout=5))


async def test_a_damaged_cache_file_is_replaced(redis: Redis, urls: Urls, tmp_path: Path) -> None:
    file = tmp_path / "http" / "answers.sqlite3"
    file.parent.mkdir()
    file.write_bytes(b"no database at all " * 1000)
    async with open_http(settings_in(tmp_path)) as http:
        await get(http, redis, urls[0])
    assert file.read_bytes().startswith(b"SQLite format 3")


async def test_a_cache_that_breaks_under_way_does_not_stop_requests(
    redis: Redis, urls: Urls, huggingface: FakeHuggingFace, tmp_path: Path
) -> None:
    async with open_http(settings_in(tmp_path), backoff=0.01) as http:
        whole = await get(http, redis, urls[0])
        for file in (tmp_path / "http").iterdir():
            file.write_bytes(b"\x00" * 5000)
        assert await get(http, redis, urls[0]) == whole


async def test_a_folder_that_cannot_be_written_means_no_cache(redis: Redis, urls: Urls, tmp_path: Path) -> None:
    (tmp_path / "http").write_text("a file where the folder should be")
    async with open_http(settings_in(tmp_path)) as http:
        assert await get(http, redis, urls[0])


async def test_several_clients_share_one_cache(
    redis: Redis, urls: Urls, huggingface: FakeHuggingFace, tmp_path: Path
) -> None:
    async def one() -> bytes:
        async with open_http(settings_in(tmp_path)) as http:
            return await get(http, redis, urls[0])

    bodies = await asyncio.gather(*(one() for _ in range(5)))
    assert len(set(bodies)) == 1
    assert await one() == bodies[0]
    assert "If-None-Match" in huggingface.asked[-1].headers


async def test_an_answer_too_large_is_refused_even_if_its_length_is_hidden(build: Build) -> None:
    world = await build(http={"max_megabytes": 1})
    body = b'["' + b"a" * (1024 * 1024) + b'"]'
    world.huggingface.faults.append(Fault("body", body=body, headers={"Content-Length": str(len(body))}))
    with pytest.raises(SourceMalformed, match="larger than 1 MB"):
        await world.sources["huggingface"].check()


NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("99999999999", 86_400.0),
        ("Thu, 05 Mar 2026 12:02:00 GMT", 120.0),
        ("Thu, 05 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(httpx.Headers({"Retry-After": header}), NOW) == seconds


def test_a_date_to_wait_for_is_measured_by_the_upstreams_own_clock() -> None:
    headers = httpx.Headers({"Retry-After": "Fri, 06 Mar 2026 00:00:10 GMT", "Date": "Fri, 06 Mar 2026 00:00:00 GMT"})
    assert retry_after(headers, NOW) == 10


@pytest.mark.parametrize(
    ("header", "expected"),
    [('"api";r=499;t=297', (499, 297.0)), ('"api"; r=0; t=5', (0, 5.0)), ("r=5", None), ("", None)],
)
def test_the_quota_left_is_read_from_the_rate_limit_header(header: str, expected: object) -> None:
    assert rate_limit(httpx.Headers({"RateLimit": header})) == expected
