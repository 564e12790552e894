import json
import math
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import rispy
from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st

from papers.display import one_line
from papers.export import Format, export, hit_json, paper_json, to_bibtex, to_json, to_ris, trending_json
from papers.export.citekeys import cite_keys
from papers.export.names import Name, parse_name
from papers.models import Paper, SearchHit, SignalName, TrendingPaper

WHEN = datetime(2017, 6, 12, 17, 57, tzinfo=UTC)
ATTENTION = Paper(
    id="1706.03762",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer", "Łukasz Kaiser"),
    abstract="Attention alone is enough.",
    published=WHEN,
    categories=("cs.CL", "cs.LG"),
)
NASTY = st.text(
    st.sampled_from('ab{}\\$%&#_~^"@,=\n\r\x00\x1b\x85\u2028;é漢 ') | st.characters(exclude_categories=["Cs"])
)


def read_bibtex(text: str) -> list[dict[str, Any]]:
    library = parse_string(text)
    assert not library.failed_blocks
    return [{"key": e.key, "kind": e.entry_type} | {f.key: f.value for f in e.fields} for e in library.entries]


def decoded(text: str) -> list[dict[str, Any]]:
    library = parse_string(text, append_middleware=[middlewares.LatexDecodingMiddleware()])
    assert not library.failed_blocks
    return [{f.key: f.value for f in e.fields} for e in library.entries]


def unescape(text: str) -> str:
    """The inverse of our escaping, written from LaTeX's manual rather than from the code under test."""
    words = {"ensuremath{\\lbrace}": "{", "ensuremath{\\rbrace}": "}", "textasciitilde{}": "~",
             "textasciicircum{}": "^", "textbackslash{}": "\\"}  # fmt: skip
    pattern = "|".join(re.escape(word) for word in words)
    return re.sub(rf"\\({pattern}|[&%$#_{{}}])", lambda m: words.get(m[1], m[1]), text)


def test_a_paper_becomes_an_entry_that_a_bibliography_can_use() -> None:
    (entry,) = read_bibtex(to_bibtex([ATTENTION]))
    assert entry == {
        "key": "vaswani2017attention",
        "kind": "misc",
        "title": "{Attention Is All You Need}",
        "author": "Vaswani, Ashish and Shazeer, Noam and Kaiser, Łukasz",
        "year": "2017",
        "month": "jun",
        "eprint": "1706.03762",
        "archiveprefix": "arXiv",
        "primaryclass": "cs.CL",
        "url": "https://arxiv.org/abs/1706.03762",
        "abstract": "Attention alone is enough.",
    }


def test_a_published_paper_is_an_article() -> None:
    published = ATTENTION.model_copy(update={"journal_ref": "NeurIPS 30 (2017)", "doi": "10.1000/x_y(1)"})
    (entry,) = read_bibtex(to_bibtex([published]))
    assert (entry["kind"], entry["journal"], entry["doi"]) == ("article", "NeurIPS 30 (2017)", "10.1000/x_y(1)")


def test_what_tex_would_take_for_a_command_is_escaped() -> None:
    title = r"50% of R&D: $x_1^2$ ~ {#7} \alpha"
    (entry,) = read_bibtex(to_bibtex([ATTENTION.model_copy(update={"title": title})]))
    assert entry["title"] == (
        r"{50\% of R\&D: \$x\_1\textasciicircum{}2\$ \textasciitilde{} \{\#7\} \textbackslash{}alpha}"
    )
    (plain,) = decoded(to_bibtex([ATTENTION.model_copy(update={"title": "R&D {with} 50% } lone_brace"})]))
    assert plain["title"] == "R&D {with} 50% } lone_brace"


