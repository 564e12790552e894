import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from redis.asyncio import Redis
from starlette.applications import Starlette

from bot import web_patience
from bot.email.links import Chosen, Links
from bot.web import MOST_BODY, Actions, make_web
from bot.web_server import serve
from papers.clock import FixedClock
from papers.delivery_models import Kind
from papers.errors import BadInput, NotFound, SecretsUnavailable
from papers.settings import WebSettings, load_settings
from tests.bot.email.letters import REFERENCE, VAULT
from tests.bot.samples import AT
from tests.bot.test_delivered import subscription

LINKS = Links(VAULT, "")
YES = LINKS.confirm(REFERENCE, (subscription(1),), now=AT)
NO = LINKS.unsubscribe(REFERENCE, Kind.DIGEST, (subscription(1),), now=AT)
NOWHERE = Redis(host="127.0.0.1", port=9)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Desk:
    """Takes what the web hands on."""

    def __init__(self, error: Exception | None = None, found: int = 1) -> None:
        self.confirmed: list[Chosen] = []
        self.ended: list[Chosen] = []
        self._error = error
        self._found = found

    async def confirm(self, chosen: Chosen) -> int:
        return self._taken(self.confirmed, chosen)

    async def unsubscribe(self, chosen: Chosen) -> int:
        return self._taken(self.ended, chosen)

    async def counts(self) -> Mapping[str, int]:
        if self._error:
            raise self._error
        return {"sent": 3, "dead": 1}

    def _taken(self, pile: list[Chosen], chosen: Chosen) -> int:
        if self._error:
            raise self._error
        pile.append(chosen)
        return self._found


def web(desk: Desk, redis: Redis = NOWHERE, later: timedelta = timedelta()) -> Starlette:
    return make_web(redis, VAULT, FixedClock(AT + later), Actions(desk.confirm, desk.unsubscribe, desk.counts))


def client(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://papers.example")


async def test_looking_at_a_link_changes_nothing() -> None:
    desk = Desk()
    async with client(web(desk)) as http:
        for link, button in ((YES, "Yes, send them"), (NO, "Unsubscribe")):
            answer = await http.get(link)
            assert answer.status_code == 200
            assert f'<form method="post"><button>{button}</button></form>' in answer.text
            assert (await http.head(link)).status_code == 200
    assert (desk.confirmed, desk.ended) == ([], [])


async def test_a_click_confirms() -> None:
    desk = Desk()
    async with client(web(desk)) as http:
        answer = await http.post(YES)
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    assert desk.confirmed == [Chosen(destination=REFERENCE, kind=Kind.CONFIRMATION, subscriptions=("s1",))]


async def test_one_click_unsubscribes_without_cookies_or_login_and_may_come_twice() -> None:
    desk = Desk(found=0)
    async with client(web(desk)) as http:
        for body in (ONE_CLICK, None):
            answer = await http.post(NO, data=body)
            assert (answer.status_code, "You are unsubscribed" in answer.text) == (200, True)
            assert "set-cookie" not in answer.headers
    assert desk.ended == [Chosen(destination=REFERENCE, kind=Kind.DIGEST, subscriptions=("s1",))] * 2


@pytest.mark.parametrize(
    ("path", "method", "status", "sentence"),
    [
        ("/confirm/forged", "POST", 400, "This link is not whole, or not ours"),
        (NO.replace("unsubscribe", "confirm"), "POST", 400, "This link is not whole, or not ours"),
        ("/unsubscribe/x" * 2, "GET", 404, "There is no such page"),
        ("/", "GET", 404, "There is no such page"),
        ("/healthz", "POST", 405, "This page does not do that"),
        (NO, "DELETE", 405, "This page does not do that"),
    ],
)
async def test_what_is_wrong_is_a_page_with_a_sentence(path: str, method: str, status: int, sentence: str) -> None:
    async with client(web(Desk())) as http:
        answer = await http.request(method, path)
    assert (answer.status_code, sentence in answer.text) == (status, True)


async def test_a_yes_that_comes_too_late_is_told_so() -> None:
    desk = Desk()
    async with client(web(desk, later=timedelta(days=8))) as http:
        for ask in (http.get, http.post):
            answer = await ask(YES)
            assert (answer.status_code, "This link has expired" in answer.text) == (400, True)
        assert (await http.post(NO)).status_code == 200
    assert desk.confirmed == []


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (NotFound("it is gone"), 404, "It is gone."),
        (SecretsUnavailable("the key is hunter2"), 503, "try again in a few minutes"),
        (ConnectionError("redis://hunter2"), 503, "try again in a few minutes"),
        (RuntimeError("hunter2"), 500, "something went wrong on our side"),
    ],
)
async def test_a_failure_is_told_without_its_inside(error: Exception, status: int, sentence: str) -> None:
    async with client(web(Desk(error))) as http:
        answer = await http.post(NO)
    assert answer.status_code == status
    assert sentence.lower() in answer.text.lower()
    assert "hunter2" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_yes_to_what_was_removed_is_told_so() -> None:
    async with client(web(Desk(found=0))) as http:
        answer = await http.post(YES)
    assert (answer.status_code, "was removed meanwhile" in answer.text) == (404, True)


