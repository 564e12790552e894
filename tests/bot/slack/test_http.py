"""Requests over HTTP, from Slack and from others."""

import json
import random
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis
from slack_bolt import BoltResponse
from starlette.applications import Starlette

from bot.slack.http import EVENTS, MOST_BODY, routes
from bot.slack.receiving import UNAVAILABLE, Receiver
from bot.slack.signatures import sign
from bot.web import Actions, make_web
from papers.clock import FixedClock
from papers.once import Before, Once
from tests.bot.email.letters import VAULT

SECRET = "secret-of-the-test"
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EVENT = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention"}}).encode()


class Pile(Receiver):
    """Takes payloads, and does nothing with them."""

    def __init__(self, status: int = 200) -> None:
        self.taken: list[dict[str, Any]] = []
        self.status = status
        self._tell = None

    async def receive(self, payload: dict[str, Any], *, before: Before | None = None) -> BoltResponse:
        self.taken += [payload] if before is Before.NEVER else []
        return BoltResponse(status=self.status, body={"challenge": "c"} if "challenge" in payload else "")


def web(pile: Pile, redis: Redis) -> Starlette:
    async def nothing(*_: object) -> Any:
        return {}

    clock = FixedClock(NOW)
    more = routes(pile, SECRET, Once(redis), clock)
    return make_web(redis, VAULT, clock, Actions(nothing, nothing, nothing), more)


def client(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://papers.example")


def signed(body: bytes, stamp: str = STAMP) -> dict[str, str]:
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(stamp, body, SECRET)}