@given(st.lists(st.tuples(NASTY, NASTY, NASTY), min_size=1, max_size=3))
def test_any_text_comes_back_from_bibtex(texts: list[tuple[str, str, str]]) -> None:
    papers = [
        Paper(id=f"2401.0000{i}", title=title, abstract=abstract, authors=(author,), comment=abstract)
        for i, (title, abstract, author) in enumerate(texts)
    ]
    text = to_bibtex(papers)
    assert text.count("{") == text.count("}")
    entries = read_bibtex(text)
    assert len(entries) == len({entry["key"] for entry in entries}) == len(papers)
    for entry, paper in zip(entries, papers, strict=True):
        assert unescape(entry["title"][1:-1]) == one_line(paper.title)
        assert unescape(entry.get("abstract", "")) == one_line(paper.abstract)


@given(st.lists(st.tuples(NASTY, NASTY), min_size=1, max_size=3))
def test_any_text_comes_back_from_ris(texts: list[tuple[str, str]]) -> None:
    papers = [
        Paper(id=f"2401.0000{i}", title=title, abstract=abstract, authors=("Ada Lovelace",), published=WHEN)
        for i, (title, abstract) in enumerate(texts)
    ]
    records = rispy.loads(to_ris(papers))
    assert len(records) == len(papers)
    for record, paper in zip(records, papers, strict=True):
        assert record.get("title", "") == one_line(paper.title)
        assert record.get("abstract", "") == one_line(paper.abstract)
        assert record["authors"] == ["Lovelace, Ada"]


def test_a_title_cannot_end_its_record_or_start_another() -> None:
    forged = ATTENTION.model_copy(update={"title": "One\r\nER  - \r\n\r\nTY  - BOOK\r\nTI  - Two"})
    (record,) = rispy.loads(to_ris([forged]))
    assert record["type_of_reference"] == "UNPB"
    forged = ATTENTION.model_copy(update={"title": "One}},\n}\n@book{two,\n title = {{Two"})
    assert [entry["kind"] for entry in read_bibtex(to_bibtex([forged]))] == ["misc"]


def test_a_ris_record_has_what_reference_managers_look_for() -> None:
    text = to_ris([ATTENTION.model_copy(update={"doi": "10.1000/xyz"})])
    assert all(line.endswith("\r") for line in text.split("\n")[:-1])
    assert text.startswith("TY  - UNPB\r\n")
    assert text.rstrip("\r\n").endswith("ER  - ")
    (record,) = rispy.loads(text)
    assert record["title"] == "Attention Is All You Need"
    assert record["authors"] == ["Vaswani, Ashish", "Shazeer, Noam", "Kaiser, Łukasz"]
    assert (record["year"], record["date"]) == ("2017", "2017/06/12")
    assert (record["doi"], record["urls"]) == ("10.1000/xyz", ["https://arxiv.org/abs/1706.03762"])
    assert record["abstract"] == "Attention alone is enough."


def test_papers_that_would_share_a_key_get_letters_that_do_not_depend_on_order() -> None:
    twins = [ATTENTION.model_copy(update={"id": f"1706.0376{i}"}) for i in (5, 3, 4)]
    assert cite_keys(twins) == [f"vaswani2017attention{letter}" for letter in "cab"]
    assert cite_keys(twins[::-1]) == [f"vaswani2017attention{letter}" for letter in "bac"]


