from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from papers.following import FollowedAuthor, TopicOptions
from papers.ingestion import Ingestion, at_hand
from papers.layout import Vector
from papers.models import Paper
from papers.settings import Settings
from papers.store import PaperStore
from papers.topic_preview import (
    A_DAY,
    HIGHEST,
    LOWEST,
    USUAL,
    Preview,
    is_of_the_week,
    look,
    papers_of_the_week,
    suggested_threshold,
)
from tests.papers.builders import NOON, at, paper, seen
from tests.papers.word_encoder import WordEncoder

X = np.array([1, 0], np.float32)


def near(score: float) -> Vector:
    """A unit vector whose similarity with X is this."""
    return np.array([score, (1 - score**2) ** 0.5], np.float32)


def week(*scores: float, **options: object) -> Preview:
    """What a topic finds among papers of these similarities, spread over seven days."""
    papers = [
        paper(f"p{n:03d}", published=NOON - timedelta(days=6.9 * n / max(len(scores), 1)), authors=(f"Author {n}",))
        for n in range(len(scores))
    ]
    vectors = {one.id: near(score) for one, score in zip(papers, scores, strict=True)}
    return look(TopicOptions(text="x", **options), X, papers, vectors, NOON)


def test_the_ten_best_are_shown_and_counted_at_each_threshold() -> None:
    found = week(*(n / 100 for n in range(100)))
    assert [hit.paper.id for hit in found.examples] == [f"p{n:03d}" for n in range(99, 89, -1)]
    assert found.examples[0].score == pytest.approx(0.99)
    assert list(found.a_day) == [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7]
    assert found.a_day[0.7] == pytest.approx(30 / 7, abs=0.3)
    assert found.looked_at == 100


def test_rules_count_in_a_preview_too() -> None:
    assert week(0.9, 0.8, authors=(FollowedAuthor(name="Author 1"),)).examples[0].score == pytest.approx(0.8)
    assert week(0.9, excluded=("study",)).examples == ()


def test_the_threshold_lets_two_a_day_through() -> None:
    scores = [0.5 - n / 1000 for n in range(100)]
    threshold = suggested_threshold(scores, 100, 7.0)
    assert threshold == 0.49  # the 15th has 0.486
    assert sum(s >= threshold for s in scores) <= 14


@pytest.mark.parametrize(("scores", "expected"), [([0.9] * 60, HIGHEST), ([0.1] * 60, LOWEST), ([0.9] * 49, USUAL)])
def test_the_threshold_stays_within_reason(scores: list[float], expected: float) -> None:
    assert suggested_threshold(scores, len(scores), 7.0) == expected


@given(st.lists(st.floats(-1, 1), min_size=50, max_size=200), st.floats(1, 7))
def test_more_than_two_a_day_come_only_above_the_highest_threshold(scores: list[float], days: float) -> None:
    scores.sort(reverse=True)
    threshold = suggested_threshold(scores, len(scores), days)
    assert LOWEST <= threshold <= HIGHEST
    assert threshold == HIGHEST or sum(s >= threshold for s in scores) <= A_DAY * days


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (paper(published=at(-1)), True),
        (paper(published=at(0)), True),
        (paper(published=at(1)), False),
        (paper(published=at(-24 * 7)), False),
        (paper(published=at(-24 * 9), listed=at(-1)), True),
        (paper(published=at(-24 * 9), first_seen=at(-1)), False),  # a back-fill
        (paper(first_seen=at(-1)), True),
        (paper(), False),
    ],
)
def test_a_paper_is_of_the_week_in_which_it_became_known(one: Paper, expected: bool) -> None:
    assert is_of_the_week(one, NOON) is expected


def test_people_of_one_name_are_told_apart() -> None:
    papers = [
        paper("p1", published=at(-1), authors=("Wei Zhang", "Ann Lee")),
        paper("p2", published=at(-1), authors=("Wei Zhang", "Bo Chen")),
        paper("p3", published=at(-1), authors=("Carl Roe", "Bo Chen")),
    ]
    topic = TopicOptions(authors=(FollowedAuthor(name="Wei Zhang"), FollowedAuthor(name="Carl Roe")))
    found = look(topic, None, papers, {}, NOON)
    assert {name: len(people) for name, people in found.homonyms.items()} == {"Wei Zhang": 2}
    assert [hit.paper.id for hit in found.examples] == ["p1", "p2", "p3"]
    assert found.a_day == {}


def test_with_few_days_known_a_day_is_a_day() -> None:
    papers = [paper(f"p{n}", published=at(-n)) for n in range(12)]
    found = look(TopicOptions(text="x"), X, papers, {one.id: near(0.9) for one in papers}, NOON)
    assert (found.days, found.a_day[0.5]) == (1.0, 12.0)


async def test_papers_come_from_the_store(redis: Redis, settings: Settings) -> None:
    store, encoder = PaperStore(redis, settings), WordEncoder()
    assert await papers_of_the_week(store, NOON, most=10) == ([], {})
    cats = paper("2603.00001", "Cats like cats and cats", published=at(-24 * 9), listed=at(-5))
    old = paper("2603.00002", "Cats of another age, cats", published=at(-24 * 9))
    bare = paper("2603.00003", "Dogs that nobody embedded", published=at(-5))
    await Ingestion(store, encoder).run(at_hand([seen(cats), seen(old)]))
    await Ingestion(store, None).run(at_hand([seen(bare)]))
    papers, vectors = await papers_of_the_week(store, NOON, most=10)
    found = look(TopicOptions(text="cats"), encoder.vector("cats"), papers, vectors, NOON)
    assert found.looked_at == 2
    assert [hit.paper.id for hit in found.examples] == ["2603.00001"]
    assert found.threshold == USUAL


async def test_of_too_many_papers_the_newest_are_looked_at(redis: Redis, settings: Settings) -> None:
    store = PaperStore(redis, settings)
    week = [seen(paper(f"2603.{n:05d}", f"Paper number {n} of this week", published=at(-n / 10))) for n in range(450)]
    await Ingestion(store, WordEncoder()).run(at_hand(week))
    papers, vectors = await papers_of_the_week(store, NOON, most=420)
    assert {one.id for one in papers} == vectors.keys() == {f"2603.{n:05d}" for n in range(420)}