async def test_every_answer_is_kept_from_caches_frames_robots_and_referers() -> None:
    async with client(web(Desk())) as http:
        for path in (NO, "/healthz", "/nowhere"):
            headers = (await http.get(path)).headers
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; style-src 'sha256-")
            assert "frame-ancestors 'none'" in policy
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-robots-tag"] == "noindex, nofollow"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_without_end_is_refused(chunked: bool) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MOST_BODY):
            yield b"x" * 1000

    desk = Desk()
    async with client(web(desk)) as http:
        answer = await http.post(NO, content=endless() if chunked else b"x" * (MOST_BODY + 1))
    assert (answer.status_code, desk.ended) == (413, [])


async def test_health_is_that_of_redis(redis: Redis) -> None:
    async with client(web(Desk(), redis)) as http:
        answer = await http.get("/healthz")
        assert (answer.status_code, answer.text) == (200, "ok\n")
    async with client(web(Desk())) as http:
        answer = await http.get("/healthz")
        assert (answer.status_code, answer.text) == (503, "Redis does not answer\n")


async def test_metrics_count_deliveries_by_state() -> None:
    async with client(web(Desk())) as http:
        answer = await http.get("/metrics")
    assert 'paperboy_deliveries{state="sent"} 3.0\n' in answer.text
    assert 'paperboy_deliveries{state="dead"} 1.0\n' in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@given(
    st.sampled_from(["/", "/confirm/", "/unsubscribe/", "/healthz/", "/metrics"]),
    st.text(max_size=200),
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "X"]),
    st.binary(max_size=64),
)
@example("/confirm/", "\x00", "POST", b"")
@example("/unsubscribe/", "\ud800", "GET", b"")
@example("/unsubscribe/", "gAAAAA" + "A" * 5000, "POST", b"\xff")
def test_no_path_token_or_body_breaks_it(start: str, rest: str, method: str, body: bytes) -> None:
    desk = Desk()
    status = asyncio.run(answered(web(desk), method, start + rest, body))
    assert status < 500 or (status == 503 and start.startswith("/health"))
    assert (desk.confirmed, desk.ended) == ([], [])


async def answered(app: Starlette, method: str, path: str, body: bytes) -> int:
    """The status of a request as a server hands it over: paths that no client would send, too."""
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, object]) -> None:
        if message["type"] == "http.response.start":
            assert isinstance(message["status"], int)
            statuses.append(message["status"])

    raw = path.encode("utf-8", "replace")
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": raw, "query_string": b"", "root_path": "", "headers": [], "server": ("x", 80),
        "client": None,
    }  # fmt: skip
    await app(scope, receive, send)
    (status,) = statuses
    return status


async def test_it_serves_until_it_is_told_to_stop_and_logs_no_token(caplog: pytest.LogCaptureFixture) -> None:
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    chosen = load_settings(web=WebSettings(port=0))
    with caplog.at_level(logging.DEBUG):
        serving = asyncio.create_task(serve(web(desk := Desk()), chosen, stop, ready.set_result))
        async with httpx.AsyncClient(base_url=await ready) as http:
            answer = await http.post(NO, data=ONE_CLICK)
            assert answer.status_code == 200
            assert "server" not in answer.headers
            assert len(desk.ended) == 1
        stop.set()
        await asyncio.wait_for(serving, 10)
    shown = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert not any(NO.rpartition("/")[2] in line for line in shown)


