"""arXiv's answers to observations: the query API, the feeds, OAI-PMH, and XML that is not what it should be."""

import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import SourceError, SourceMalformed, SourceUnavailable
from papers.sources.arxiv_atom import parse_query
from papers.sources.arxiv_feed import parse_announcements
from papers.sources.arxiv_oai import parse_records, set_of
from papers.sources.fields import says_withdrawn
from tests.fakes.arxiv import Entry

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "arxiv_api"
SEEN = datetime(2026, 3, 5, 12, tzinfo=UTC)
OLD = datetime(2026, 2, 20, 9, tzinfo=UTC)
ATOM = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
Parse = Callable[..., object]
PARSERS: list[Parse] = [parse_query, parse_announcements, parse_records]


def feed(*entries: str, before: str = "") -> bytes:
    return f"{before}<feed {ATOM}>{''.join(entries)}</feed>".encode()


def oai(inside: str) -> bytes:
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inside}</OAI-PMH>'.encode()


LETTERS = "abcdefghi"
BOMB = (
    "<!DOCTYPE feed [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {name} '&{before};&{before};'>" for before, name in pairwise(LETTERS))
    + "]>"
)
NOT_FEEDS = {
    "answered nothing": b"  \n",
    "answered something that is no XML": b"Rate exceeded.",
    "answered something that is no UTF-8 text": b"<feed>\xff\xfe</feed>",
    "answered an HTML page where XML was due": b"<!doctype HTML><html><p>x",
    "answered XML with a document type, which is refused": feed("&i;", before=BOMB),
    "answered XML that is cut short or malformed (line 2)": feed(Entry("2602.00001", "A", OLD).atom())[:-9],
}


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("reason", NOT_FEEDS)
def test_what_is_no_feed_is_one_line(parse: Parse, reason: str) -> None:
    with pytest.raises(SourceMalformed) as caught:
        parse(NOT_FEEDS[reason], seen_at=SEEN)
    assert str(caught.value) == f"arxiv: {reason}"


@pytest.mark.parametrize(
    "before",
    ["<?xml version='1.0'?>\n<!-- hello -->" + BOMB, "\ufeff" + BOMB, "<!-- <feed> -->" + BOMB, "<?a <b> ?>" + BOMB],
)
def test_an_entity_bomb_is_refused_however_it_is_wrapped(before: str) -> None:
    start = time.thread_time()
    with pytest.raises(SourceMalformed, match="document type"):
        parse_query(feed("&i;", before=before), seen_at=SEEN)
    assert time.thread_time() - start < 5


def test_an_entity_bomb_in_another_encoding_is_refused() -> None:
    with pytest.raises(SourceMalformed):
        parse_query(feed("&i;", before=BOMB).decode().encode("utf-16"), seen_at=SEEN)


def test_a_million_tags_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(SourceMalformed, match="more XML than any page"):
        parse_query(b"<feed>" + b"<a/>" * 1_600_000 + b"</feed>", seen_at=SEEN)


@pytest.mark.parametrize(
    "prolog", ["<?" * 20_000, "<!--" * 20_000, "<? ?>" * 20_000 + "<!", "<!-- -->" * 20_000 + "<!"]
)
def test_a_strange_prolog_takes_no_time(prolog: str) -> None:
    start = time.thread_time()
    with pytest.raises(SourceMalformed):
        parse_query(prolog.encode(), seen_at=SEEN)
    assert time.thread_time() - start < 5


def test_a_bad_entry_is_named_and_the_others_go_on() -> None:
    good = Entry("2602.00001", "A title", OLD)
    page = parse_query(
        feed("<entry><id>x</id></entry>", good.atom(), Entry("2602.00002", "", OLD).atom()), seen_at=SEEN
    )
    assert [observation.paper.id for observation in page.observations] == ["2602.00001"]
    assert page.problems == ("entry 1 has no arXiv id but 'x'", "entry 3 (2602.00002) has no title")
    assert (page.entries, page.total) == (3, None)


def test_control_characters_in_a_page_do_not_spoil_it() -> None:
    page = parse_query(feed(Entry("2602.00001", "A\x0btitle\x00", OLD).atom()), seen_at=SEEN)
    assert page.observations[0].paper.title == "Atitle"


def test_classes_of_other_schemes_are_no_categories() -> None:
    entry = Entry("2602.00001", "A", OLD, categories=("math.CO", "05C15 (Primary)", "F.2.2; G.2", "hep-th"))
    (only,) = parse_query(feed(entry.atom()), seen_at=SEEN).observations
    assert only.paper.categories == ("math.CO", "hep-th")


def test_a_paper_without_abstract_and_authors_is_a_paper() -> None:
    (only,) = parse_query(
        feed(Entry("2602.00001", "A", OLD, abstract="", authors=()).atom()), seen_at=SEEN
    ).observations
    assert (only.paper.abstract, only.paper.authors) == ("", ())


def test_markup_in_a_title_is_read() -> None:
    raw = "<entry><id>http://arxiv.org/abs/2602.00001v1</id><title>On <i>n</i> &amp;amp; $m^2$</title></entry>"
    assert parse_query(feed(raw), seen_at=SEEN).observations[0].paper.title == "On n & m²"


