"""The chat platform of the tests keeps its limits, counts what it took, and sees who does not wait."""

import time
from pathlib import Path

import httpx
import pytest

from bench.chat_http import serving
from bench.chat_platform import ChatPlatform, limits_text, parse_limits, read_log
from papers.adapters import Limits, Rate, Scope
from tests.fakes.chat import FaultyChat, Misbehaviour

A_SECOND: Limits = {Scope.CHANNEL: Rate(1.0)}


def message(delivery: str = "d1", channel: str = "C1") -> dict[str, str]:
    return {"workspace": "T1", "channel": channel, "delivery_id": delivery, "text": "a digest"}


async def test_a_channel_that_gets_more_than_its_limit_is_asked_to_wait(tmp_path: Path) -> None:
    async with serving(ChatPlatform(A_SECOND, tmp_path / "log").answer) as port, client(port) as http:
        assert (await http.post("/messages", json=message("d1"))).status_code == 200
        assert (await http.post("/messages", json=message("d2", "C2"))).status_code == 200
        refused = await http.post("/messages", json=message("d3"))
    assert refused.status_code == 429
    assert 0.5 < float(refused.headers["Retry-After"]) <= 1
    assert refused.headers["Retry-Scope"] == "channel"
    assert [event.kind for event in read_log(tmp_path / "log")] == ["taken", "taken", "refused"]


async def test_who_comes_before_the_end_of_a_pause_is_noted(tmp_path: Path) -> None:
    platform = FaultyChat({}, tmp_path / "log", Misbehaviour(refuse=1.0, retry_after=30))
    async with serving(platform.answer) as port, client(port) as http:
        for _ in range(2):
            assert (await http.post("/messages", json=message())).status_code == 429
    assert [event.kind for event in read_log(tmp_path / "log")] == ["refused", "violation", "refused"]


async def test_a_message_whose_answer_is_dropped_is_there(tmp_path: Path) -> None:
    platform = FaultyChat({}, tmp_path / "log", Misbehaviour(drop=1.0))
    async with serving(platform.answer) as port, client(port) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post("/messages", json=message())
        found = await http.get("/messages", params={"channel": "C1", "delivery_id": "d1"})
        missing = await http.get("/messages", params={"channel": "C1", "delivery_id": "d2"})
    assert found.json() == {"ids": ["m1"]}
    assert missing.json() == {"ids": []}


async def test_channels_that_are_gone_or_broken_say_so() -> None:
    async with serving(FaultyChat({}, None, Misbehaviour()).answer) as port, client(port) as http:
        gone = await http.post("/messages", json=message(channel="CG1"))
        broken = await http.post("/messages", json=message(channel="CB1"))
    assert (gone.status_code, gone.json()["error"]) == (404, "channel_not_found")
    assert broken.status_code == 500


async def test_a_channel_that_hangs_never_answers() -> None:
    async with serving(FaultyChat({}, None, Misbehaviour()).answer) as port, client(port, timeout=0.2) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/messages", json=message(channel="CH1"))


async def test_an_answer_takes_as_long_as_it_is_told_to() -> None:
    async with serving(FaultyChat({}, None, Misbehaviour(delay=0.2)).answer) as port, client(port) as http:
        started = time.monotonic()
        await http.post("/messages", json=message())
    assert time.monotonic() - started >= 0.19


def test_limits_can_be_written_down() -> None:
    limits = {Scope.CHANNEL: Rate(1.0), Scope.PLATFORM: Rate(50.0, 10)}
    assert parse_limits(limits_text(limits)) == limits


def client(port: int, timeout: float = 5.0) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=timeout, trust_env=False)
