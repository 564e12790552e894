"""paperboy trending, rank and digest preview: charts of any time, and what they are made of."""

import json
import math
from datetime import datetime
from pathlib import Path

import pytest

from papers.sample import sample_path
from tests.paperboy.command import Paperboy, write_lines

pytestmark = pytest.mark.xdist_group("cli")
AT = "2026-03-05T09:00Z"
VOTES = {"upvotes", "upvote_velocity", "comments", "comment_velocity", "author_participating"}


@pytest.mark.parametrize("window", ["day", "week", "month"])
def test_a_chart_explains_itself_and_knows_no_later_day(sample: Paperboy, window: str) -> None:
    chart = sample.json("trending", "--window", window, "--at", AT, "--limit", "1000", "--explain")
    assert chart
    assert [paper["rank"] for paper in chart] == list(range(1, len(chart) + 1))
    assert len({paper["id"] for paper in chart}) == len(chart)
    assert [paper["score"] for paper in chart] == sorted((paper["score"] for paper in chart), reverse=True)
    for paper in chart:
        assert paper.keys() >= {"id", "title", "url", "authors", "published"}
        assert math.isclose(math.fsum(paper["why"].values()), paper["score"], abs_tol=1e-9)
        assert datetime.fromisoformat(paper["first_seen"]) <= datetime.fromisoformat(AT)


def test_what_came_after_changes_nothing_of_an_earlier_chart(
    sample: Paperboy, paperboy: Paperboy, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in sample_path().read_text().splitlines()]
    early = [line for line in lines if datetime.fromisoformat(line["fetched_at"]) <= datetime.fromisoformat(AT)]
    assert 0 < len(early) < len(lines)
    paperboy.json("ingest", "--replay", write_lines(tmp_path / "early.jsonl", *early))
    asked = ("trending", "--at", AT, "--limit", "1000", "--explain")
    known_then = {paper["id"]: (paper["rank"], paper["score"], paper["why"]) for paper in paperboy.json(*asked)}
    assert {p["id"]: (p["rank"], p["score"], p["why"]) for p in sample.json(*asked)} == known_then


def test_limit_and_the_clock_setting_are_heeded(sample: Paperboy) -> None:
    ten = sample.json("trending", "--at", AT)
    assert len(ten) == 10
    assert sample.json("trending", "--at", AT, "--limit", "3") == ten[:3]
    assert sample.having(NOW=AT).json("trending") == ten
    assert "why" not in ten[0]
    assert sample.json("trending", "--at", AT, "--category", "cs.CL") == []


@pytest.mark.parametrize("at", ["1900-01-01", "2999-12-31T23:59Z", "9999-12-31"])
def test_a_chart_of_any_time_is_at_worst_empty(sample: Paperboy, at: str) -> None:
    assert sample.json("trending", "--at", at) == []
    assert "No paper is trending" in sample.run("digest", "preview", "--at", at).out


def test_a_time_before_all_papers_is_refused(sample: Paperboy) -> None:
    assert "1900" in sample.run("trending", "--at", "0001-01-01").failed(2)


def test_a_digest_is_the_chart_with_links_and_reasons(sample: Paperboy) -> None:
    chart = sample.json("trending", "--window", "day", "--at", AT, "--limit", "5")
    digest = sample.json("digest", "preview", "--at", AT, "--top", "5")
    assert [entry["id"] for entry in digest["entries"]] == [paper["id"] for paper in chart]
    out = sample.run("digest", "preview", "--at", AT, "--top", "5").out
    for paper, entry in zip(chart, digest["entries"], strict=True):
        assert entry["reasons"]
        assert entry["gist"]
        assert paper["url"] in out


def today(tmp_path: Path, *, bare: bool = False) -> tuple[Path, int]:
    """The first recorded list in a file of its own, and how many papers it holds."""
    line = json.loads(sample_path().read_text().splitlines()[0])
    file = write_lines(tmp_path / "today.json", line["response"] if bare else line)
    return file, len(line["response"])


def test_a_recorded_answer_is_ranked_and_not_stored(paperboy: Paperboy, tmp_path: Path) -> None:
    file, count = today(tmp_path)
    ranking = paperboy.json("rank", file)
    assert len({row["id"] for row in ranking}) == len(ranking) == count
    assert [row["score"] for row in ranking] == sorted((row["score"] for row in ranking), reverse=True)
    for row in ranking:
        assert math.isclose(math.fsum(row["why"].values()), row["score"], abs_tol=1e-9)
    assert paperboy.stored() == {}
    assert len(paperboy.run("rank", file).out.splitlines()) == count


def test_hidden_votes_are_never_read(sample: Paperboy, tmp_path: Path) -> None:
    file, count = today(tmp_path)
    hidden = sample.json("rank", file, "--hide-votes")
    assert len(hidden) == count
    assert not any(row["why"].keys() & VOTES for row in hidden)
    line = json.loads(file.read_text())
    for item in line["response"]:
        item["numComments"] = item["paper"]["upvotes"] = 10_000
        item["isAuthorParticipating"] = True
    assert sample.json("rank", write_lines(tmp_path / "inflated.json", line), "--hide-votes") == hidden
    for item in line["response"]:
        for name in ("numComments", "isAuthorParticipating"):
            del item[name]
        del item["paper"]["upvotes"]
    assert sample.json("rank", write_lines(tmp_path / "without.json", line), "--hide-votes") == hidden


def test_a_bare_response_is_ranked_as_of_now(sample: Paperboy, tmp_path: Path) -> None:
    file, count = today(tmp_path, bare=True)
    assert len(sample.having(NOW="2026-03-02T08:00Z").json("rank", file)) == count


@pytest.mark.parametrize("content", ["", "<html>\n", '{"error": "x"}\n', '{"fetched_at": "soon", "response": []}\n'])
def test_what_is_no_recorded_answer_is_refused(sample: Paperboy, tmp_path: Path, content: str) -> None:
    file = tmp_path / "today.json"
    file.write_text(content)
    assert str(file) in sample.run("rank", file).failed(1)
