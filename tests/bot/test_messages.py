import math
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import day, period
from bot.links import paper_links
from bot.messages import authors_line, chart, digest, paper_card, result_page, similar_page
from bot.reasons import count, parts, round_to_sum, why
from papers.links import web_address
from papers.models import SearchHit, SearchMode, SearchResult, SignalName, TrendingPaper, Window
from tests.bot.samples import AT, HOSTILE_SHOWN, HOSTILE_TITLE, paper, trending


def test_a_digest_tells_what_why_and_where() -> None:
    message = digest([trending()], at=AT, window=Window.DAY, notes=["arXiv was not reached."])
    (entry,) = message.entries
    assert (message.heading, message.span) == ("Trending today", "24 hours to 8 October 2024, 09:00 UTC")
    assert message.notes == ("arXiv was not reached.",)
    assert entry.title == "Bookworm: Reading Books with Notes"
    assert entry.authors == "Ada Lovelace, Alan Turing, Grace Hopper + 2 more"
    assert entry.gist == "We propose Bookworm, a reader that keeps notes while it reads."
    assert entry.reasons == ("312 upvotes, 41 of them in the last day", "3.1k GitHub stars", "12 comments")
    assert [link.label for link in entry.links] == ["arXiv", "Hugging Face", "Code", "Project"]
    assert entry.links[0].url == "https://arxiv.org/abs/2410.05258"


def test_a_hostile_title_is_one_line_of_harmless_text() -> None:
    message = digest([trending(title=HOSTILE_TITLE)], at=AT, window=Window.WEEK)
    assert message.entries[0].title == HOSTILE_SHOWN


def test_a_title_of_nothing_visible_is_named_by_its_id() -> None:
    assert digest([trending(title="\u200b")], at=AT, window=Window.DAY).entries[0].title == "(untitled, 2410.05258)"


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B", "C", "D"], "A, B, C, D"),
        (["A", "B", "C", "D", "E"], "A, B, C + 2 more"),
        (["A", "\x1b[2J", "B"], "A, B"),
    ],
)
def test_authors_are_named_up_to_a_point(names: list[str], line: str) -> None:
    assert authors_line(names) == line


def reasons(signals: dict[SignalName, float], gained: dict[SignalName, float], **score: float) -> tuple[str, ...]:
    item = TrendingPaper(
        paper=paper(), rank=1, score=math.fsum(score.values()), why=score, signals=signals, gained=gained
    )
    return why(item)


def test_growth_is_told_only_where_it_is_known() -> None:
    assert reasons({SignalName.UPVOTES: 5}, {}) == ("5 upvotes",)
    assert reasons({SignalName.UPVOTES: 5}, {SignalName.UPVOTES: 0}) == ("5 upvotes",)
    assert reasons({SignalName.UPVOTES: 5}, {SignalName.UPVOTES: 5}) == ("5 upvotes, all in the last day",)
    assert reasons({SignalName.COMMENTS: 1}, {SignalName.COMMENTS: 1}) == ("1 comment in the last day",)


def test_the_weightiest_reason_comes_first() -> None:
    signals = {SignalName.UPVOTES: 5.0, SignalName.STARS: 900.0, SignalName.PARTICIPATION: 1.0}
    assert reasons(signals, {}, upvotes=1, stars=1, star_velocity=3, author_participating=2) == (
        "900 GitHub stars",
        "an author takes part in the discussion",
        "5 upvotes",
    )


def test_unknown_parts_are_named_when_nothing_else_is_known() -> None:
    assert reasons({}, {}, reputation_of_lab=2, topic=3, age=-1) == ("ranked by topic, reputation of lab",)
    assert reasons({}, {}) == ()


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (999.9, "999"), (1000, "1k"), (1299, "1.2k"), (9999, "9.9k"), (31_400, "31k"), (999_999, "999k"),
     (4_500_000, "4.5M")],
)  # fmt: skip
def test_large_numbers_are_short_and_never_rounded_up(number: float, shown: str) -> None:
    assert count(number) == shown


