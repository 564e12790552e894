"""paperboy show and export: single papers, for people and for reference managers."""

import json

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from tests.paperboy.command import Paperboy

pytestmark = pytest.mark.xdist_group("cli")
IDS = ("2603.03756", "2603.03283", "2603.04743")


@pytest.mark.parametrize(
    "typed", ["2603.03283", "2603.03283v3", "arXiv:2603.03283", "https://arxiv.org/abs/2603.03283"]
)
def test_a_paper_is_shown_by_any_of_its_names(sample: Paperboy, typed: str) -> None:
    shown = sample.json("show", typed)
    assert shown["id"] == "2603.03283"
    assert shown["url"] == "https://arxiv.org/abs/2603.03283"
    assert shown["signals"]["upvotes"] > 0
    assert shown["authors"]
    assert shown["published"].startswith("2026-03-03")


def test_a_shown_paper_has_title_authors_votes_and_links(sample: Paperboy) -> None:
    out = sample.run("show", "2603.03283").out
    shown = sample.json("show", "2603.03283")
    for text in (shown["title"], shown["authors"][0], "upvotes", shown["url"], shown["huggingface_url"]):
        assert text in out


def test_bibtex_is_read_by_a_reader_of_bibtex(sample: Paperboy) -> None:
    library = parse_string(sample.run("export", *IDS, "--format", "bibtex").out)
    assert library.failed_blocks == []
    assert [entry["eprint"] for entry in library.entries] == list(IDS)
    assert len({entry.key for entry in library.entries}) == len(IDS)


def test_ris_is_read_by_a_reader_of_ris(sample: Paperboy) -> None:
    records = rispy.loads(sample.run("export", *IDS, "--format", "ris").out)
    titles = [sample.json("show", paper_id)["title"] for paper_id in IDS]
    assert [record["title"] for record in records] == titles
    assert all(record["authors"] and record["year"] == "2026" for record in records)


def test_json_is_read_as_json_in_the_order_asked_for(sample: Paperboy) -> None:
    exported = json.loads(sample.run("export", *IDS, IDS[0], "--format", "json").out)
    assert [paper["id"] for paper in exported] == list(IDS)


def test_a_paper_that_is_not_there_means_no_file_at_all(sample: Paperboy) -> None:
    assert "9999.99999" in sample.run("export", IDS[0], "9999.99999", "--format", "ris").failed(1)
