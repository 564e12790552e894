"""Messages that come by themselves, on a terminal or in a pipe."""

import io

import pytest

from bot.console.adapter import ConsoleAdapter
from papers.adapters import CANNOT_SAY, NotOurs, Parcel
from papers.contents import ConfirmationContent, Content, DigestContent, Match, NoticeContent, TopicsContent
from papers.delivery_models import Delivery, Kind
from papers.destinations import Destination, Platform
from papers.following import DigestOptions, FollowedAuthor
from papers.models import Window
from tests.bot.samples import AT, HOSTILE_SHOWN, HOSTILE_TITLE, paper, trending
from tests.bot.test_delivered import subscription, topic

DELIVERY = Delivery(id="d1", kind=Kind.DIGEST, destination="console:me", period="2024-10-08", due=AT)
PLACE = Destination(platform=Platform.CONSOLE, address="me")


async def committed() -> None:
    """Whoever asks may send."""


async def shown(content: Content) -> str:
    """What appears, its lines' breaks taken away."""
    stream = io.StringIO()
    assert await ConsoleAdapter(stream).send(Parcel(DELIVERY, PLACE, content), committed) == "d1"
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().endswith("\n\n")
    return " ".join(stream.getvalue().split())


async def test_a_digest_is_shown_as_trending_shows_it() -> None:
    content = DigestContent(
        chart=(trending(title=HOSTILE_TITLE),), at=AT, window=Window.DAY, zone="Europe/Berlin", options=DigestOptions()
    )
    text = await shown(content)
    assert text.startswith("Trending today")
    assert " ".join(HOSTILE_SHOWN.split()) in text
    assert "https://arxiv.org/abs/2410.05258" in text


async def test_a_quiet_line_is_all_there_is_on_a_quiet_day() -> None:
    content = DigestContent(
        chart=(), at=AT, window=Window.DAY, zone="UTC", options=DigestOptions(), note="Nothing new today."
    )
    assert (await shown(content)).endswith("Nothing new today.")


async def test_a_paper_names_the_topics_it_is_shown_for() -> None:
    content = TopicsContent(
        matches=(Match(paper=paper(title=HOSTILE_TITLE), score=0.71, topics=("s2", "s1")),),
        subscriptions=(topic(1, text="reading\x1b[1m books"), topic(2, authors=(FollowedAuthor(name="Ada Lovelace"),))),
        more=2,
        at=AT,
        zone="UTC",
    )
    text = await shown(content)
    assert text.startswith("New for what you follow")
    assert "similarity 0.71" in text
    assert "For: papers by Ada Lovelace; reading books" in text
    assert "2 papers more matched" in text


async def test_a_notice_says_what_happened_and_what_can_be_done() -> None:
    content = NoticeContent(destination="slack:T1/C1", reason="is_archived\x07", subscriptions=(subscription(),))
    text = await shown(content)
    assert "Nothing is sent to slack:T1/C1 any more: is_archived." in text
    assert "- Digest of 10 trending papers, daily at 09:00 (UTC)" in text
    assert "resume" in text


async def test_a_question_for_a_yes_lists_what_was_asked_for() -> None:
    text = await shown(ConfirmationContent(subscriptions=(subscription(), topic(2, text="chips"))))
    assert "Do you want to receive papers here?" in text
    assert text.count(" - ") == 2


async def test_what_must_not_leave_does_not_appear() -> None:
    stream = io.StringIO()

    async def refused() -> None:
        raise NotOurs("d1")

    content = ConfirmationContent(subscriptions=(subscription(),))
    with pytest.raises(NotOurs):
        await ConsoleAdapter(stream).send(Parcel(DELIVERY, PLACE, content), refused)
    assert stream.getvalue() == ""


async def test_nobody_can_say_what_a_terminal_has_shown() -> None:
    assert await ConsoleAdapter().find(DELIVERY, PLACE) == CANNOT_SAY


async def test_without_a_stream_it_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    content = ConfirmationContent(subscriptions=(subscription(),))
    await ConsoleAdapter().send(Parcel(DELIVERY, PLACE, content), committed)
    assert "Do you want to receive papers here?" in capsys.readouterr().out