def test_parts_are_ordered_and_a_gap_is_shown() -> None:
    item = trending().model_copy(update={"score": 7.0})
    assert [(part.label, part.value) for part in parts(item)] == [
        ("upvotes", 4.25), ("upvote velocity", 1.5), ("stars", 1.25), ("comments", 0.5), ("other", 0.5), ("age", -1.0),
    ]  # fmt: skip


@given(st.lists(st.floats(-1000, 1000), max_size=9), st.integers(0, 6))
def test_rounded_parts_add_up_to_the_rounded_sum(values: list[float], digits: int) -> None:
    total = math.fsum(values)
    rounded = round_to_sum(values, total, digits)
    assert round(math.fsum(rounded), digits) == pytest.approx(round(total, digits), abs=1e-9)
    assert all(abs(a - b) <= 10.0**-digits + 1e-6 for a, b in zip(values, rounded, strict=True))


@pytest.mark.parametrize(
    ("window", "at", "span"),
    [
        (Window.WEEK, AT, "2 – 8 October 2024"),
        (Window.MONTH, AT, "9 September – 8 October 2024"),
        (Window.MONTH, datetime(2025, 1, 5, tzinfo=UTC), "7 December 2024 – 5 January 2025"),
        (Window.MONTH, datetime(1, 1, 2, tzinfo=UTC), "1 – 2 January 1"),
    ],
)
def test_a_window_is_told_in_days(window: Window, at: datetime, span: str) -> None:
    assert period(at, window) == span


def test_days_are_those_of_utc() -> None:
    assert day(datetime.fromisoformat("2024-10-08T01:00+05:00")) == "7 Oct 2024"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/\x1b]8;;x\x07", "https://example.org/"),
        ("https://example.org/ü?q=%20", "https://example.org/%C3%BC?q=%20"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, address: str | None) -> None:
    assert web_address(url) == address


def test_links_are_those_that_are_known() -> None:
    bare = paper(id="doi:10.1/x", doi="10.1/x", code_url="javascript:x", project_url=None)
    assert [(link.label, link.url) for link in paper_links(bare)] == [("DOI", "https://doi.org/10.1/x")]
    assert paper_links(paper(id="mine", link=None, code_url=None, project_url=None)) == ()


def test_a_result_page_says_what_was_done() -> None:
    hits = (SearchHit(paper=paper(), score=0.9), SearchHit(paper=paper(title="Other"), score=0.1))
    result = SearchResult(hits=hits, mode=SearchMode.KEYWORD, note="No worker answered: words only.")
    page = result_page("reading \x1b[1mbooks", result, first_rank=11)
    assert (page.heading, page.summary) == ("Papers on “reading books”", "2 papers, keyword search")
    assert [hit.rank for hit in page.hits] == [11, 12]
    assert page.notes == ("No worker answered: words only.",)
    assert similar_page(paper(), result).heading == "Papers like “Bookworm: Reading Books with Notes”"
    nothing = SearchResult(hits=(), mode=SearchMode.HYBRID)
    assert result_page("x", nothing).summary == "no papers, hybrid search"


def test_a_card_says_all_that_is_known_and_nothing_else() -> None:
    card = paper_card(paper(withdrawn=True, abstract="One.\n\nTwo."), {SignalName.UPVOTES: 3})
    assert card.warning == "This paper was withdrawn."
    assert card.abstract == ("One.", "Two.")
    assert ("Signals", "3 upvotes") in [(fact.label, fact.value) for fact in card.facts]
    assert all(fact.value for fact in card.facts)


def test_a_chart_has_scores_and_their_parts() -> None:
    (entry,) = chart([trending()], at=AT, window=Window.DAY).entries
    assert math.isclose(math.fsum(part.value for part in entry.parts), entry.score)


def test_messages_are_light_to_import() -> None:
    code = "import sys, bot.messages; print(*sorted({'rich', 'redis', 'torch', 'numpy', 'taskiq'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.split() == []
