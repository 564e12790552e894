import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.models import SignalName, Window
from papers.trending import Candidate, rank, score
from tests.papers.builders import at, paper, signal

UP, TALK, STARS = SignalName.UPVOTES, SignalName.COMMENTS, SignalName.STARS


def candidate(paper_id: str, *signals: tuple[SignalName, float, float], listed: float | None = 0) -> Candidate:
    about = paper(paper_id, listed=None if listed is None else at(listed))
    return Candidate(about, tuple(signal(*s) for s in signals))


def test_score_worked_by_hand() -> None:
    # Listed 12 h ago with 20 votes now, all of them within the day; a week's half-life is 3.5 days.
    scored = score(candidate("a", (UP, 20, 12)), at=at(12), window=Window.WEEK)
    assert scored.why["upvotes"] == pytest.approx(math.log(21))
    assert scored.why["upvote_velocity"] == pytest.approx(0.5 * math.log(21))
    assert scored.why["age"] == pytest.approx(-math.log(2) * 0.5 / 3.5)
    assert scored.score == pytest.approx(4.4677, abs=1e-3)
    assert (scored.signals[UP], scored.gained[UP]) == (20, 20)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(SignalName)), st.floats(0, 1e9), st.floats(0, 2000)), min_size=1, max_size=12
    ),
    st.sampled_from(list(Window)),
)
def test_the_parts_always_add_up_to_the_score(signals: list[tuple[SignalName, float, float]], window: Window) -> None:
    scored = score(candidate("a", *signals), at=at(2000), window=window)
    assert math.isfinite(scored.score)
    assert sum(scored.why.values()) == pytest.approx(scored.score, abs=1e-9)


def test_more_votes_rank_higher_and_older_ranks_lower() -> None:
    few = candidate("few", (UP, 5, 10))
    many = candidate("many", (UP, 50, 10))
    old = candidate("old", (UP, 50, 10), listed=-60)
    assert [t.paper.id for t in rank([few, old, many], at=at(10), window=Window.WEEK)] == ["many", "old", "few"]


def test_what_is_seen_later_does_not_count() -> None:
    early = candidate("a", (UP, 5, 1), (UP, 500, 20))
    late = candidate("b", (UP, 900, 20), listed=15)
    chart = rank([early, late], at=at(2), window=Window.DAY)
    assert [(t.paper.id, t.signals[UP]) for t in chart] == [("a", 5)]


def test_a_paper_listed_before_the_window_returns_when_it_gains_in_it() -> None:
    asleep = candidate("asleep", (UP, 40, -400), (UP, 40, -1), listed=-500)
    awake = candidate("awake", (UP, 40, -400), (UP, 60, -1), listed=-500)
    assert [t.paper.id for t in rank([asleep, awake], at=at(0), window=Window.WEEK)] == ["awake"]


def test_a_paper_without_any_signal_is_on_no_chart() -> None:
    assert rank([candidate("silent")], at=at(1), window=Window.MONTH) == []


def test_stars_from_before_the_listing_are_no_velocity() -> None:
    scored = score(candidate("a", (STARS, 9000, 5)), at=at(5), window=Window.DAY)
    assert "star_velocity" not in scored.why


def test_equal_scores_are_ordered_by_id_and_ranks_count_from_one() -> None:
    chart = rank([candidate("b", (TALK, 3, 1)), candidate("a", (TALK, 3, 1))], at=at(2), window=Window.DAY)
    assert [(t.rank, t.paper.id) for t in chart] == [(1, "a"), (2, "b")]