def test_a_letter_never_makes_two_keys_alike() -> None:
    twins = [ATTENTION.model_copy(update={"id": f"1706.0376{i}", "title": "Deep"}) for i in range(3)]
    other = ATTENTION.model_copy(update={"id": "1706.9", "title": "Deepa"})
    assert len(set(cite_keys([*twins, other]))) == 4
    many = [ATTENTION.model_copy(update={"id": f"17{i:02}.00001"}) for i in range(60)]
    assert len(set(cite_keys(many))) == 60


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"authors": ("Laurens van der Maaten",), "title": "The Übergang"}, "vandermaaten2017ubergang"),
        ({"authors": ("Søren Łukaszewicz",)}, "lukaszewicz2017attention"),
        ({"authors": ()}, "anon2017attention"),
        ({"authors": ("王小明",), "title": "注意力"}, "anon2017170603762"),
        ({"published": None}, "vaswaniattention"),
    ],
)
def test_keys_are_plain_ascii(changes: dict[str, Any], key: str) -> None:
    assert cite_keys([ATTENTION.model_copy(update=changes)]) == [key]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Lovelace", Name("Lovelace", "Ada")),
        ("Laurens van der Maaten", Name("van der Maaten", "Laurens")),
        ("Maaten, Laurens van der", Name("Maaten", "Laurens van der")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", "Jr.")),
        ("King, Jr.", Name("King", suffix="Jr.")),
        ("Plato", Name("Plato")),
        ("Gemini Team", Name("Gemini Team", group=True)),
        ("Arcee AI", Name("Arcee AI", group=True)),
        ("Qingyao Ai", Name("Ai", "Qingyao")),
        ("The Viet Bui", Name("Bui", "The Viet")),
        ("The ATLAS Collaboration", Name("The ATLAS Collaboration", group=True)),
        ("Smith and Sons", Name("Smith and Sons", group=True)),
        ("others", Name("others", group=True)),
        ("", Name("")),
    ],
)
def test_names_are_turned_round_unless_they_are_a_groups(text: str, name: Name) -> None:
    assert parse_name(text) == name


def test_authors_are_read_as_as_many_people_as_there_are() -> None:
    names = ("Ada Lovelace", "Smith and Sons", "Gemini Team", "others", "Ludwig van Beethoven", "A, B, C", "Plato {")
    text = to_bibtex([ATTENTION.model_copy(update={"authors": names})])
    library = parse_string(text, append_middleware=[middlewares.SeparateCoAuthors()])
    assert library.entries[0]["author"] == [
        "Lovelace, Ada", "{Smith and Sons}", "{Gemini Team}", "{others}", "van Beethoven, Ludwig", "{A, B, C}",
        r"{\ensuremath{\lbrace}}, Plato",
    ]  # fmt: skip


@given(st.lists(NASTY, max_size=5))
def test_no_name_becomes_two_people_or_none(names: list[str]) -> None:
    text = to_bibtex([ATTENTION.model_copy(update={"authors": ("Ada Lovelace", *names)})])
    library = parse_string(text, append_middleware=[middlewares.SeparateCoAuthors()])
    written = [name for name in names if any(c.isalnum() for c in one_line(name))]
    assert len(library.entries[0]["author"]) == 1 + len(written)


def test_json_always_has_the_promised_fields() -> None:
    bare = paper_json(Paper(id="x", title="T"))
    assert bare == {"id": "x", "title": "T", "url": "", "authors": [], "published": None}
    full = paper_json(ATTENTION.model_copy(update={"listed": WHEN}))
    assert full["published"] == "2017-06-12T17:57:00Z"
    assert full["url"] == "https://arxiv.org/abs/1706.03762"
    assert full["huggingface_url"] == "https://huggingface.co/papers/1706.03762"
    assert "gist" not in full
    assert json.loads(export([ATTENTION], Format.JSON)) == [paper_json(ATTENTION)]


def test_json_of_a_hit_has_its_score() -> None:
    assert hit_json(SearchHit(paper=ATTENTION, score=0.25)) == paper_json(ATTENTION) | {"score": 0.25}


@given(st.dictionaries(st.sampled_from(["upvotes", "comments", "stars", "age", "new"]), st.floats(-1e3, 1e3)))
def test_printed_parts_add_up_to_the_printed_score(why: dict[str, float]) -> None:
    item = TrendingPaper(
        paper=ATTENTION, rank=1, score=math.fsum(why.values()), why=why, signals={SignalName.UPVOTES: 3.0}
    )
    read = json.loads(to_json(trending_json(item, explain=True)))
    assert math.isclose(sum(read["why"].values()), read["score"], abs_tol=1e-9)
    assert (read["rank"], read["signals"]) == (1, {"upvotes": 3.0})
    assert "why" not in trending_json(item)


@pytest.mark.parametrize("form", list(Format))
def test_every_format_takes_no_papers(form: Format) -> None:
    assert export([], form).strip() in {"", "[]"}
