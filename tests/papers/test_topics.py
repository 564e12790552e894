from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import topics
from papers.following import FollowedAuthor, Subscription
from papers.layout import Vector
from papers.topic_columns import TopicColumns
from papers.topics import Arrival, TopicMatch, match
from tests.papers.builders import NOON, at, paper
from tests.papers.topic_builders import topic

X, Y = np.eye(2, dtype=np.float32)
NO_VECTOR = np.full(2, np.nan, np.float32)


def columns(*rows: tuple[Subscription, Vector | None]) -> TopicColumns:
    table = TopicColumns()
    for subscription, vector in rows:
        table.put(subscription, vector)
    return table


def arrival(hours: float = 0, *, revision: bool = False, **fields: Any) -> Arrival:
    return Arrival(paper(**fields), at(hours).timestamp(), revision)


def matched(subscription: Subscription, vector: Vector | None = X, like: Vector = X, **fields: Any) -> bool:
    """Whether one topic matches one paper."""
    return bool(match(columns((subscription, vector)), [arrival(**fields)], like[None]))


def test_a_match_names_topic_feed_paper_and_similarity() -> None:
    one = topic(text="x", threshold=0.5)
    (found,) = match(columns((one, X)), [arrival(), arrival(paper_id="2603.00002")], np.stack([X, Y]))
    assert found == TopicMatch(topic="t1", feed="f1", paper="2603.00001", score=1.0)


@pytest.mark.parametrize(("threshold", "expected"), [(0.79, True), (0.81, False)])
def test_each_topic_has_its_own_threshold(threshold: float, expected: bool) -> None:
    assert matched(topic(text="x", threshold=threshold), like=np.array([0.8, 0.6], np.float32)) is expected


def test_only_what_was_first_seen_since_the_topic_was_made_matches() -> None:
    assert matched(topic(text="x", created=NOON), hours=0)
    assert not matched(topic(text="x", created=NOON), hours=-0.001)


def test_a_new_version_matches_only_who_asked_for_new_versions() -> None:
    assert not matched(topic(text="x"), revision=True)
    assert matched(topic(text="x", revisions=True), revision=True)
    assert matched(topic(text="x", revisions=True))


@pytest.mark.parametrize(
    ("excluded", "title", "abstract", "expected"),
    [
        ("images", "Proteins", "Of IMAGES.", False),
        ("images", "Images of proteins", "", False),
        ("image", "Proteins", "Of images.", True),
        ("Schrödinger", "The SCHRODINGER equation", "", False),
        ("deep learning", "A deep-learning study", "", False),
        ("deep learning", "How deep", "Learning goes", True),
        ("扩散", "蛋白质扩散模型", "", False),
        ("…", "Proteins", "", True),
    ],
)
def test_excluded_words_are_whole_words_in_title_or_abstract(
    excluded: str, title: str, abstract: str, expected: bool
) -> None:
    assert matched(topic(text="x", excluded=(excluded,)), title=title, abstract=abstract) is expected


def test_a_category_or_its_whole_archive_may_be_asked_for() -> None:
    assert matched(topic(text="x", categories=("CS",)), categories=("cs.CL",))
    assert not matched(topic(text="x", categories=("cs.CV",)), categories=("cs.CL",))


def test_words_and_authors_must_both_hold() -> None:
    one = topic(text="x", threshold=0.5, authors=(FollowedAuthor(name="Ann Lee"),))
    assert matched(one, authors=("A. Lee",))
    assert not matched(one, authors=("Bo Lee",))
    assert not matched(one, authors=("A. Lee",), like=Y)


def test_a_followed_author_needs_no_vector() -> None:
    one = topic(authors=(FollowedAuthor(name="Ann Lee", orcid="0000-0002-1825-0097"),), excluded=("survey",))
    assert matched(one, None, NO_VECTOR, authors=("Bo Chen", "Lee, Ann"))
    assert matched(one, None, authors=("Eve Roe",), orcids={"Eve Roe": "0000-0002-1825-0097"})
    assert not matched(one, None, authors=("Ann Leeds",))
    assert not matched(one, None, authors=("Ann Lee",), title="A survey")
    assert not matched(one, None, authors=("Ann Lee",), hours=-1)
    (found,) = match(columns((one, None)), [arrival(authors=("Ann Lee",))], np.empty((1, 0), np.float32))
    assert found.score == 1.0


def test_what_has_no_vector_matches_no_words() -> None:
    assert not matched(topic(text="x", threshold=-1), None)
    assert not matched(topic(text="x", threshold=-1), X, NO_VECTOR)


def test_a_removed_topic_matches_nothing_and_its_row_is_used_again() -> None:
    table = columns((topic("a", text="x"), X), (topic("b", authors=(FollowedAuthor(name="Ann Lee"),)), None))
    table.remove("a")
    table.remove("b")
    table.remove("never there")
    news = [arrival(authors=("Ann Lee",))]
    assert match(table, news, X[None]) == []
    table.put(topic("c", text="x"), X)
    assert [found.topic for found in match(table, news, X[None])] == ["c"]
    assert (len(table), table.size) == (1, 2)


def test_a_changed_topic_is_matched_as_it_is_now() -> None:
    table = columns((topic(text="x", excluded=("study",)), X))
    assert match(table, [arrival()], X[None]) == []
    table.put(topic(text="x"), X)
    assert len(match(table, [arrival()], X[None])) == 1


def test_a_vector_of_another_length_is_refused() -> None:
    table = columns((topic(text="x"), X))
    with pytest.raises(ValueError, match="3 numbers"):
        table.put(topic("b", text="x"), np.zeros(3, np.float32))
    assert "b" not in table


@given(st.integers(0, 40), st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_blocks_find_what_pair_by_pair_finds(topic_count: int, paper_count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, news = rng.standard_normal((2, 41, 5)).astype(np.float32)
    thresholds = rng.uniform(-2, 2, topic_count)
    table = columns(
        *((topic(str(n), text="x", threshold=max(-1, min(1, thresholds[n]))), vectors[n]) for n in range(topic_count))
    )
    arrivals = [arrival(paper_id=f"p{n}") for n in range(paper_count)]
    expected = {
        (str(t), f"p{p}")
        for t in range(topic_count)
        for p in range(paper_count)
        if (vectors[t] @ news[p]) >= table.thresholds[t]
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topics, "TOPICS", 7)
        patch.setattr(topics, "PAPERS", 11)
        found = match(table, arrivals, news[:paper_count])
    assert {(one.topic, one.paper) for one in found} == expected
    assert len(found) == len(expected)
