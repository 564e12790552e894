import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from papers.errors import UnreadableFile
from papers.models import Observation, SignalName
from papers.replay import Replay, read_replay

SHARED = Path(__file__).parents[3] / "shared" / "data" / "hf_daily"


def line(day: int, *papers: dict[str, Any], **more: Any) -> str:
    response = [{"paper": {"title": "A title", "upvotes": day, **paper}, "numComments": 1} for paper in papers]
    return json.dumps(
        {"date": f"2026-03-{day:02d}", "fetched_at": f"2026-03-{day:02d}T07:55:00Z", "response": response} | more
    )


def replay(path: Path, *lines: str) -> Replay:
    path.write_text("\n".join(lines) + "\n")
    return read_replay([path])


async def everything(played: Replay) -> list[Observation]:
    return [observation async for observation in played.observations()]


async def test_each_line_plays_at_its_own_time_in_order(tmp_path: Path) -> None:
    played = replay(tmp_path / "r", line(6, {"id": "2603.00002"}), line(5, {"id": "2603.00001"}))
    seen = [(o.paper.id, o.seen_at, o.signals[0].at) for o in await everything(played)]
    times = [datetime(2026, 3, day, 7, 55, tzinfo=UTC) for day in (5, 6)]
    assert seen == [("2603.00001", times[0], times[0]), ("2603.00002", times[1], times[1])]
    assert (played.items, played.until) == (2, times[1])


async def test_later_snapshots_of_a_date_are_later_signals(tmp_path: Path) -> None:
    later = line(5, {"id": "2603.00001", "upvotes": 90}, fetched_at="2026-03-05T20:00:00Z")
    votes = [
        s.value
        for o in await everything(replay(tmp_path / "r", line(5, {"id": "2603.00001"}), later))
        for s in o.signals
        if s.name is SignalName.UPVOTES
    ]
    assert votes == [5, 90]


async def test_a_bad_item_costs_only_itself(tmp_path: Path) -> None:
    played = replay(tmp_path / "r", line(5, {"id": None}, {"id": "2603.00001"}, {"id": "2603.00002", "title": None}))
    assert [o.paper.id for o in await everything(played)] == ["2603.00001"]
    assert played.skipped == 2


async def test_a_snapshot_that_is_no_list_is_skipped_and_counted(tmp_path: Path) -> None:
    played = replay(tmp_path / "r", line(5, response={"error": "busy"}), line(6, {"id": "2603.00001"}))
    assert len(await everything(played)) == 1
    assert played.skipped == 1


@pytest.mark.parametrize(
    "text",
    ["<html><body>502</body></html>", "[1, 2]", '{"date": "2026-03-05"}', '{"response": [], "fetched_at": "soon"}'],
)
def test_a_file_that_is_no_recording_is_refused_before_anything_is_stored(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad").write_text(f"{line(5, {'id': '2603.00001'})}\n{text}\n")
    with pytest.raises(UnreadableFile, match="line 2"):
        read_replay([tmp_path / "bad"])


def test_a_recording_cut_short_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(line(day, {"id": f"2603.0000{day}"}) for day in range(1, 9)).encode())
    (tmp_path / "cut.gz").write_bytes(packed[:-40])
    with pytest.raises(UnreadableFile):
        read_replay([tmp_path / "cut.gz"])


@pytest.mark.skipif(not SHARED.is_dir(), reason="recorded months are not beside this checkout")
async def test_every_recorded_month_plays_without_a_skipped_item() -> None:
    played = read_replay(sorted(SHARED.glob("20*.jsonl.gz")))
    observations = await everything(played)
    assert len(observations) == played.items > 7000
    assert played.skipped == 0
