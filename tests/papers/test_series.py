import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import series
from papers.models import Signal, SignalName
from tests.papers.builders import at, signal

UP = SignalName.UPVOTES
DAY = timedelta(days=1)


def grow(*values: tuple[float, float]) -> list[Signal]:
    """What a store holds after these (hours, total) came one by one."""
    held: list[Signal] = []
    for hours, value in values:
        add, remove = series.append(series.by_name(held), [signal(UP, value, hours)])
        held = [point for point in held if point not in remove] + add
    return sorted(held, key=lambda point: point.at)


def test_totals_are_appended_not_overwritten() -> None:
    assert [(p.value, p.at) for p in grow((0, 3), (1, 5), (2, 9))] == [(3, at(0)), (5, at(1)), (9, at(2))]


def test_a_plateau_keeps_its_two_ends() -> None:
    assert [p.at for p in grow((0, 3), (1, 3), (2, 3), (3, 3), (4, 5))] == [at(0), at(3), at(4)]


def test_the_same_look_again_adds_nothing() -> None:
    add, remove = series.append(series.by_name([signal(UP, 3, 0)]), [signal(UP, 3, 0), signal(UP, 8, 0)])
    assert (add, remove) == ([], [])


def test_an_older_look_is_put_in_its_place() -> None:
    assert [p.value for p in grow((5, 9), (1, 4))] == [4, 9]


def test_a_plateau_within_one_batch_is_shortened_too() -> None:
    add, remove = series.append({}, [signal(UP, 3, hours) for hours in range(5)])
    assert ([p.at for p in add], remove) == ([at(0), at(4)], [])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=30, unique_by=lambda point: point[0]))
def test_shortened_plateaus_read_the_same_at_every_time_that_was_looked(points: list[tuple[int, int]]) -> None:
    points.sort()
    held = series.by_name(grow(*points)).get(UP, ())
    for hours, value in points:
        assert series.total(held, at(hours)) == value


def test_total_is_the_last_one_seen_by_then() -> None:
    points = (signal(UP, 3, 0), signal(UP, 9, 10))
    assert series.total(points, at(9)) == 3
    assert series.total(points, at(-1)) is None


def test_gain_counts_from_the_listing_when_there_was_one_look() -> None:
    assert series.gain((signal(UP, 12, 0),), at(0), DAY, start=at(-6)) == 12


def test_gain_interpolates_between_two_looks() -> None:
    # 40 in 40 hours is one an hour, so 24 in the last day.
    assert series.gain((signal(UP, 0, 0), signal(UP, 40, 40)), at(40), DAY) == pytest.approx(24)


def test_gain_is_unknown_with_one_look_and_no_start() -> None:
    assert series.gain((signal(UP, 12, 0),), at(0), DAY) is None


def test_gain_ignores_what_was_seen_later() -> None:
    points = (signal(UP, 0, 0), signal(UP, 10, 10), signal(UP, 99, 50))
    assert series.gain(points, at(10), DAY) == 10


def test_lost_votes_are_no_negative_gain() -> None:
    assert series.gain((signal(UP, 9, 0), signal(UP, 4, 5)), at(5), DAY) == 0


@pytest.mark.parametrize(
    ("looks", "start", "guessed"),
    [
        ([(UP, 9, 40)], -6, True),  # listed long before, and nobody looked when the day began
        ([(UP, 9, 40)], 20, False),  # all of its life is within the day
        ([(UP, 4, 17), (UP, 9, 40)], -6, False),  # somebody looked an hour after the day began
        ([(UP, 4, 17), (UP, 9, 40)], None, False),
        ([(UP, 4, 2), (UP, 9, 40)], None, True),
    ],
)
def test_a_gain_is_an_estimate_unless_somebody_looked_when_the_day_began(
    looks: list[tuple[SignalName, float, float]], start: float | None, guessed: bool
) -> None:
    points = tuple(signal(*look) for look in looks)
    zero = None if start is None else at(start)
    assert series.is_estimate(points, at(40), DAY, start=zero) is guessed


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2)), max_size=12, unique_by=lambda look: look[0]),
    st.randoms(use_true_random=False),
)
def test_looking_again_at_anything_in_any_order_adds_nothing(looks: list[tuple[int, int]], rng: random.Random) -> None:
    again = looks * 2
    rng.shuffle(again)
    assert grow(*sorted(looks), *again) == grow(*sorted(looks))
