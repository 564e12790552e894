import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.sentences import sentences


@pytest.mark.parametrize(
    "whole",
    [
        "Models, e.g. BERT and i.e. GPT, learn.",
        "Smith et al. Transformers are large.",
        "As Fig. 3 and Eq. 2 show, it works.",
        "Version v2.0 beats v1.5 by 3.5 points.",
        "The U.S. Senate voted.",
        "J. R. Smith and A. B. Jones wrote it.",
        "Speed (cf. Sec. 4) doubles vs. Adam.",
        "It uses Node.js and example.org daily.",
        "Dr. Meyer saw approx. Five of them.",
    ],
)
def test_abbreviations_and_numbers_do_not_end_a_sentence(whole: str) -> None:
    assert sentences(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It works. We say why.", 2),
        ("Does it work? Yes! It does.", 3),
        ('He said "it works." They left.', 2),
        ("We test cats, dogs, etc. We find both.", 2),
        ("It follows Smith et al. We go on.", 2),
        ("Funded in the U.S. The rest was not.", 2),
        ("One ends here.Another begins here.", 2),
        ("它有效。我们说明原因。", 2),
        ("no stop at all", 1),
        ("", 0),
        ("...", 1),
    ],
)
def test_sentences_are_told_apart(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(st.sampled_from("aB. !?\"')e.g0。"), max_size=200))
def test_nothing_but_space_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_a_wall_of_stops_takes_no_time() -> None:
    start = time.thread_time()
    sentences(". A" * 20_000 + "e.g. " * 20_000 + '."' * 20_000)
    assert time.thread_time() - start < 10