def test_names_in_an_announcement_are_told_apart() -> None:
    entry = Entry("2603.00001", "A", OLD, authors=("Ann Lee (MIT, Cambridge)", "Bo Ek", "Jr.", "Cy"), announced="cross")
    (only,) = parse_announcements(feed(entry.announcement(date(2026, 3, 5))), seen_at=SEEN).observations
    assert only.paper.authors == ("Ann Lee", "Bo Ek Jr.", "Cy")
    assert only.paper.published is None, "a cross-listing says nothing of when the paper came out"


def test_an_announcement_that_lost_its_type_element_is_read_from_the_text() -> None:
    raw = Entry("2603.00001", "A", OLD, announced="new").announcement(date(2026, 3, 5))
    raw = raw.replace("<arxiv:announce_type>new</arxiv:announce_type>", "")
    (only,) = parse_announcements(feed(raw), seen_at=SEEN).observations
    assert only.paper.published is not None
    assert only.paper.abstract.startswith("An abstract")


def test_a_resumption_token_that_ran_out_is_no_end() -> None:
    with pytest.raises(SourceUnavailable, match="badResumptionToken: it ran out"):
        parse_records(oai('<error code="badResumptionToken">it ran out</error>'), seen_at=SEEN)


def test_an_oai_answer_without_records_is_malformed() -> None:
    with pytest.raises(SourceMalformed, match="where OAI-PMH records were due"):
        parse_records(oai("<Identify/>"), seen_at=SEEN)


def test_records_are_read_and_deleted_ones_passed_over() -> None:
    records = Entry("2602.00001", "A title", OLD, comment="Withdrawn by the authors").record()
    records += Entry("2602.00002", "Gone", OLD, deleted=True).record()
    answer = parse_records(
        oai(f"<ListRecords>{records}<resumptionToken>next</resumptionToken></ListRecords>"), seen_at=SEEN
    )
    (only,) = answer.page.observations
    assert answer.resumption == "next"
    assert answer.page.problems == ()
    assert only.paper.withdrawn
    assert only.paper.authors == ("Ada Lovelace", "Charles Babbage")
    assert only.paper.published == datetime(2026, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("cs.AI", "cs:cs:AI"),
        ("stat.ML", "stat:stat:ML"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.CO", "physics:astro-ph:CO"),
    ],
)
def test_a_category_is_an_oai_set(category: str, expected: str) -> None:
    assert set_of(category) == expected


@pytest.mark.parametrize(
    ("words", "withdrawn"),
    [
        ("This paper has been withdrawn by the author due to an error in Lemma 2", True),
        ("Withdrawn", True),
        ("Paper withdrawn: superseded by arXiv:2401.00001", True),
        ("withdrawn by arXiv administrators", True),
        ("The authors have withdrawn this paper", True),
        ("12 pages; a withdrawn claim is discussed", False),
        ("We study money withdrawn from banks", False),
        ("5 pages, 2 figures", False),
    ],
)
def test_a_withdrawn_paper_is_known_by_what_its_comment_says(words: str, withdrawn: bool) -> None:
    assert says_withdrawn(words, "") is withdrawn
    assert says_withdrawn(None, words) is withdrawn


TAGS = ["id", "title", "summary", "published", "updated", "author", "category", "arxiv:doi", "arxiv:comment"]
TAGS += ["error", "entry", "record", "ListRecords", "metadata"]
XML_LIKE = st.recursive(
    st.text(max_size=12).map(escape),
    lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=12,
)


def line_of(parse: Parse, body: bytes) -> str:
    """What is said of an answer, if anything; whatever else it raises fails the test."""
    try:
        parse(body, seen_at=SEEN)
    except SourceError as error:
        return str(error)
    return ""


@given(XML_LIKE | st.text(), st.sampled_from(PARSERS))
def test_no_answer_raises_anything_but_a_clear_line(inside: str, parse: Parse) -> None:
    raw = inside.encode(errors="replace").decode()
    for body in (feed(f"<entry>{raw}</entry>"), oai(f"<ListRecords>{raw}</ListRecords>"), raw.encode()):
        assert "\n" not in line_of(parse, body)


@given(st.binary(), st.sampled_from(PARSERS))
def test_no_bytes_raise_anything_but_a_clear_line(body: bytes, parse: Parse) -> None:
    with pytest.raises(SourceError):
        parse(body, seen_at=SEEN)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not here")
@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.name[:40])
def test_every_recorded_answer_is_read(path: Path) -> None:
    value = json.loads(path.read_text())
    if value["status_code"] == 400:
        with pytest.raises(SourceMalformed, match="incorrect id format"):
            parse_query(value["body"].encode(), seen_at=SEEN)
        return
    page = parse_query(value["body"].encode(), seen_at=SEEN)
    assert page.problems == ()
    assert page.entries == min(page.total or 0, 10)
    assert all(observation.paper.categories and observation.paper.published for observation in page.observations)