async def test_a_request_under_way_is_finished_before_it_stops() -> None:
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    entered, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Desk):
        async def unsubscribe(self, chosen: Chosen) -> int:
            entered.set()
            await go_on.wait()
            return await super().unsubscribe(chosen)

    serving = asyncio.create_task(serve(web(Slow()), load_settings(web=WebSettings(port=0)), stop, ready.set_result))
    async with httpx.AsyncClient(base_url=await ready) as http:
        asked = asyncio.create_task(http.post(NO))
        await entered.wait()
        stop.set()
        await asyncio.sleep(0.2)
        go_on.set()
        assert (await asked).status_code == 200
    await asyncio.wait_for(serving, 10)


async def test_connections_that_ask_nothing_are_closed_and_let_others_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_patience, "HEAD_SECONDS", 0.5)
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    chosen = load_settings(web=WebSettings(port=0))
    serving = asyncio.create_task(serve(web(Desk()), chosen, stop, ready.set_result, at_once=10))
    address = httpx.URL(await ready)
    idle = [await asyncio.open_connection(address.host, address.port) for _ in range(12)]
    idle[1][1].write(b"GET /healthz HTTP/1.1\r\n")
    idle[2][1].write(b"POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")

    async def little_by_little() -> None:
        for _ in range(100):
            for _, writer in idle[1:3]:
                writer.write(b"x")
            await asyncio.sleep(0.05)

    writing = asyncio.create_task(little_by_little())
    async with httpx.AsyncClient(base_url=address) as http:
        assert (await http.get(YES)).status_code == 503
        await asyncio.sleep(1.2)
        assert (await http.get(YES)).status_code == 200
        slow = asyncio.create_task(http.post(NO, content=_slowly(1.2)))
        assert (await slow).status_code == 200
    for reader, writer in idle:
        async with asyncio.timeout(20):
            with suppress(ConnectionError):
                await reader.read()
        writer.close()
    writing.cancel()
    stop.set()
    await asyncio.wait_for(serving, 10)


async def test_a_connection_that_is_kept_for_the_next_request_is_answered_whenever_that_comes() -> None:
    """Clients keep one for 5 s or more; who closes it first must not be the server."""
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(web(Desk()), load_settings(web=WebSettings(port=0)), stop, ready.set_result))
    line = await asyncio.open_connection((address := httpx.URL(await ready)).host, address.port)
    assert await _asked(*line) == b"200"
    await asyncio.sleep(6)
    assert await _asked(*line) == b"200"
    line[1].close()
    stop.set()
    await asyncio.wait_for(serving, 10)


async def test_who_asked_nothing_for_longest_goes_where_there_is_no_room() -> None:
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    chosen = load_settings(web=WebSettings(port=0))
    serving = asyncio.create_task(serve(web(Desk()), chosen, stop, ready.set_result, at_once=4))
    address = httpx.URL(await ready)
    lines = [await asyncio.open_connection(address.host, address.port) for _ in range(3)]
    for line in (lines[1], lines[0], lines[2]):
        assert await _asked(*line) == b"200"
    late = await asyncio.open_connection(address.host, address.port)
    assert await _asked(*late) == b"200"
    async with asyncio.timeout(10):
        assert await lines[1][0].read() == b""
    for line in (lines[0], lines[2], late):
        assert await _asked(*line) == b"200"
    for _, writer in (*lines, late):
        writer.close()
    stop.set()
    await asyncio.wait_for(serving, 10)


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The status of one more answer over this connection."""
    writer.write(f"HEAD {httpx.URL(YES).raw_path.decode()} HTTP/1.1\r\nHost: papers.example\r\n\r\n".encode())
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
    return head.split()[1]


async def _slowly(seconds: float) -> AsyncIterator[bytes]:
    """Longer than the headers may take."""
    yield b"List-"
    await asyncio.sleep(seconds)
    yield b"Unsubscribe=One-Click"


async def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=rf"cannot listen on 127.0.0.1, port {port}: .*PAPERBOY_WEB_PORT"):
            await serve(web(Desk()), load_settings(web=WebSettings(port=port)), asyncio.Event())
