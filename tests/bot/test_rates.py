from bot.preview import preview_message
from bot.threshold_field import threshold_field
from papers.following import TopicOptions
from papers.topic_desk import Looked
from papers.topic_preview import Preview


def test_a_form_and_its_preview_count_in_one_way() -> None:
    topic = TopicOptions(text="robots", threshold=0.42)
    seen = Preview(examples=(), a_day={0.4: 2.6, 0.45: 0.6}, looked_at=100, days=7.0, threshold=0.42)
    suggested = threshold_field(Looked(topic, None, seen), None).options[0].label
    assert suggested == "Suggested: 0.42, about 2 papers a day"
    assert (
        "With a threshold of 0.42, about 2 papers a day would" in preview_message(topic, seen, threshold=0.42).summary
    )
