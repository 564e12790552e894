"""paperboy search and similar: every option, every odd query, and runs for evaluation."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.paperboy.command import ESCAPE, Paperboy, write_lines

pytestmark = pytest.mark.xdist_group("cli")
KEYWORD = ("--mode", "keyword")
ALWAYS = {"id", "title", "url", "authors", "published", "score"}


def assert_is_a_ranking(hits: list[dict[str, Any]], limit: int) -> None:
    assert 0 < len(hits) <= limit
    assert all(hit.keys() >= ALWAYS for hit in hits)
    assert len({hit["id"] for hit in hits}) == len(hits)
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_every_mode_finds_what_was_asked_for(helped: Paperboy, mode: str) -> None:
    finished = helped.run("search", "robot grasping", "--mode", mode, "--limit", "5", "--json")
    hits = finished.json()
    assert finished.err == ""
    assert_is_a_ranking(hits, 5)
    assert "2603.05312" in [hit["id"] for hit in hits]
    assert f"{mode} search" in helped.run("search", "robot grasping", "--mode", mode).out


def test_filters_leave_only_what_they_say(helped: Paperboy) -> None:
    hits = helped.json("search", "learning", "--since", "2026-03-03", "--until", "2026-03-04", "--limit", "50")
    assert_is_a_ranking(hits, 50)
    assert {date.fromisoformat(hit["published"][:10]) for hit in hits} == {date(2026, 3, 3), date(2026, 3, 4)}
    hits = helped.json("search", "learning", "--author", "Yang", "--limit", "50")
    assert_is_a_ranking(hits, 50)
    assert all(any("Yang" in name.split() for name in hit["authors"]) for hit in hits)
    assert helped.json("search", "learning", "--category", "cs.CL") == []  # Daily Papers name no categories


@pytest.mark.parametrize("query", ["", "   ", "\x07\x1b", "\u202e", b"\xff\xfe"])
def test_a_query_without_a_word_is_bad_usage(sample: Paperboy, query: str | bytes) -> None:
    assert "empty" in sample.run("search", query, *KEYWORD).failed(2)


@pytest.mark.parametrize(
    "query",
    [
        '@title:{*} | -(~"',
        "*",
        "=>[KNN 5 @vector $x]",
        "robots -grasp | (video",
        "a\\",
        "%%fuzzy%% 'quoted' \"half",
        "\x1b[31mrobots\x07 grasp",
        "שלום \u202erobots\u202c",
        "机器人 抓取",
        "🤖🦾",
        "--",
        "word " * 4_000,
        "x" * 20_000,
    ],
    ids=ascii,
)
def test_an_odd_query_is_only_words(helped: Paperboy, query: str) -> None:
    finished = helped.run("search", "--limit", "3", "--", query)
    assert finished.code == 0, finished
    assert finished.err == ""
    assert "Papers on" in finished.out
    assert not ESCAPE.search(finished.out)


@pytest.mark.parametrize("option", ["--author=@{*}", "--author=", "--category="])
def test_a_filter_that_says_nothing_is_bad_usage(sample: Paperboy, option: str) -> None:
    sample.run("search", "robots", *KEYWORD, option).failed(2)


def test_a_category_is_not_read_as_a_query(sample: Paperboy) -> None:
    assert sample.json("search", "robots", *KEYWORD, "--category", "*|{cs") == []


def test_similar_papers_do_not_include_the_paper_itself(sample: Paperboy) -> None:
    for typed in ("2603.03283", "https://arxiv.org/abs/2603.03283v2", "arXiv:2603.03283"):
        hits = sample.json("similar", typed, "--limit", "4")
        assert_is_a_ranking(hits, 4)
        assert len(hits) == 4
        assert "2603.03283" not in [hit["id"] for hit in hits]


def test_a_batch_writes_a_trec_run(helped: Paperboy, tmp_path: Path) -> None:
    queries = {"q1": "robots that grasp", "2": "video generation", "q3": 'odd "@title:{*} | -('}
    file = write_lines(tmp_path / "queries.jsonl", *({"_id": i, "text": text} for i, text in queries.items()))
    run = tmp_path / "out.trec"
    finished = helped.run("search", "--batch", file, "--run", run, "--limit", "7")
    assert finished.code == 0, finished
    assert finished.out == ""
    rows = [line.split(" ") for line in run.read_text().splitlines()]
    assert all(len(row) == 6 for row in rows)
    for query_id in ("q1", "2"):
        own = [row for row in rows if row[0] == query_id]
        assert [int(row[3]) for row in own] == list(range(1, 8))
        assert {row[1] for row in own} == {"Q0"}
        assert len({row[2] for row in own}) == 7
        scores = [float(row[4]) for row in own]
        assert scores == sorted(scores, reverse=True)
        assert len({row[5] for row in rows}) == 1
    alone = helped.json("search", queries["q1"], "--limit", "7")
    assert [hit["id"] for hit in alone] == [row[2] for row in rows if row[0] == "q1"]


@pytest.mark.parametrize("line", ["<html>", {"_id": "q1"}, {"text": "no id"}, {"_id": "q1", "text": 5}, [1]], ids=str)
def test_a_batch_that_is_none_is_refused_and_writes_nothing(sample: Paperboy, tmp_path: Path, line: object) -> None:
    file = write_lines(tmp_path / "queries.jsonl", {"_id": "q0", "text": "robots"}, line)
    run = tmp_path / "out.trec"
    assert "line 2" in sample.run("search", "--batch", file, "--run", run).failed(1)
    assert not run.exists()


def test_a_run_that_cannot_be_written_is_told(sample: Paperboy, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "queries.jsonl", {"_id": "q0", "text": "robots"})
    nowhere = tmp_path / "nowhere" / "out.trec"
    assert str(nowhere) in sample.run("search", *KEYWORD, "--batch", file, "--run", nowhere).failed(2)
