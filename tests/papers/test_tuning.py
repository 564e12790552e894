"""Thumbs: wider or narrower, visibly and undoably."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.errors import BadInput
from papers.following import TopicOptions
from papers.tuning import STEP, adjusted_threshold, last_words, undone, with_thumb
from tests.papers.builders import NOON, at

SCORES = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=30)


def test_the_last_word_on_a_paper_counts_and_thumbs_stay_visible() -> None:
    topic = with_thumb(TopicOptions(text="x", threshold=0.4), "a", wanted=True, at=NOON)
    topic = with_thumb(topic, "b", wanted=False, at=at(1))
    topic = with_thumb(topic, "a", wanted=False, at=at(2))
    assert last_words(topic) == {"a": False, "b": False}
    assert [(one.paper, one.wanted) for one in topic.feedback] == [("a", True), ("b", False), ("a", False)]


def test_undo_takes_the_threshold_back_as_well() -> None:
    before = TopicOptions(text="x", threshold=0.4)
    after = with_thumb(before, "a", wanted=True, at=NOON).model_copy(update={"threshold": 0.35})
    assert undone(after) == before
    with pytest.raises(BadInput, match="nothing to undo"):
        undone(before)


def test_undo_of_a_second_thought_brings_the_first_back() -> None:
    before = TopicOptions(text="x", threshold=0.4)
    more = with_thumb(before, "a", wanted=True, at=NOON).model_copy(update={"threshold": 0.35})
    less = with_thumb(more, "a", wanted=False, at=at(1)).model_copy(update={"threshold": 0.42})
    assert undone(less) == more
    assert undone(undone(less)) == before


def test_a_thumb_up_lets_one_more_in_and_a_thumb_down_one_less() -> None:
    before = np.array([0.6, 0.5, 0.39, 0.2], np.float32)
    after = np.array([0.55, 0.42, 0.38, 0.2], np.float32)
    assert adjusted_threshold(0.4, before, after, wanted=True, rated=0.55) == pytest.approx(0.38, abs=1e-3)
    assert adjusted_threshold(0.4, before, after, wanted=True, rated=0.36) == pytest.approx(0.36, abs=1e-3)
    assert adjusted_threshold(0.4, before, after, wanted=False, rated=0.3) == pytest.approx(0.4201, abs=1e-3)
    assert adjusted_threshold(0.4, before, after, wanted=False, rated=0.45) == pytest.approx(0.4501, abs=1e-3)


@given(SCORES, st.data(), st.floats(-1, 1), st.floats(-0.9, 0.9), st.booleans())
def test_a_thumb_never_does_the_opposite_and_moves_by_a_step_at_most(
    scores: list[float], data: st.DataObject, rated: float, threshold: float, wanted: bool
) -> None:
    before = np.array(scores, np.float32)
    moved = st.lists(st.floats(-1, 1, width=32), min_size=len(scores), max_size=len(scores))
    after = np.array(data.draw(moved), np.float32)
    found = adjusted_threshold(threshold, before, after, wanted=wanted, rated=rated)
    assert abs(found - threshold) <= STEP + 1e-9
    assert found <= threshold + 1e-9 if wanted else found >= threshold - 1e-9


def test_with_no_papers_to_look_at_only_the_rated_one_counts() -> None:
    nothing = np.empty(0, np.float32)
    assert adjusted_threshold(0.4, nothing, nothing, wanted=True, rated=0.37) == pytest.approx(0.37)
    assert adjusted_threshold(0.4, nothing, nothing, wanted=False, rated=0.3) == pytest.approx(0.4)
