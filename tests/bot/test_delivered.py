from datetime import UTC, datetime, time

import pytest

from bot.dates import day, is_language, period
from bot.delivered import ConfirmationMessage, NoticeMessage, TopicsMessage, message_of
from bot.messages import Digest
from bot.wishes import describe, topic_name
from papers.contents import ConfirmationContent, DigestContent, Match, NoticeContent, TopicsContent
from papers.delivery_models import Kind
from papers.following import DigestOptions, FollowedAuthor, Subscription, TopicOptions
from papers.models import Window
from papers.schedule import Cadence, QuietHours, Schedule
from tests.bot.samples import AT, HOSTILE_SHOWN, HOSTILE_TITLE, paper, trending


def subscription(number: int = 1, **changes: object) -> Subscription:
    return Subscription(
        id=f"s{number}",
        kind=Kind.DIGEST,
        owner="console:me",
        destination="console:me",
        feed="f1",
        schedule=Schedule(),
        created=AT,
        digest=DigestOptions(),
    ).model_copy(update=changes)


def topic(number: int = 1, **options: object) -> Subscription:
    return subscription(number, kind=Kind.TOPICS, digest=None, topic=TopicOptions().model_copy(update=options))


def test_a_digest_has_the_dates_of_its_language_and_zone() -> None:
    options = DigestOptions(language="de")
    content = DigestContent(chart=(trending(),), at=AT, window=Window.DAY, zone="Europe/Berlin", options=options)
    message = message_of(content)
    assert isinstance(message, Digest)
    assert message.span == "7.–8. Okt. 2024, 11:00 MESZ"
    assert message.entries[0].published == "07.10.2024"


def test_a_day_without_news_is_one_line() -> None:
    content = DigestContent(
        chart=(), at=AT, window=Window.DAY, zone="UTC", options=DigestOptions(), note="Nothing new today."
    )
    message = message_of(content)
    assert isinstance(message, Digest)
    assert (message.entries, message.notes) == ((), ("Nothing new today.",))


def test_a_paper_is_told_once_with_all_topics_it_matches() -> None:
    content = TopicsContent(
        matches=(Match(paper=paper(title=HOSTILE_TITLE), score=0.7, topics=("s2", "s1", "removed")),),
        subscriptions=(topic(1, text="reading\x1b[1m books"), topic(2, authors=(FollowedAuthor(name="Ada Lovelace"),))),
        more=1,
        at=AT,
        zone="America/New_York",
    )
    message = message_of(content)
    assert isinstance(message, TopicsMessage)
    (entry,) = message.entries
    assert [(t.id, t.name) for t in entry.topics] == [("s2", "papers by Ada Lovelace"), ("s1", "reading books")]
    assert entry.title == HOSTILE_SHOWN
    assert (message.span, message.notes) == (
        "8 October 2024, 05:00 EDT",
        ("1 paper more matched and is not shown.",),
    )


def test_a_notice_says_where_why_and_what() -> None:
    message = message_of(
        NoticeContent(destination="slack:T1/C1", reason="channel\r\nnot_found.", subscriptions=(subscription(),))
    )
    assert isinstance(message, NoticeMessage)
    assert message.text == "Nothing is sent to slack:T1/C1 any more: channel not_found."
    assert message.items == ("Digest of 10 trending papers, daily at 09:00 (UTC)",)


def test_a_confirmation_says_what_was_asked_and_names_nobody() -> None:
    message = message_of(ConfirmationContent(subscriptions=(subscription(owner="slack:T1/U1"),)))
    assert isinstance(message, ConfirmationMessage)
    assert message.items == ("Digest of 10 trending papers, daily at 09:00 (UTC)",)
    assert "U1" not in message.model_dump_json()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"text": "reading"}, "reading"),
        ({"like": "2410.05258"}, "papers like 2410.05258"),
        ({"text": "reading", "like": "2410.05258"}, "reading, like 2410.05258"),
        ({"authors": (FollowedAuthor(name="A"), FollowedAuthor(name="B"))}, "papers by A or B"),
        ({"text": "x " * 100}, "x " * 39 + "x…"),
        ({"text": "\u200b"}, "a topic without words"),
    ],
)
def test_a_topic_is_named_by_what_it_follows(options: dict[str, object], name: str) -> None:
    assert topic_name(TopicOptions().model_copy(update=options)) == name


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule(zone="Europe/Berlin"), "daily at 09:00 (Europe/Berlin)"),
        (Schedule(cadence=Cadence.WEEKDAYS, at=time(7, 30)), "on weekdays at 07:30 (UTC)"),
        (Schedule(cadence=Cadence.WEEKLY, weekday=6), "on Sundays at 09:00 (UTC)"),
        (Schedule(cadence=Cadence.NOW), "at once"),
        (
            Schedule(cadence=Cadence.NOW, quiet=QuietHours(start=time(22), end=time(7))),
            "at once, but not from 22:00 to 07:00 (UTC)",
        ),
    ],
)
def test_a_wish_is_told_with_its_rhythm(schedule: Schedule, words: str) -> None:
    wish = subscription(schedule=schedule, digest=DigestOptions(top=1, categories=("cs.CL",), minimum_score=2.5))
    assert describe(wish) == f"Digest of 1 trending paper in cs.CL with a score of 2.5 or more, {words}"
    followed = topic(text="reading", excluded=("images", "video"), categories=("cs.CL",))
    assert describe(followed.model_copy(update={"schedule": schedule})) == (
        f"New papers on “reading” without “images”, “video” in cs.CL, {words}"
    )


@pytest.mark.parametrize(
    ("language", "zone", "span"),
    [
        ("en", "Asia/Kathmandu", "24 hours to 8 October 2024, 14:45 UTC+05:45"),
        ("en-US", "UTC", "24 hours to 8 October 2024, 09:00 UTC"),
        ("de_DE", "Asia/Kathmandu", "7.–8. Okt. 2024, 14:45 UTC+05:45"),
        ("ja", "Asia/Tokyo", "2024年10月7日～8日, 18:00 JST"),
        ("no such language", "no/such/zone", "24 hours to 8 October 2024, 09:00 UTC"),
        ("../../etc", "../../etc/passwd", "24 hours to 8 October 2024, 09:00 UTC"),
        ("", "", "24 hours to 8 October 2024, 09:00 UTC"),
    ],
)
def test_dates_follow_language_and_zone_and_never_fail(language: str, zone: str, span: str) -> None:
    assert period(AT, Window.DAY, zone=zone, language=language) == span


def test_the_day_of_a_window_is_that_of_the_reader() -> None:
    late = datetime(2024, 10, 8, 23, tzinfo=UTC)
    assert period(late, Window.WEEK, zone="Asia/Tokyo") == "3 – 9 October 2024"
    assert day(late, "fr") == "8 oct. 2024"


def test_languages_are_known_or_not() -> None:
    assert all(map(is_language, ("en", "en-GB", "de", "pt-BR", "zh-Hant-TW")))
    assert not any(map(is_language, ("", "xx", "english", "../de", "d\ne")))
