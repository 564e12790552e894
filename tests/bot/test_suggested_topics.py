from datetime import UTC, datetime

from bot.suggested_topics import suggested_topics
from papers.following import Subscription, TopicOptions
from papers.schedule import Schedule
from papers.wishes import topic_subscription

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _following(text: str) -> Subscription:
    me = "discord:@10000"
    return topic_subscription(owner=me, destination=me, schedule=Schedule(), topic=TopicOptions(text=text), now=NOW)


FOLLOWED = [_following("Robots that open doors"), _following("diffusion models"), _following("x" * 200)]


def test_all_are_offered_before_anything_is_typed() -> None:
    assert [one.value for one in suggested_topics(FOLLOWED, "", most=25)][:2] == [
        "Robots that open doors",
        "diffusion models",
    ]


def test_what_is_typed_may_be_chosen_and_what_holds_it() -> None:
    assert [one.value for one in suggested_topics(FOLLOWED, "robot", most=25)] == ["robot", "Robots that open doors"]


def test_labels_are_short_and_no_more_than_asked_for() -> None:
    found = suggested_topics(FOLLOWED, "", most=3)
    assert len(found) == 3
    assert all(len(one.label) <= 75 for one in found)
