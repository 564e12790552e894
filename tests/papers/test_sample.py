"""The bundled sample keeps its promises: real papers, whole days, later counts, our own sentences."""

import gzip
import json
import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from papers.clock import parse_time
from papers.identity import arxiv_base_id
from papers.sample import RECORDED_UNTIL, sample_path

COUNTS = ("upvotes", "githubStars")
PAPER_FIELDS = {
    "id", "title", "authors", "publishedAt", "submittedOnDailyAt", "summary", "upvotes",
    "githubRepo", "githubStars", "projectPage", "ai_keywords", "organization",
}  # fmt: skip
GIST_LIMIT = 240
"""Characters of a sentence that a digest shows uncut."""
RECORDINGS = Path(__file__).parents[3] / "shared" / "data" / "hf_daily"


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in sample_path().read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def first_lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first snapshot of each date."""
    return list({line["date"]: line for line in reversed(lines)}.values())


@pytest.fixture(scope="module")
def listed(first_lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every item in full, as first listed."""
    return [item for line in first_lines for item in line["response"]]


def test_it_has_at_least_eighty_distinct_papers_of_at_least_four_days(
    first_lines: list[dict[str, Any]], listed: list[dict[str, Any]]
) -> None:
    ids = [item["paper"]["id"] for item in listed]
    assert len(ids) == len(set(ids)) >= 80
    assert len(first_lines) >= 4


def test_it_is_small_and_compact() -> None:
    raw = sample_path().read_bytes()
    assert len(raw) < 250_000
    assert b'": ' not in raw
    assert b"\\u" not in raw


def test_lines_are_in_the_order_of_their_times_and_never_older_than_their_date(lines: list[dict[str, Any]]) -> None:
    times = [parse_time(line["fetched_at"]) for line in lines]
    assert times == sorted(times)
    assert times[-1] == RECORDED_UNTIL
    for line, fetched_at in zip(lines, times, strict=True):
        assert fetched_at >= parse_time(line["date"])


def test_every_listed_paper_has_the_facts_a_digest_shows(listed: list[dict[str, Any]]) -> None:
    for item in listed:
        paper = item["paper"]
        assert arxiv_base_id(paper["id"]) == paper["id"]
        assert paper["title"] == item["title"] == " ".join(paper["title"].split())
        assert 1 <= len(paper["authors"]) <= 40
        assert all(set(author) == {"name"} and author["name"].strip() for author in paper["authors"])
        assert datetime.fromisoformat(paper["publishedAt"]) < RECORDED_UNTIL
        assert datetime.fromisoformat(paper["submittedOnDailyAt"]) < RECORDED_UNTIL
        assert datetime.fromisoformat(item["publishedAt"])
        assert isinstance(item["isAuthorParticipating"], bool)


def test_nothing_is_kept_beyond_facts_and_our_sentence(lines: list[dict[str, Any]]) -> None:
    for item in (item for line in lines for item in line["response"]):
        assert set(item["paper"]) <= PAPER_FIELDS
        assert set(item) <= {"paper", "title", "publishedAt", "numComments", "isAuthorParticipating"}


def test_every_summary_is_one_sentence_of_reading_length_and_no_two_are_alike(listed: list[dict[str, Any]]) -> None:
    summaries = [item["paper"]["summary"] for item in listed]
    assert len({summary.casefold() for summary in summaries}) == len(summaries)
    for summary in summaries:
        assert 60 <= len(summary) <= GIST_LIMIT, summary
        assert 20 <= len(summary.split()) <= 40, summary
        assert summary[0].isupper(), summary
        assert re.findall(r"[.!?](?=\s|$)", summary) == ["."], summary


def test_counts_are_whole_and_never_negative(lines: list[dict[str, Any]], listed: list[dict[str, Any]]) -> None:
    for item in (item for line in lines for item in line["response"]):
        counts = [item["paper"][name] for name in COUNTS if name in item["paper"]]
        counts += [item["numComments"]] if "numComments" in item else []
        assert counts
        assert all(type(count) is int and count >= 0 for count in counts)
    assert all({"upvotes"} <= set(item["paper"]) and "numComments" in item for item in listed)


def test_half_of_the_papers_are_seen_at_two_times_or_more(lines: list[dict[str, Any]]) -> None:
    stars: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for line in lines:
        for item in line["response"]:
            if "githubStars" in item["paper"]:
                stars[item["paper"]["id"]].append((parse_time(line["fetched_at"]), item["paper"]["githubStars"]))
    twice = [seen for seen in stars.values() if len({at for at, _ in seen}) >= 2]
    assert len(twice) >= 46
    assert all(seen[-1][0] - seen[0][0] >= timedelta(hours=12) for seen in twice)


def test_a_later_snapshot_speaks_only_of_papers_listed_on_its_date(lines: list[dict[str, Any]]) -> None:
    titles: dict[str, dict[str, str]] = {}
    for line in lines:
        seen = {item["paper"]["id"]: item["paper"]["title"] for item in line["response"]}
        assert seen.items() <= titles.setdefault(line["date"], seen).items()


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="needs the recordings the sample was drawn from")
def test_no_sentence_shares_six_words_in_a_row_with_the_abstract(listed: list[dict[str, Any]]) -> None:
    sentences = {item["paper"]["id"]: item["paper"]["summary"] for item in listed}
    compared = 0
    with gzip.open(RECORDINGS / "2026-03.jsonl.gz", "rt", encoding="utf-8") as recorded:
        for item in (item for line in recorded for item in json.loads(line)["response"]):
            paper = item["paper"]
            ours = _runs(sentences.get(paper["id"], ""))
            for text in (paper.get("summary"), paper.get("ai_summary")):
                assert not ours & _runs(text or ""), paper["id"]
            compared += bool(ours)
    assert compared == len(sentences)


def _runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}
