import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.gist import LIMIT, gist
from papers.models import Paper
from papers.passages import best_sentence, stem

ABSTRACT = (
    "Large models are popular. We propose LongDiff, a method which splits prompts and composes their embeddings. "
    "Robots that learn from video are one of the applications, e.g. in homes. Diffusion models need many steps. "
    "We evaluate on five benchmarks and outperform earlier work by 12%. Models of diffusion are slow."
)
PAPER = Paper(id="1", title="LongDiff", abstract=ABSTRACT)


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("how do robots learn from videos", "Robots that learn from video"),
        ("diffusion models", "Diffusion models need"),
        ("diffusing", "Diffusion models need"),
        ("evaluations on a benchmark", "We evaluate on five"),
        ("ROBÔT", "Robots that learn"),
    ],
)
def test_the_sentence_that_answers_is_chosen(query: str, begins: str) -> None:
    assert best_sentence(query, PAPER).startswith(begins)


@pytest.mark.parametrize("query", ["zebrafish", "", "the of", "🎉", "popular zebrafish neurons in vivo"])
def test_where_none_answers_the_gist_is_told(query: str) -> None:
    assert best_sentence(query, PAPER) == gist(PAPER)


def test_a_paper_without_abstract_has_its_gist_or_nothing() -> None:
    assert best_sentence("robots", Paper(id="1", title="Robots", gist="On robots.")) == "On robots."
    assert best_sentence("robots", Paper(id="1", title="Robots")) == ""


def test_of_a_sentence_that_is_too_long_the_part_that_answers_is_shown() -> None:
    long = Paper(id="1", title="x", abstract=f"{'word ' * 100}robots learn {'word ' * 60}")
    shown = best_sentence("robots learn", long)
    assert len(shown) <= LIMIT
    assert shown.startswith("…word ")
    assert shown.endswith("…")
    assert "robots learn" in shown


def test_forms_of_a_word_share_a_stem() -> None:
    assert len({stem(word) for word in ("diffusion", "diffusing", "diffuse", "diffused", "diffuser")}) == 1
    assert stem("robots") == stem("robot")
    assert stem("ring") == "ring"


@given(st.text(max_size=200), st.text(max_size=2000))
def test_any_text_gives_a_line_that_fits(query: str, abstract: str) -> None:
    shown = best_sentence(query, Paper(id="1", title="x", abstract=abstract))
    assert len(shown) <= LIMIT
    assert "\n" not in shown


def test_it_takes_less_than_a_millisecond() -> None:
    paper = PAPER.model_copy(update={"abstract": ABSTRACT * 3})
    best = min(_seconds(paper) for _ in range(20))
    assert best < 0.001


def _seconds(paper: Paper) -> float:
    start = time.process_time()
    best_sentence("robots that learn from video in homes", paper)
    return time.process_time() - start
