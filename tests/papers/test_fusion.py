"""Expected scores are worked out by hand beside each test."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.fusion import fuse

RANKING = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.floats(-1e6, 1e6), max_size=20)


def test_standard_scores_of_both_rankings_are_averaged() -> None:
    # Words: 4, 2, 0 (c has none): mean 2, variance (4 + 0 + 4) / 3, so +-2 / sqrt(8/3) = +-1.224745.
    # Meaning: b .9, c .6, a .6 (absent: the lowest): mean .7, variance (.04 + .01 + .01) / 3 = .02,
    # so b .2 / .141421 = 1.414214, and a and c -.1 / .141421 = -.707107.
    # Averages: a .258819, b .707107, c -.965926, which becomes 0.
    fused = fuse({"a": 4.0, "b": 2.0}, {"b": 0.9, "c": 0.6})
    assert list(fused) == ["b", "a", "c"]
    assert fused == pytest.approx({"b": 1.673033, "a": 1.224745, "c": 0}, abs=1e-6)


def test_absence_from_a_ranking_that_was_cut_counts_as_its_lowest_score() -> None:
    # Words: 4, 2, 2: mean 8/3, deviations 4/3, -2/3, -2/3, variance 8/9: a +1.414214, b and c -.707107.
    # Averages: a .353553, b .353553, c -.707107, which becomes 0.
    fused = fuse({"a": 4.0, "b": 2.0}, {"b": 0.9, "c": 0.6}, keyword_floor=None)
    assert fused == pytest.approx({"a": 1.060660, "b": 1.060660, "c": 0}, abs=1e-6)


def test_the_one_paper_with_the_rare_word_comes_first() -> None:
    near = {f"near{i}": 0.9 - i / 100 for i in range(50)}
    assert next(iter(fuse({"rare": 7.0}, near))) == "rare"


def test_rankings_without_differences_leave_the_other_to_decide() -> None:
    assert list(fuse({"a": 1.0, "b": 1.0}, {"b": 0.5, "a": 0.1})) == ["b", "a"]
    assert fuse({}, {}) == {}
    assert fuse({"a": 3.0}, {}) == {"a": 0.0}


def test_equal_scores_are_ordered_by_id() -> None:
    assert list(fuse({"b": 1.0, "a": 1.0, "c": 1.0}, {})) == ["a", "b", "c"]


@given(RANKING, RANKING)
def test_every_paper_of_either_ranking_is_in_it_once_in_falling_order(
    keyword: dict[str, float], semantic: dict[str, float]
) -> None:
    fused = fuse(keyword, semantic)
    assert set(fused) == {*keyword, *semantic}
    assert all(math.isfinite(score) for score in fused.values())
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
