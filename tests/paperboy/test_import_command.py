"""paperboy import: a corpus of anyone's making, and what other people's texts may not do to a terminal."""

import base64
import gzip
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.paperboy.command import ESCAPE, Paperboy, write_lines

pytestmark = pytest.mark.xdist_group("cli")
MODEL = "all-MiniLM-L6-v2"


def ready(record: Mapping[str, object], seed: int = 1) -> dict[str, object]:
    """The record with a vector of its own, so that no model is needed."""
    vector = np.random.default_rng(seed).normal(size=384).astype("<f4")
    return {**record, "embedding": base64.b64encode(vector.tobytes()).decode(), "embedding_model": MODEL}


def corpus(count: int, name: str) -> list[dict[str, object]]:
    return [
        ready({"_id": f"{name}{n}", "title": f"Paper number {n} of the corpus {name}", "text": "Quokkas smile."}, n)
        for n in range(count)
    ]


def test_ready_embeddings_are_used_and_a_second_load_costs_nothing(library: Paperboy, tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl.gz"
    lines = write_lines(tmp_path / "corpus.jsonl", *corpus(300, "c"))
    file.write_bytes(gzip.compress(lines.read_bytes()))
    assert "torch" not in library.modules("import", file)
    again = library.json("import", file, lines)
    assert again["seen"] == 600
    assert again["new"] == again["changed"] == again["embedded"] == 0
    assert {f"c{n}" for n in range(300)} <= library.stored().keys()
    assert library.json("similar", "c7", "--limit", "5")[0]["id"] != "c7"


def test_what_a_paper_has_is_kept_and_what_it_lacks_is_no_matter(library: Paperboy, tmp_path: Path) -> None:
    whole = {
        "id": 17,
        "title": "A whole paper about quokkas",
        "abstract": "They smile.",
        "authors": ["Ada Lovelace", "Charles Babbage"],
        "published": "2024-05-06",
        "categories": ["cs.CL", "q-bio.PE"],
        "doi": "10.1000/Quokka",
        "url": "https://example.org/quokka",
    }
    bare = {"_id": "arXiv:2401.01234v2", "title": "Bare"}
    assert library.json("import", write_lines(tmp_path / "a.jsonl", ready(whole), ready(bare, 2)))["new"] == 2
    shown = library.json("show", "doi:10.1000/quokka")
    assert shown["id"] == "17"
    assert shown["authors"] == ["Ada Lovelace", "Charles Babbage"]
    assert shown["published"] == "2024-05-06T00:00:00Z"
    assert shown["categories"] == ["cs.CL", "q-bio.PE"]
    shown = library.json("show", "2401.01234")
    assert shown["url"] == "https://arxiv.org/abs/2401.01234"
    assert shown["authors"] == []
    assert shown["published"] is None
    assert library.run("show", "2401.01234").code == 0


def test_broken_lines_cost_only_themselves(library: Paperboy, tmp_path: Path) -> None:
    good = ready({"_id": "good", "title": "The one sound line"})
    bad = ["{", "null", "[1]", '{"_id": "x"}', '{"title": "no id"}', '{"_id": "\\u0000", "title": "odd id"}']
    finished = library.run("import", write_lines(tmp_path / "a.jsonl", *bad, good, *bad), "--json")
    assert finished.json()["new"] == 1
    assert finished.json()["skipped"] == 2 * len(bad)
    assert "Traceback" not in finished.err
    assert not {"x", "\0"} & library.stored().keys()
    assert library.json("show", "good")["title"] == "The one sound line"


def test_what_came_before_the_cut_of_a_file_is_stored(library: Paperboy, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "corpus.jsonl", *corpus(400, "cut"))
    cut = tmp_path / "cut.jsonl.gz"
    packed = gzip.compress(lines.read_bytes())
    cut.write_bytes(packed[: len(packed) * 3 // 4])
    assert "cut short" in library.run("import", cut, seconds=15).failed(1)
    before = sum(paper_id.startswith("cut") for paper_id in library.stored())
    assert 100 < before < 400
    assert library.json("import", lines)["new"] == 400 - before


@pytest.mark.parametrize("content", ["<!DOCTYPE html>\n<html></html>\n", "[]\n", "42\n"])
def test_a_file_without_a_single_paper_fails(library: Paperboy, tmp_path: Path, content: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(content)
    before = library.stored()
    finished = library.run("import", file)
    assert library.stored() == before
    assert finished.code == 1
    assert finished.out == ""
    assert finished.log[-1].startswith("paperboy: ")
    assert "Traceback" not in finished.err


@pytest.mark.parametrize("field", ["categories", "url"])
def test_half_a_character_costs_at_most_its_line(library: Paperboy, tmp_path: Path, field: str) -> None:
    value: object = ["\ud800"] if field == "categories" else "https://example.org/\ud800"
    file = write_lines(tmp_path / "a.jsonl", *corpus(2, field), ready({"_id": "half", "title": "Half", field: value}))
    library.run("import", file, "--json").json()
    assert {f"{field}0", f"{field}1"} <= library.stored().keys()


HOSTILE = [
    "<!channel> look, zebras",
    "@everyone zebras",
    "[bold red]zebras[/] and [link=https://example.org]more[/link]",
    "\x1b[31mzebras\x1b[0m \x1b]0;title\x07 \x9b2J",
    "zebras \u202egnp.exe\u202c and \u2066more\u2069",
    "zebras\r\nFrom: somebody\x00\x08 else",
    "%s {zebras} $(id) `id`",
]


def test_hostile_texts_show_as_harmless_ones(library: Paperboy, tmp_path: Path) -> None:
    records = [
        ready({"_id": f"2603.6000{n}", "title": text, "text": text, "authors": [text]}, n)
        for n, text in enumerate(HOSTILE)
    ]
    assert library.json("import", write_lines(tmp_path / "a.jsonl", *records))["new"] == len(HOSTILE)
    items = [{"paper": {"id": r["_id"], "title": r["title"], "upvotes": 900}} for r in records]
    day = write_lines(tmp_path / "day.jsonl", {"fetched_at": "2026-03-05T07:55:00Z", "response": items})
    at = ("--at", "2026-03-05T09:00Z")
    assert library.json("ingest", "--replay", day)["seen"] == len(HOSTILE)
    for command in (
        ("search", "zebras", "--mode", "keyword"),
        ("search", HOSTILE[3], "--mode", "keyword"),
        ("digest", "preview", *at),
        ("trending", *at, "--explain"),
        ("rank", str(day)),
        *(("show", str(r["_id"])) for r in records[:5]),
    ):
        finished = library.run(*command)
        assert finished.code == 0, finished
        assert not ESCAPE.search(finished.out), command
        assert not ESCAPE.search(finished.err), command
    out = library.run("digest", "preview", *at).out
    for marks in ("<!channel> look, zebras", "@everyone zebras", "[bold red]zebras[/]"):
        assert marks in out  # for an adapter to escape, as they are here
