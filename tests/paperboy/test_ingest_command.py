"""paperboy ingest --replay: every paper once, whatever is in the file and whatever happens to the process."""

import gzip
import time
from pathlib import Path

import pytest

from papers.sample import sample_path
from tests.paperboy.command import Finished, Paperboy, write_lines

pytestmark = pytest.mark.xdist_group("cli")


def test_a_replay_tells_what_it_did_in_one_json_document(recorded: tuple[Path, Finished]) -> None:
    finished = recorded[1]
    assert finished.err == ""
    report = finished.json()
    assert report["new"] == report["embedded"] == 93
    assert report["signals"] > 0
    assert report["skipped"] == 0
    assert report["failures"] == []


def test_a_second_replay_changes_nothing_and_needs_no_model(sample: Paperboy) -> None:
    before = sample.stored()
    assert "torch" not in sample.modules("ingest", "--replay", sample_path())
    assert sample.stored() == before
    again = sample.json("ingest", "--replay", sample_path())
    assert again["new"] == again["changed"] == again["embedded"] == again["signals"] == 0


def test_gzip_and_several_files_are_read(sample: Paperboy, tmp_path: Path) -> None:
    packed = tmp_path / "days.jsonl.gz"
    packed.write_bytes(gzip.compress(sample_path().read_bytes()))
    report = sample.json("ingest", "--replay", packed, sample_path())
    assert report["seen"] > 93
    assert report["new"] == 0


@pytest.mark.parametrize("content", ["cut short", "html", "array", "no time", "binary", "missing"])
def test_a_file_that_is_none_is_refused_before_anything_is_stored(
    sample: Paperboy, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "days.jsonl"
    match content:
        case "cut short":
            file.write_bytes(gzip.compress(sample_path().read_bytes())[:20_000])
        case "html":
            file.write_text("<!DOCTYPE html><html><body>Down for maintenance</body></html>\n")
        case "array":
            file.write_text("[]\n")
        case "no time":
            write_lines(file, {"date": "soon", "response": []})
        case "binary":
            file.write_bytes(bytes(range(256)) * 50)
    before = sample.stored()
    assert str(file) in sample.run("ingest", "--replay", sample_path(), file).failed(1)
    assert sample.stored() == before


ODD: list[object] = [
    1, None, "text", [], {"paper": None}, {"paper": {"id": 5, "title": "A number for an id"}},
    {"paper": {"id": "2603.70001", "title": None}},
    {"paper": {"id": "2603.70002", "title": "Nothing but a title"}},
    {"paper": {"id": "2603.70003", "title": "Nulls", "summary": None, "authors": None, "upvotes": None}},
    {"paper": {"id": "2603.70004", "title": "Of 1900", "publishedAt": "1900-01-01T00:00:00Z", "upvotes": "many"}},
    {"paper": {"id": "2603.70005", "title": "Of 2999", "publishedAt": "2999-01-01T00:00:00Z", "upvotes": -5}},
    {"paper": {"id": "2603.70006", "title": "Odd authors", "authors": [None, 3, {"name": None}, {"name": "Ada"}]}},
]  # fmt: skip


def test_wrong_types_and_missing_fields_cost_only_their_items(library: Paperboy, tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "odd.jsonl",
        {"fetched_at": "2026-03-05T07:00:00Z", "response": {"error": "rate limited"}},
        {"fetched_at": "2026-03-05T07:55:00Z", "response": ODD},
    )
    finished = library.run("ingest", "--replay", file, "--json")
    report = finished.json()
    assert report["new"] == 5
    assert report["skipped"] == len(ODD) - 5 + 1
    assert "rate limited" in finished.err
    assert "Traceback" not in finished.err
    known = [f"2603.7000{n}" for n in (2, 3, 4, 5, 6)]
    assert [i for i in sorted(library.stored()) if i.startswith("2603.7000")] == known
    assert library.json("show", "2603.70006")["authors"] == ["Ada"]
    for paper_id in ("2603.70004", "2603.70005"):
        shown = library.json("show", paper_id)
        assert shown["published"] is None or shown["published"][:4] in {"1900", "2999"}
    for form in ("bibtex", "ris", "json"):
        assert library.run("export", *known, "--format", form).code == 0


def test_killed_at_any_moment_a_replay_is_completed_by_the_next(paperboy: Paperboy, sample: Paperboy) -> None:
    for seconds in (0.2, 0.35, 1.5, 3.5):
        process = paperboy.start("ingest", "--replay", sample_path())
        time.sleep(seconds)
        process.kill()
        process.communicate()
    report = paperboy.json("ingest", "--replay", sample_path())
    assert report["failures"] == []
    assert paperboy.stored() == sample.stored()
    everything = paperboy.json("trending", "--at", "2026-03-07T02:10Z", "--limit", "1000")
    assert everything == sample.json("trending", "--at", "2026-03-07T02:10Z", "--limit", "1000")
