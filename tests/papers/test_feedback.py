import numpy as np
import pytest

from papers.feedback import Effect, effect, topic_vector
from papers.layout import Vector

X, Y, Z = np.eye(3, dtype=np.float32)


def unit(*values: float) -> Vector:
    vector = np.array(values, np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def test_without_feedback_a_topic_is_what_its_words_say() -> None:
    np.testing.assert_allclose(topic_vector(X), X)


def test_rocchios_formula_by_hand() -> None:
    # 1·x + 0.2·y − 0.15·z
    np.testing.assert_allclose(topic_vector(X, liked=[Y], disliked=[Z]), unit(1, 0.2, -0.15), atol=1e-6)


def test_what_all_papers_have_in_common_tells_nothing() -> None:
    # x + 0.2·(y − 0.8·(0.5·y + 0.5·z))
    usual = np.array([0, 0.5, 0.5], np.float32)
    np.testing.assert_allclose(topic_vector(X, liked=[Y], usual=usual), unit(1, 0.12, -0.08), atol=1e-6)


def test_of_several_papers_the_mean_counts() -> None:
    np.testing.assert_allclose(topic_vector(X, liked=[Y, Z]), unit(1, 0.1, 0.1), atol=1e-6)


def test_unwanted_words_have_a_weight_of_their_own() -> None:
    np.testing.assert_allclose(topic_vector(X, unwanted=[Y], gamma_words=0.4), unit(1, -0.4, 0), atol=1e-6)


def test_a_topic_that_takes_itself_back_stays_what_it_was() -> None:
    np.testing.assert_allclose(topic_vector(X, unwanted=[X], gamma_words=1.0), X)


def test_a_thumb_up_brings_what_is_near_and_a_thumb_down_drops_it() -> None:
    papers = {"near": unit(0.4, 1, 0), "far": unit(0.5, 0, 1)}
    assert effect(X, topic_vector(X, liked=[unit(1, 1, 0)]), papers, 0.42).added == ("near",)
    assert effect(X, topic_vector(X, disliked=[unit(1, 0, 1)]), papers, 0.42) == Effect(dropped=("far",))


def test_taking_the_last_thumb_back_is_the_change_the_other_way_round() -> None:
    papers = {str(n): unit(*np.random.default_rng(n).standard_normal(3)) for n in range(50)}
    before, after = topic_vector(X), topic_vector(X, liked=[Y], disliked=[Z])
    there, back = effect(before, after, papers, 0.3), effect(after, before, papers, 0.3)
    assert (sorted(there.added), sorted(there.dropped)) == (sorted(back.dropped), sorted(back.added))
    assert there != back


def test_the_best_come_first() -> None:
    papers = {"c": unit(0.1, 1, 0), "a": unit(0, 1, 0), "b": unit(0, 1, 0)}
    assert effect(X, Y, papers, 0.5).added == ("a", "b", "c")


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 1.0])
def test_of_no_papers_none_changes(threshold: float) -> None:
    assert effect(X, Y, {}, threshold) == Effect()
