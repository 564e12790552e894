"""Files: lines are whole and there once, whatever happens to who writes them."""

import asyncio
import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.file.adapter import FileAdapter
from bot.file.line import delivery_mark, message_line
from papers.adapters import ABSENT, NotOurs, Parcel, seen
from papers.contents import ConfirmationContent, Content, DigestContent, Match, NoticeContent, TopicsContent
from papers.delivery_models import Delivery, Kind
from papers.destinations import Destination, Platform
from papers.errors import DestinationGone, TryLater
from papers.following import DigestOptions
from papers.models import Window
from tests.bot.samples import AT, HOSTILE_TITLE, paper, trending
from tests.bot.test_delivered import subscription, topic

FILE = FileAdapter()
LINE_ENDS = "\n \r \x0b \x0c \x1c \x85 \u2028 \u2029"


def digest(title: str = "Bookworm") -> DigestContent:
    return DigestContent(
        chart=(trending(title=title),), at=AT, window=Window.DAY, zone="UTC", options=DigestOptions(), note=None
    )


def parcel(path: Path, delivery: str = "d1", content: Content | None = None) -> Parcel:
    one = Delivery(id=delivery, kind=Kind.DIGEST, destination=f"file:{path}", period="2024-10-08", due=AT)
    return Parcel(one, place(path), content or digest())


def place(path: Path) -> Destination:
    return Destination(platform=Platform.FILE, address=str(path))


async def committed() -> None:
    """Whoever asks may send."""


def documents(path: Path) -> list[dict[str, Any]]:
    raw = path.read_bytes()
    assert raw.endswith(b"\n")
    assert raw.decode().splitlines() == raw.decode().split("\n")[:-1]
    return [json.loads(line) for line in raw.splitlines()]


async def send(path: Path, delivery: str = "d1", commit: Callable[[], Awaitable[None]] = committed) -> str:
    return await FILE.send(parcel(path, delivery), commit)


async def test_each_delivery_is_one_line_however_often_it_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    for delivery in ("d1", "d2", "d1", "d1", "d3"):
        assert await send(path, delivery) == delivery
    assert [one["delivery_id"] for one in documents(path)] == ["d1", "d2", "d3"]


