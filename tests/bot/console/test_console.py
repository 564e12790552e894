import io
import math
import os
import pty
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.console import make_console, render_chart, render_digest, render_error, render_paper, render_results
from bot.console.picture import to_svg
from bot.messages import ErrorMessage, chart, digest, paper_card, result_page
from papers.models import SearchHit, SearchMode, SearchResult, SignalName, TrendingPaper, Window
from tests.bot.samples import AT, HOSTILE_SHOWN, HOSTILE_TITLE, Screen, paper, trending

TERMINAL = {"TERM": "xterm-256color"}
LINK = re.compile(r"\x1b\]8;[^;]*;([^\x1b]*)\x1b\\")
STYLE = re.compile(r"\x1b\[[0-9;]*m")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m")


def shown(
    items: list[TrendingPaper],
    *,
    stream: io.StringIO | None = None,
    color: bool | None = None,
    notes: tuple[str, ...] = (),
    columns: int = 80,
    environ: dict[str, str] | None = None,
) -> str:
    """A digest, a chart, a result page and a card of the same papers, one after another."""
    stream = stream or io.StringIO()
    console = make_console(stream, color=color, environ=environ or {})
    console.width = columns
    render_digest(digest(items, at=AT, window=Window.DAY, notes=notes), console)
    render_chart(chart(items, at=AT, window=Window.DAY, notes=notes), console, explain=True)
    hits = tuple(SearchHit(paper=item.paper, score=0.5) for item in items)
    render_results(result_page("books", SearchResult(hits=hits, mode=SearchMode.HYBRID)), console)
    for item in items:
        render_paper(paper_card(item.paper, item.signals), console)
    return stream.getvalue()


def test_a_digest_in_a_pipe_is_plain_text_in_the_order_it_is_read() -> None:
    stream = io.StringIO()
    render_digest(digest([trending()], at=AT, window=Window.DAY, notes=["A note."]), make_console(stream, environ={}))
    assert (
        stream.getvalue()
        == """\
Trending today
24 hours to 8 October 2024, 09:00 UTC

 1. Bookworm: Reading Books with Notes
    Ada Lovelace, Alan Turing, Grace Hopper + 2 more
    We propose Bookworm, a reader that keeps notes while it reads.
    Why: 312 upvotes, 41 of them in the last day; 3.1k GitHub stars; 12 comments
    arXiv         https://arxiv.org/abs/2410.05258
    Hugging Face  https://huggingface.co/papers/2410.05258
    Code          https://github.com/example/bookworm-with-a-name-that-goes-on-and-on-and-on-for-longer-than-a-line
    Project       https://bookworm.example/

A note.
"""
    )


def test_an_explained_chart_is_a_sum_that_can_be_checked() -> None:
    stream = io.StringIO()
    render_chart(chart([trending()], at=AT, window=Window.DAY), make_console(stream, environ={}), explain=True)
    assert (
        stream.getvalue()
        == """\
Trending today
24 hours to 8 October 2024, 09:00 UTC

#  Score  Paper
1   6.50  Bookworm: Reading Books with Notes
       =  4.25 upvotes + 1.50 upvote velocity + 1.25 stars + 0.50 comments
          − 1.00 age
          Why: 312 upvotes, 41 of them in the last day; 3.1k GitHub stars; 12
          comments
          https://arxiv.org/abs/2410.05258
"""
    )


@given(st.dictionaries(st.sampled_from(["upvotes", "stars", "comments", "new", "age"]), st.floats(-50, 50), min_size=1))
def test_the_parts_as_printed_add_up_to_the_score_as_printed(why: dict[str, float]) -> None:
    item = TrendingPaper(paper=paper(), rank=1, score=math.fsum(why.values()), why=why)
    stream = io.StringIO()
    console = make_console(stream, environ={})
    render_chart(chart([item], at=AT, window=Window.DAY), console, explain=True)
    _, _, _, _, head, *below = stream.getvalue().replace("−", "-").splitlines()
    line = " ".join(below)
    terms = re.findall(r"(-?) ?(\d+\.\d+) [a-z]", line)
    total = math.fsum(float(number) * (-1 if sign else 1) for sign, number in terms)
    assert total == pytest.approx(float(head.split()[1]), abs=1e-9)


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("color", [None, False])
def test_a_pipe_gets_no_escape_codes_whole_addresses_and_lines_that_fit(columns: int, color: bool | None) -> None:
    text = shown([trending(), trending(2, title=HOSTILE_TITLE)], color=color, columns=columns)
    assert "\x1b" not in text
    for line in text.splitlines():
        assert line == line.rstrip()
        assert "://" in line or cell_len(line) <= columns
    for link in digest([trending()], at=AT, window=Window.DAY).entries[0].links:
        assert text.count(link.url) >= 2


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("color", [None, False, True])
def test_a_terminal_gets_labels_to_click(columns: int, color: bool | None) -> None:
    text = shown([trending()], stream=Screen(), color=color, columns=columns, environ=TERMINAL)
    assert "https://arxiv.org/abs/2410.05258" in LINK.findall(text)
    assert trending().paper.code_url in LINK.findall(text)
    visible = STYLE.sub("", LINK.sub("", text))
    assert "\x1b" not in visible
    assert "arXiv 2410.05258 · Hugging Face · Code" in visible
    assert all(cell_len(line) <= columns for line in visible.splitlines())
    assert bool(COLOUR.search(text)) is (color is not False)


