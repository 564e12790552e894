"""What is due leaves by itself where a worker and a scheduler run, and they end when they are told to."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from papers.following import DigestOptions
from papers.redis.connection import open_redis
from papers.schedule import Schedule
from papers.settings import load_settings
from papers.subscriptions import Subscriptions
from papers.wishes import digest_subscription
from tests.conftest import NOWHERE
from tests.paperboy.command import Paperboy, finish, write_lines

MODEL = "all-MiniLM-L6-v2"


@pytest.fixture
def running(paperboy: Paperboy) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Processes that a test starts; whatever happens, none outlives it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def wait_for(path: Path, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not lines(path):
        assert time.monotonic() < end, f"nothing came to {path}"
        time.sleep(0.05)


def end(process: "subprocess.Popen[bytes]") -> str:
    """What it has said until it ended, in time, because it was told to."""
    process.send_signal(signal.SIGTERM)
    finished = finish(process, 10)
    assert finished.code == 0, finished
    return finished.err


async def _subscribe(data_dir: Path, path: Path, due: datetime) -> None:
    settings = load_settings(data_dir=data_dir, redis={"linger": 5})
    destination = f"file:{path}"
    wish = digest_subscription(
        owner=destination,
        destination=destination,
        schedule=Schedule(at=due.time()),
        options=DigestOptions(say_when_empty=True),
        now=due,
    )
    async with open_redis(settings) as redis:
        await Subscriptions(redis, settings).save(wish, due - timedelta(seconds=1))


def test_what_falls_due_and_what_is_new_leave_by_themselves_once(
    paperboy: Paperboy, running: list["subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    digest, topic = tmp_path / "digest.jsonl", tmp_path / "topic.jsonl"
    office = paperboy.having(WORKER_SOURCES="huggingface", HUGGINGFACE_URL=NOWHERE)
    followed = office.json("follow", "--author", "Ada Lovelace", "--to", f"file:{topic}", "--now")
    paper = {
        "id": "2603.00001",
        "title": "Notes on the analytical engine",
        "text": "An engine that computes.",
        "authors": ["Ada Lovelace"],
        "published": datetime.now(UTC).isoformat(),
        "embedding": [1.0, *[0.0] * 383],
        "embedding_model": MODEL,
    }
    office.run("import", write_lines(tmp_path / "papers.jsonl", paper))
    running += [office.start("worker"), office.start("scheduler")]
    wait_for(topic)
    (told,) = lines(topic)
    assert told["papers"][0]["id"] == "2603.00001"
    assert told["papers"][0]["topics"] == [{"id": followed["id"], "text": "", "authors": ["Ada Lovelace"]}]

    due = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
    asyncio.run(_subscribe(office.data_dir, digest, due))
    wait_for(digest)
    assert datetime.now(UTC) >= due
    (told,) = lines(digest)
    assert (datetime.fromisoformat(told["due"]), told["period"]) == (due, due.date().isoformat())

    said = [end(process) for process in running]
    assert "worker stopped" in said[0]
    assert "planned deliveries=1" in said[1]
    assert office.run("digest", "send").out == "Nothing is due.\n"
    assert (len(lines(digest)), len(lines(topic))) == (1, 1)
    assert [one["state"] for one in office.json("deliveries", "list")] == ["sent", "sent"]
