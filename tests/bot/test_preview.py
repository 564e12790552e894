"""What a topic would have brought, in sentences."""

import pytest

from bot.preview import preview_message
from papers.following import TopicOptions
from papers.topic_preview import Preview


@pytest.mark.parametrize(
    ("days", "said"),
    [(1.0, "12 papers of the last day."), (2.0, "12 papers of the last 2 days."), (7.0, "of the last 7 days.")],
)
def test_days_are_counted_as_people_count_them(days: float, said: str) -> None:
    preview = Preview(examples=(), a_day={0.45: 1.0}, looked_at=12, days=days, threshold=0.45)
    told = preview_message(TopicOptions(text="robots"), preview, threshold=0.45)
    assert said in told.summary
