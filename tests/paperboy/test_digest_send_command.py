"""paperboy digest send and preview, as people and cron run them: day after day, in many zones, killed in the middle."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import short_folder
from tests.paperboy.command import Finished, Paperboy
from tests.paperboy.conftest import _copy_of

pytestmark = pytest.mark.xdist_group("cli")
KILLS = 5
"""How often a command is killed in the middle."""


@pytest.fixture
def office(recorded: tuple[Path, Finished]) -> Iterator[Paperboy]:
    """The bundled sample, and nobody who has subscribed."""
    yield from _copy_of(recorded[0])


def subscribe(office: Paperboy, to: object, *options: str, since: str = "2026-03-01T00:00Z") -> Any:
    return office.having(NOW=since).json("subscribe", "--to", str(to), *options)


def send(office: Paperboy, at: str) -> Any:
    return office.json("digest", "send", "--at", at)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def report(**counts: int) -> dict[str, int]:
    return {"planned": 0, "sent": 0, "empty": 0, "failed": 0, "dead": 0, "unknown": 0, "left": 0, **counts}


def test_each_day_brings_everybody_one_digest_of_what_is_new_to_them(office: Paperboy, tmp_path: Path) -> None:
    zones = ("Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles")
    files = {zone: tmp_path / f"{number}.jsonl" for number, zone in enumerate(zones)}
    for zone, path in files.items():
        subscribe(office, f"file:{path}", "--tz", zone, "--top", "4")
    days = [f"2026-03-0{day}" for day in range(2, 7)]
    for day in days:
        assert send(office, f"{day}T12:00Z") == report(planned=3, sent=3)
    assert send(office, f"{days[-1]}T12:00Z") == report()
    assert office.having(NOW=f"{days[-1]}T12:00Z").run("digest", "send").out == "Nothing is due.\n"
    # 09:00 in Los Angeles is 17:00 UTC: at noon the day before is the latest.
    before = ["2026-03-01", *days[:-1]]
    for zone, path in files.items():
        told = lines(path)
        assert [one["period"] for one in told] == (before if zone == "America/Los_Angeles" else days)
        papers = Counter(paper["id"] for one in told for paper in one["papers"])
        assert max(papers.values()) == 1
        assert all(1 <= len(one["papers"]) <= 4 for one in told)


def test_after_days_of_downtime_there_is_one_digest_for_the_latest(office: Paperboy, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    subscribe(office, f"file:{path}")
    for at in ("2026-03-02T09:00Z", "2026-03-06T18:00Z"):
        # PAPERBOY_NOW stands for now as --at does.
        assert office.having(NOW=at).json("digest", "send") == report(planned=1, sent=1)
    assert [one["period"] for one in lines(path)] == ["2026-03-02", "2026-03-06"]


def test_a_day_with_nothing_new_is_silent_or_one_line_as_asked_for(office: Paperboy, tmp_path: Path) -> None:
    silent, quiet = tmp_path / "silent.jsonl", tmp_path / "quiet.jsonl"
    subscribe(office, f"file:{silent}", "--category", "q-bio")
    subscribe(office, f"file:{quiet}", "--category", "q-bio", "--say-when-empty")
    finished = office.run("digest", "send", "--at", "2026-03-03T09:00Z")
    assert (finished.code, finished.out) == (0, "1 sent, 1 nothing new to say\n")
    assert lines(silent) == []
    (one,) = lines(quiet)
    assert (one["papers"], one["note"]) == ([], "Nothing new today.")
    (empty,) = office.json("deliveries", "list", "--state", "empty")
    assert (empty["destination"], empty["state"], empty["period"]) == (f"file:{silent}", "empty", "2026-03-03")


def test_a_digest_on_the_console_leaves_the_document_alone(office: Paperboy) -> None:
    subscribe(office, "console:me", "--top", "1")
    finished = office.run("digest", "send", "--at", "2026-03-03T09:00Z", "--json")
    assert finished.json() == report(planned=1, sent=1)
    assert finished.err.startswith("Trending today\n")
    finished = office.run("digest", "send", "--at", "2026-03-04T09:00Z")
    assert finished.out.startswith("Trending today\n")
    assert finished.out.endswith("\n1 sent\n")
    assert finished.err == ""


def test_a_preview_shows_what_would_come_and_neither_sends_nor_remembers(office: Paperboy, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    to, at = f"file:{path}", "2026-03-03T09:00Z"
    made = subscribe(office, to, "--top", "2", "--language", "de", "--tz", "Europe/Berlin")
    first = office.json("digest", "preview", "--to", to, "--at", at)
    (shown,) = first
    assert (shown["feed"], shown["kind"], len(shown["message"]["entries"])) == (made["feed"], "digest", 2)
    assert "MEZ" in shown["message"]["span"]
    assert office.json("digest", "preview", "--to", to, "--at", at) == first
    assert lines(path) == []
    assert send(office, at) == report(planned=1, sent=1)
    titles = [entry["title"] for entry in shown["message"]["entries"]]
    assert [paper["title"] for paper in lines(path)[0]["papers"]] == titles
    assert "nothing is subscribed" in office.run("digest", "preview", "--to", "console:nobody").failed(1)


def test_what_cannot_be_delivered_is_told_kept_and_sent_later(office: Paperboy, tmp_path: Path) -> None:
    missing, folder = tmp_path / "mount" / "papers.jsonl", tmp_path / "papers.jsonl"
    missing.parent.mkdir()
    subscribe(office, f"file:{missing}")
    missing.parent.rmdir()  # as when a disk is not mounted
    gone = subscribe(office, f"file:{folder}", "--notify", "console:me")
    folder.mkdir()
    finished = office.run("digest", "send", "--at", "2026-03-03T09:00Z")
    assert finished.code == 1
    told = "1 sent, 1 failed, to be tried again, 1 given up. See: paperboy deliveries list"
    assert " ".join(finished.out.split()).endswith(told)
    # A long path is broken to the width of the terminal.
    assert f"Nothing is sent to file:{folder} any more".replace(" ", "") in "".join(finished.out.split())

    (failed,) = office.json("deliveries", "list", "--state", "failed")
    assert failed["reason"] == f"{missing}: no such file or directory"
    missing.parent.mkdir()
    assert office.run("deliveries", "retry", failed["id"], "--at", "2026-03-03T09:01Z").out == (
        f"{failed['id']} was failed and is now sent.\n"
    )
    assert [one["delivery_id"] for one in lines(missing)] == [failed["id"]]
    assert office.run("deliveries", "retry", failed["id"]).out == f"{failed['id']} stays as it is: sent.\n"

    (dead,) = office.json("deliveries", "list", "--state", "dead")
    assert dead["reason"] == f"{folder}: is a directory"
    assert office.json("subscriptions", "show", gone["id"])["state"] == f"disabled: {folder}: is a directory"
    folder.rmdir()
    assert office.json("subscriptions", "resume", gone["id"])["state"] == "active"
    assert office.json("deliveries", "retry", dead["id"], "--at", "2026-03-03T09:01Z")["state"] == "sent"
    assert [one["delivery_id"] for one in lines(folder)] == [dead["id"]]
    assert "no delivery" in office.run("deliveries", "retry", "nothing").failed(1)
    assert office.run("deliveries", "list").out.splitlines()[0] == "3 sent"


def test_a_send_that_is_killed_again_and_again_brings_each_message_once(office: Paperboy, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.jsonl" for number in range(60)]
    script = short_folder() / "subscribe.py"
    script.write_text(_MANY)
    import subprocess
    import sys

    root = Path(__file__).parents[2]
    environment = {**office.environment(), "PAPERBOY_NOW": "2026-03-01T00:00Z", "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, str(script), *map(str, files)], check=True, env=environment)
    chance = random.Random(3)
    for _ in range(KILLS):
        sending = office.start("digest", "send", "--at", "2026-03-03T09:10Z")
        before = sum(map(Path.exists, files))
        while sending.poll() is None and sum(map(Path.exists, files)) <= before:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        sending.kill()
        sending.communicate()
    assert sum(map(Path.exists, files)) > 0
    finished = office.run("digest", "send", "--at", "2026-03-03T09:10Z", "--json")
    assert finished.code == 0
    assert [len(lines(path)) for path in files] == [1] * len(files)
    assert len(office.json("deliveries", "list", "--state", "sent", "--limit", "100")) == len(files)


_MANY = """
import asyncio, sys
from paperboy.post import open_post
from paperboy.subscribing import subscribe
from paperboy.wiring import open_app
from papers.following import DigestOptions
from papers.schedule import Schedule

async def main():
    async with open_app() as app, open_post(app) as post:
        for path in sys.argv[1:]:
            rhythm, options = lambda default: Schedule(), lambda default: DigestOptions(top=1)
            await subscribe(post, f"file:{path}", rhythm, options, owner=None, notify=None)

asyncio.run(main())
"""