async def test_what_slack_signed_is_taken_and_kept_from_caches(redis: Redis) -> None:
    pile = Pile()
    async with client(web(pile, redis)) as http:
        answer = await http.post(EVENTS, content=EVENT, headers={**JSON, **signed(EVENT)})
    assert (answer.status_code, answer.text) == (200, "")
    assert [payload["event_id"] for payload in pile.taken] == ["Ev1"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_form_and_its_payload_are_read(redis: Redis) -> None:
    pile = Pile()
    bodies = [b"command=%2Fpapers&text=%F0%9F%A6%8A+a%26b", b"payload=%7B%22type%22%3A%22block_actions%22%7D"]
    async with client(web(pile, redis)) as http:
        for body in bodies:
            assert (await http.post(EVENTS, content=body, headers={**FORM, **signed(body)})).status_code == 200
    assert pile.taken == [{"command": "/papers", "text": "🦊 a&b"}, {"type": "block_actions"}]


async def test_slacks_question_whether_we_are_there_is_answered(redis: Redis) -> None:
    body = b'{"type": "url_verification", "challenge": "c"}'
    async with client(web(Pile(), redis)) as http:
        answer = await http.post(EVENTS, content=body, headers={**JSON, **signed(body)})
    assert answer.json() == {"challenge": "c"}


async def test_the_same_request_again_is_refused(redis: Redis) -> None:
    pile = Pile()
    async with client(web(pile, redis)) as http:
        answers = [await http.post(EVENTS, content=EVENT, headers={**JSON, **signed(EVENT)}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert len(pile.taken) == 1


async def test_what_slack_delivers_again_is_not_new(redis: Redis) -> None:
    pile, later = Pile(), str(int(STAMP) + 1)
    async with client(web(pile, redis)) as http:
        answers = [await http.post(EVENTS, content=EVENT, headers={**JSON, **signed(EVENT, s)}) for s in (STAMP, later)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(pile.taken) == 1


async def test_what_could_not_be_done_may_come_again(redis: Redis) -> None:
    async with client(web(Pile(503), redis)) as http:
        for _ in range(2):
            assert (await http.post(EVENTS, content=EVENT, headers={**JSON, **signed(EVENT)})).status_code == 503


async def test_without_redis_nothing_is_taken() -> None:
    pile = Pile()
    async with client(web(pile, Redis(host="127.0.0.1", port=9))) as http:
        answer = await http.post(EVENTS, content=EVENT, headers={**JSON, **signed(EVENT)})
    assert (answer.status_code, pile.taken) == (503, [])


async def test_without_redis_whoever_typed_a_command_is_told_so() -> None:
    body, pile = b"command=%2Fpapers&text=help", Pile()
    async with client(web(pile, Redis(host="127.0.0.1", port=9))) as http:
        answer = await http.post(EVENTS, content=body, headers={**FORM, **signed(body)})
    assert (answer.status_code, answer.text, pile.taken) == (200, UNAVAILABLE, [])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({**signed(EVENT), "X-Slack-Request-Timestamp": "abc"}, 401),
        (signed(EVENT, str(int(STAMP) - 400)), 401),
        (signed(EVENT, str(int(STAMP) + 400)), 401),
        ({**signed(EVENT), "X-Slack-Signature": "v0=" + "0" * 64}, 401),
        (signed(EVENT[:-1]), 401),
        ({**signed(EVENT), "Content-Type": "text/plain"}, 400),
        ({**signed(EVENT), "Content-Type": ""}, 400),
        ({**signed(EVENT), "Content-Type": "application/xml"}, 400),
    ],
)
async def test_what_is_wrong_is_refused_at_once(redis: Redis, headers: dict[str, str], status: int) -> None:
    pile = Pile()
    async with client(web(pile, redis)) as http:
        answer = await http.post(EVENTS, content=EVENT, headers={**JSON, **headers})
    assert (answer.status_code, pile.taken) == (status, [])


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"null", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": "\\ud800"}', b"{" * 10),
        b'{"a": 1' + b"1" * 5000 + b"}",
    ],
)
async def test_a_signed_body_that_is_no_object_is_refused(redis: Redis, body: bytes) -> None:
    pile = Pile()
    async with client(web(pile, redis)) as http:
        answer = await http.post(EVENTS, content=body, headers={**JSON, **signed(body)})
    assert (answer.status_code, pile.taken) == (400, [])


@pytest.mark.parametrize("body", [b"", b"%", b"&&&", b"text=help", b"payload=", EVENT])
async def test_a_signed_form_that_is_none_of_slacks_is_refused(redis: Redis, body: bytes) -> None:
    pile = Pile()
    async with client(web(pile, redis)) as http:
        assert (await http.post(EVENTS, content=body, headers={**FORM, **signed(body)})).status_code == 400
    assert pile.taken == []


async def test_slacks_look_at_the_certificate_needs_no_signature_and_is_nobodys_question(redis: Redis) -> None:
    body, pile = b"ssl_check=1&token=x", Pile()
    async with client(web(pile, redis)) as http:
        for headers in ({}, signed(body), signed(body, str(int(STAMP) - 400))):
            answer = await http.post(EVENTS, content=body, headers={**FORM, **headers})
            assert (answer.status_code, answer.text) == (200, "")
    assert pile.taken == []
    assert [key async for key in redis.scan_iter("pb:once:*")] == []


@pytest.mark.parametrize(
    "body",
    [
        *(b"ssl_check=1&command=%2Fpapers&text=help", b"ssl_check=0", b"payload=%7B%22ssl_check%22%3A1%7D", b"%", b""),
        b"ssl_check=1&token=" + b"x" * 1024,
    ],
)
async def test_nothing_else_passes_for_that_look(redis: Redis, body: bytes) -> None:
    pile = Pile()
    async with client(web(pile, redis)) as http:
        assert (await http.post(EVENTS, content=body, headers=FORM)).status_code == 401
        assert (await http.post(EVENTS, content=b"ssl_check=1", headers=JSON)).status_code == 401
    assert pile.taken == []


async def test_too_much_is_refused_without_being_read(redis: Redis) -> None:
    body = b"x" * (MOST_BODY + 1)

    async def in_pieces() -> Any:
        for _ in range(100):
            yield body[: MOST_BODY // 50]

    async with client(web(Pile(), redis)) as http:
        assert (await http.post(EVENTS, content=body, headers={**JSON, **signed(body)})).status_code == 413
        assert (await http.post(EVENTS, content=in_pieces(), headers={**JSON, **signed(body)})).status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
async def test_another_method_is_refused(redis: Redis, method: str) -> None:
    async with client(web(Pile(), redis)) as http:
        assert (await http.request(method, EVENTS, headers=signed(b""))).status_code == 405


async def test_of_many_changed_requests_none_is_taken(redis: Redis) -> None:
    """A thousand here; ``make abuse`` sends more to the bot as its own process."""
    pile, dice = Pile(), random.Random(7)
    began = time.monotonic()
    async with client(web(pile, redis)) as http:
        for _ in range(1000):
            headers = {**JSON, **signed(EVENT)}
            body = _changed(EVENT, headers, dice)
            answer = await http.post(
                EVENTS, content=body, headers=[(k.encode(), v.encode()) for k, v in headers.items()]
            )
            assert 400 <= answer.status_code < 500
    assert pile.taken == []
    assert time.monotonic() - began < 60


def _changed(body: bytes, headers: dict[str, str], dice: random.Random) -> bytes:
    name = dice.choice(["X-Slack-Request-Timestamp", "X-Slack-Signature"])
    match dice.randrange(6):
        case 0:
            at = dice.randrange(len(body))
            return body[:at] + bytes([body[at] ^ (1 << dice.randrange(8))]) + body[at + 1 :]
        case 1:
            return body[: dice.randrange(len(body))]
        case 2:
            del headers[name]
        case 3:
            at = dice.randrange(len(headers[name]))
            headers[name] = headers[name][:at] + dice.choice("é٣x-+.") + headers[name][at + 1 :]
        case 4:
            headers[name] = headers[name] * dice.randrange(2, 300)
        case _:
            headers["X-Slack-Request-Timestamp"] = str(int(STAMP) + dice.choice([-1, 1, 301, -301, 10**15]))
    return body
