import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.gist import LIMIT, SOURCE_LIMIT, gist
from papers.models import Paper

BACKGROUND = "Recent advances in machine reading have been remarkable, and readers have become large."
GAP = "However, long books remain challenging for every reader that we know of today."
OFFER = "We propose Bookworm, a reader that keeps a shelf of notes, e.g. names and places, while it reads a book."
RESULT = "Bookworm answers 12.5% more questions about novels than readers of twice its size."
CODE = "Code and data are available at https://github.com/example/bookworm."


def paper(abstract: str, title: str = "Bookworm: Reading Books with Notes", own: str | None = None) -> Paper:
    return Paper(id="2401.00001", title=title, abstract=abstract, gist=own)


def test_the_sources_own_summary_goes_first() -> None:
    assert gist(paper(OFFER, own=" A reader\nwith notes. ")) == "A reader with notes."


def test_an_empty_summary_does_not_hide_the_abstract() -> None:
    assert gist(paper(OFFER, own=" \n")) == OFFER


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (2, 0, 1, 3, 4), (0, 1, 3, 4, 2)])
def test_what_the_paper_offers_is_chosen_wherever_it_stands(order: tuple[int, ...]) -> None:
    lines = [BACKGROUND, GAP, OFFER, RESULT, CODE]
    assert gist(paper(" ".join(lines[i] for i in order))) == OFFER


def test_a_result_is_chosen_over_background_and_code() -> None:
    assert gist(paper(f"{BACKGROUND} {GAP} {RESULT} {CODE}")) == RESULT


def test_a_finding_is_chosen_where_nothing_is_built() -> None:
    finding = "In this paper, we show that short notes suffice for reading long books."
    assert gist(paper(f"{BACKGROUND} {finding} These notes are cheap.")) == finding


def test_the_sentence_stands_word_for_word_in_the_abstract() -> None:
    abstract = f"{BACKGROUND}\n\n{GAP} {OFFER}"
    assert gist(paper(abstract)) in " ".join(abstract.split())


def test_no_abstract_gives_no_gist() -> None:
    assert gist(paper("")) == ""
    assert gist(paper(" \n ")) == ""


def test_a_long_sentence_is_cut_at_a_word() -> None:
    long = "We present a reader that " + "reads and reads " * 40 + "for ever."
    cut = gist(paper(long))
    assert cut.endswith("…")
    assert len(cut) <= LIMIT
    assert long.startswith(cut[:-1])
    assert long[len(cut) - 1] == " "


def test_control_characters_do_not_come_through() -> None:
    assert gist(paper("We propose \x1b[31mred\x1b[0m \u202ebooks for everyone who reads a lot of them.")) == (
        "We propose red books for everyone who reads a lot of them."
    )


@given(st.text(max_size=400), st.text(max_size=80), st.none() | st.text(max_size=600))
def test_any_text_gives_one_short_line(abstract: str, title: str, own: str | None) -> None:
    found = gist(paper(abstract, title, own))
    assert "\n" not in found
    assert len(found) <= (SOURCE_LIMIT if own else LIMIT)
