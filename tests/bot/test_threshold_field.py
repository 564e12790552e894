"""The choices of how near a paper must be, and what each says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import Filled, FormName, Mistake
from bot.threshold_field import SUGGESTED, THRESHOLD, read_threshold, threshold_field
from papers.following import TopicOptions
from papers.topic_desk import Looked
from papers.topic_preview import Preview


def looked(rates: dict[float, float], threshold: float) -> Looked:
    seen = Preview(examples=(), a_day=rates, looked_at=100, days=7.0, threshold=threshold)
    return Looked(TopicOptions(text="x", threshold=threshold), None, seen)


RATES = {0.25: 30.0, 0.3: 12.4, 0.35: 3.0, 0.4: 1.2, 0.45: 0.5, 0.5: 1 / 7, 0.55: 0.02, 0.6: 0.0, 0.65: 0.0, 0.7: 0.0}


def test_each_choice_tells_how_many_papers_it_brings() -> None:
    labels = [option.label for option in threshold_field(looked(RATES, 0.38), None).options]
    assert labels[:7] == [
        "Suggested: 0.38, about 2 papers a day",
        "0.25, about 30 papers a day",
        "0.30, about 12 papers a day",
        "0.35, about 3 papers a day",
        "0.40, about a paper a day",
        "0.45, about 4 papers a week",
        "0.50, about 1 paper a week",
    ]
    assert labels[-1] == "0.70, hardly any paper"


def test_a_suggestion_that_was_counted_tells_its_count() -> None:
    assert threshold_field(looked({**RATES, 0.65: 9.0}, 0.65), None).options[0].label.endswith("about 9 papers a day")


def test_without_a_look_nothing_is_told() -> None:
    labels = [option.label for option in threshold_field(None, None).options]
    assert labels[:2] == ["Suggested: 0.45, the usual one", "0.25"]


@given(st.floats(-1, 1))
def test_what_was_chosen_is_one_of_the_options_and_read_again(chosen: float) -> None:
    field = threshold_field(looked(RATES, 0.38), chosen)
    values = [option.value for option in field.options]
    assert field.value[0] in values
    assert len(set(values)) == len(values)
    read = read_threshold(Filled(name=FormName.FOLLOW, values={THRESHOLD: field.value}))
    assert isinstance(read, float)
    assert read == pytest.approx(chosen, abs=1e-4)


@given(st.text() | st.sampled_from(["nan", "inf", "-inf", "1e999", "1_0", "0x1", "٠٫٥", "1.0001"]))
def test_whatever_is_sent_is_a_threshold_or_a_mistake(typed: str) -> None:
    read = read_threshold(Filled(name=FormName.FOLLOW, values={THRESHOLD: (typed,)}))
    if isinstance(read, Mistake):
        assert read.field == THRESHOLD
    else:
        assert read is None if typed == SUGGESTED else -1 <= (read or 0.0) <= 1