async def test_a_digest_s_line_tells_its_papers_with_their_reasons(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    await send(path)
    (one,) = documents(path)
    assert {name: one[name] for name in ("delivery_id", "kind", "destination", "period", "due", "window", "note")} == {
        "delivery_id": "d1",
        "kind": "digest",
        "destination": f"file:{path}",
        "period": "2024-10-08",
        "due": AT.isoformat(),
        "window": "day",
        "note": None,
    }
    (told,) = one["papers"]
    assert (told["id"], told["rank"], told["title"]) == ("2410.05258", 1, "Bookworm")
    assert sum(told["why"].values()) == pytest.approx(told["score"])


def test_what_else_is_delivered_has_its_own_line() -> None:
    matches = (Match(paper=paper(), score=0.5, topics=("s1",)),)
    topics = TopicsContent(matches=matches, subscriptions=(topic(text="books"),), more=3, at=AT, zone="UTC")
    notice = NoticeContent(destination="slack:T1/C1", reason="is_archived", subscriptions=(subscription(),))
    lines = [
        json.loads(message_line(parcel(Path("/x"), content=content)))
        for content in (topics, notice, ConfirmationContent(subscriptions=(subscription(7),)))
    ]
    assert lines[0]["papers"][0]["topics"] == [{"id": "s1", "text": "books", "authors": []}]
    assert (lines[0]["papers"][0]["score"], lines[0]["more"]) == (0.5, 3)
    assert (lines[1]["disabled"], lines[1]["reason"]) == ("slack:T1/C1", "is_archived")
    assert lines[2]["subscriptions"] == ["s7"]


async def test_hostile_text_stays_inside_its_line(tmp_path: Path) -> None:
    forged = '"}\n{"delivery_id": "d2"'
    path = tmp_path / "papers.jsonl"
    for delivery, title in (("d1", HOSTILE_TITLE), ("d3", forged), ("d4", LINE_ENDS), ("d5", "half \ud800 of one")):
        await FILE.send(parcel(path, delivery, digest(title)), committed)
    titles = [one["papers"][0]["title"] for one in documents(path)]
    assert titles == [HOSTILE_TITLE, forged, LINE_ENDS, "half ? of one"]
    assert await FILE.find(parcel(path, "d2").delivery, place(path)) == ABSENT


@given(st.text())
@hypothesis_settings(max_examples=50)
def test_a_message_is_one_line_of_json(title: str) -> None:
    line = message_line(parcel(Path("/x"), "d1", digest(title)))
    assert line.startswith(delivery_mark("d1"))
    assert len(line.decode().splitlines()) == 1
    shown = title.encode("utf-8", "replace").decode()
    assert json.loads(line)["papers"][0]["title"] == shown


async def test_what_is_not_committed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"

    async def refused() -> None:
        raise NotOurs("d1")

    with pytest.raises(NotOurs):
        await send(path, commit=refused)
    assert path.read_bytes() == b""


async def test_the_commit_is_the_last_thing_before_the_line(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    seen_then: list[bytes] = []

    async def look() -> None:
        seen_then.append(path.read_bytes())

    await send(path, commit=look)
    assert seen_then == [b""]
    assert len(documents(path)) == 1


# what is there


async def test_a_message_is_found_by_its_delivery_and_by_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    assert await FILE.find(parcel(path, "d1").delivery, place(path)) == ABSENT
    for delivery in ("d1", "d22"):
        await send(path, delivery)
    assert await FILE.find(parcel(path, "d1").delivery, place(path)) == seen("d1")
    assert await FILE.find(parcel(path, "d22").delivery, place(path)) == seen("d22")
    assert await FILE.find(parcel(path, "d2").delivery, place(path)) == ABSENT
    assert await FILE.find(parcel(path, "").delivery, place(path)) == ABSENT


@pytest.mark.parametrize("offset", range(-30, 3))
async def test_a_message_is_found_wherever_in_a_large_file_it_lies(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "papers.jsonl"
    mark = delivery_mark("d1")
    path.write_bytes(b"x" * ((1 << 20) + offset - 1) + b"\n" + mark + b"}\n" + b"y" * 100 + b"\n")
    assert await FILE.find(parcel(path, "d1").delivery, place(path)) == seen("d1")
    before = path.read_bytes()
    await send(path)
    assert path.read_bytes() == before


async def test_half_a_line_is_not_a_message_and_is_cut_off_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    await send(path, "d1")
    whole = path.read_bytes()
    line = message_line(parcel(path, "d2"))
    for cut in (1, 10, len(line) // 2, len(line) - 1):
        path.write_bytes(whole + line[:cut])
        assert await FILE.find(parcel(path, "d2").delivery, place(path)) == ABSENT
        await send(path, "d2")
        assert path.read_bytes() == whole + line


async def test_a_file_that_is_nothing_but_half_a_line_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(b"x" * (3 << 20))
    await send(path)
    assert len(documents(path)) == 1


# who cannot write


async def test_a_folder_is_gone_for_good_and_nothing_is_committed(tmp_path: Path) -> None:
    with pytest.raises(DestinationGone, match="is a directory"):
        await send(tmp_path, commit=_must_not_commit)
    with pytest.raises(DestinationGone, match="is a directory"):
        await FILE.find(parcel(tmp_path).delivery, place(tmp_path))


async def test_a_file_where_a_folder_should_be_is_gone_for_good(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DestinationGone, match="not a directory"):
        await send(tmp_path / "file" / "papers.jsonl", commit=_must_not_commit)


def test_a_file_without_permission_is_gone_for_good(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.touch(0o444)
    writer = _writer(path, "d", 0, 1, rights=False)
    _, said = writer.communicate(timeout=30)
    assert b"DestinationGone" in said
    assert b"permission denied" in said
    assert path.read_bytes() == b""


async def test_a_missing_folder_may_come_back(tmp_path: Path) -> None:
    path = tmp_path / "mount" / "papers.jsonl"
    with pytest.raises(TryLater, match="no such file"):
        await send(path, commit=_must_not_commit)
    assert not path.parent.exists()
    path.parent.mkdir()
    await send(path)
    assert len(documents(path)) == 1


async def _must_not_commit() -> None:
    raise AssertionError("nothing can be sent there")


_WRITER = """
import asyncio, concurrent.futures.thread, os, resource, sys
from pathlib import Path
from tests.bot.test_file_adapter import committed, send

path, name, first, last, limit, rights = sys.argv[1:]
if int(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
if not int(rights) and os.geteuid() == 0:
    os.setuid(65534)

async def main():
    for number in range(int(first), int(last)):
        await send(Path(path), f"{name}{number}")

asyncio.run(main())
"""


def _writer(
    path: Path, name: str, first: int, last: int, *, limit: int = 0, rights: bool = True
) -> "subprocess.Popen[bytes]":
    """A process that sends deliveries ``name`` + number; ``limit``: files grow no larger, as on a full disk."""
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, path, name, str(first), str(last), str(limit), str(int(rights))],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("room", [0, 1, 700])
def test_a_full_disk_leaves_whole_lines_only_and_is_tried_again(tmp_path: Path, room: int) -> None:
    path = tmp_path / "papers.jsonl"
    asyncio.run(send(path, "before"))
    whole = path.read_bytes()
    writer = _writer(path, "d", 0, 1, limit=len(whole) + room)
    _, said = writer.communicate(timeout=30)
    assert b"TryLater" in said
    assert b"file too large" in said
    assert path.read_bytes() == whole
    asyncio.run(send(path, "d0"))
    assert [one["delivery_id"] for one in documents(path)] == ["before", "d0"]


def test_two_processes_write_whole_lines_each_once(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    writers = [_writer(path, "d", first, first + 60) for first in (0, 30, 60)]  # they overlap
    for writer in writers:
        _, said = writer.communicate(timeout=60)
        assert (writer.returncode, said) == (0, b"")
    found = [one["delivery_id"] for one in documents(path)]
    assert len(found) == len(set(found))
    assert set(found) == {f"d{n}" for n in range(120)}


def test_a_writer_that_is_killed_leaves_nothing_that_the_next_cannot_mend(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.touch()
    for _ in range(3):
        writer = _writer(path, "d", 0, 400)
        before = path.stat().st_size
        while writer.poll() is None and path.stat().st_size < before + 20_000:
            pass
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    asyncio.run(send(path, "last"))
    found = [one["delivery_id"] for one in documents(path)]
    assert len(found) == len(set(found)) > 3
    assert found[-1] == "last"


async def test_a_file_that_another_program_keeps_locked_delays_no_other(tmp_path: Path) -> None:
    locked, free = tmp_path / "locked.jsonl", [tmp_path / f"{number}.jsonl" for number in range(20)]
    with locked.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = [asyncio.create_task(send(locked, f"d{number}")) for number in range(50)]
        await asyncio.gather(*(send(path) for path in free))
        assert not any(one.done() for one in waiting)
    await asyncio.gather(*waiting)
    assert len(documents(locked)) == 50


async def test_a_file_locked_for_long_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.jsonl"
    monkeypatch.setattr("bot.file.adapter._LOCK_SECONDS", 0.2)
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TryLater, match="another program keeps it locked"):
            await send(path)
    assert path.read_bytes() == b""


async def test_a_device_or_a_pipe_is_gone_for_good_and_never_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), Path("/dev/full")):
        with pytest.raises(DestinationGone, match="no regular file"):
            await FILE.send(parcel(path), _must_not_commit)
        with pytest.raises(DestinationGone, match="no regular file"):
            await FILE.find(parcel(path).delivery, place(path))