def test_no_color_takes_colours_but_not_links() -> None:
    text = shown([trending()], stream=Screen(), environ=TERMINAL | {"NO_COLOR": "1"})
    assert not COLOUR.search(text)
    assert LINK.search(text)
    assert not COLOUR.search(shown([trending()], environ={"NO_COLOR": "1"}))


def test_colour_can_be_forced_into_a_pipe_with_addresses_whole() -> None:
    text = shown([trending()], color=True, environ=TERMINAL | {"NO_COLOR": "1"})
    assert COLOUR.search(text)
    assert not LINK.search(text)
    assert "https://arxiv.org/abs/2410.05258" in text


def test_a_dumb_terminal_is_treated_like_a_pipe() -> None:
    text = shown([trending()], stream=Screen(), environ={"TERM": "dumb"})
    assert "\x1b" not in text
    assert "https://arxiv.org/abs/2410.05258" in text


def test_a_real_terminal_is_recognized() -> None:
    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as stream:
        render_error(ErrorMessage(text="x [bold]y"), make_console(stream, environ=TERMINAL))
        stream.flush()
        assert b"\x1b[" in os.read(leader, 1000)
    os.close(leader)


def test_a_pipe_is_eighty_columns_whatever_the_terminal_behind_it() -> None:
    assert make_console(io.StringIO(), environ={}).width == 80
    assert make_console(io.StringIO(), environ={"COLUMNS": "120"}).width == 120
    assert make_console(io.StringIO(), environ={"COLUMNS": "wide"}).width == 80


@pytest.mark.parametrize("stream", [io.StringIO, Screen])
def test_a_hostile_title_shows_as_text(stream: type[io.StringIO]) -> None:
    item = trending(title=HOSTILE_TITLE, abstract=HOSTILE_TITLE, authors=(HOSTILE_TITLE,), comment=HOSTILE_TITLE)
    text = shown([item], stream=stream(), notes=(HOSTILE_TITLE,), columns=400, environ=TERMINAL)
    assert "https://evil.example" not in LINK.findall(text)
    visible = STYLE.sub("", LINK.sub("", text))
    assert " ".join(visible.split()).count(HOSTILE_SHOWN) >= 6
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200f]", visible)


@pytest.mark.parametrize("columns", [60, 80])
def test_wide_characters_stay_within_the_line(columns: int) -> None:
    text = shown([trending(title="漢字のタイトル" * 12, abstract="😀 👩\u200d🔬 " * 60)], columns=columns)
    assert all("://" in line or cell_len(line) <= columns for line in text.splitlines())
    assert "".join(text.split()).count("漢字のタイトル" * 12) == 4


def test_an_address_inside_a_sentence_is_not_broken() -> None:
    address = "https://example.org/" + "long/" * 20
    assert address in shown([trending(abstract=f"We propose to look at {address} for more.", gist=None)], columns=60)


@settings(max_examples=60)
@given(st.text(max_size=300), st.integers(20, 130))
def test_any_title_at_any_width_is_shown(title: str, columns: int) -> None:
    text = shown([trending(title=title, code_url=None)], columns=columns)
    assert "\x1b" not in text


def test_nothing_to_show_is_said() -> None:
    assert shown([]).count("No paper is trending in this time.") == 2
    assert "no papers, hybrid search" in shown([])


def test_an_old_locale_gets_a_question_mark_not_a_traceback() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    render_digest(digest([trending(title="漢字")], at=AT, window=Window.DAY), make_console(stream, environ={}))
    stream.flush()
    assert b"??" in raw.getvalue()


def test_an_error_is_one_line() -> None:
    stream = io.StringIO()
    render_error(ErrorMessage(text="word " * 40 + "\x1b[31m[red]"), make_console(stream, environ={}))
    assert stream.getvalue() == "error: " + "word " * 40 + "[red]\n"


def test_the_picture_is_the_same_every_time_and_calls_no_server() -> None:
    message = digest([trending(title=HOSTILE_TITLE)], at=AT, window=Window.DAY)
    picture = to_svg(message)
    assert picture == to_svg(message)
    assert picture.lstrip().startswith("<svg")
    assert "@font-face" not in picture
    assert "Bookworm" in picture


def test_a_signal_without_a_name_of_its_own_does_no_harm() -> None:
    item = trending().model_copy(update={"signals": {SignalName.PARTICIPATION: 1.0}})
    assert "Why: an author takes part in the discussion" in shown([item])
