from bot.actions import Verb, action
from bot.posts import post_of
from bot.reasons import why
from bot.replies import Post, Reply
from papers.contents import ConfirmationContent, DigestContent, Match, NoticeContent, TopicsContent
from papers.following import DigestOptions
from papers.models import SignalName, Window
from tests.bot.samples import AT, HOSTILE_SHOWN, HOSTILE_TITLE, paper, trending
from tests.bot.test_delivered import subscription, topic


def digest(*chart: object, **changes: object) -> DigestContent:
    return DigestContent(
        chart=chart, at=AT, window=Window.DAY, zone="Europe/Berlin", options=DigestOptions()
    ).model_copy(update=changes)


def test_a_digest_has_a_card_with_buttons_for_each_paper() -> None:
    post = post_of(digest(trending(), trending(rank=2, id="2410.00002", title=HOSTILE_TITLE)))
    assert (post.main.heading, post.main.text) == ("Trending today", "24 hours to 8 October 2024, 11:00 CEST")
    assert not post.main.private
    first, second = post.main.cards
    assert first.text == "We propose Bookworm, a reader that keeps notes while it reads."
    assert first.reasons[0] == "312 upvotes, 41 of them in the last day"
    assert [b.action.encode() for b in first.buttons] == [
        "up|2410.05258",
        "down|2410.05258",
        "save|2410.05258",
        "similar|2410.05258",
    ]
    assert [b.label for b in first.buttons] == ["👍", "👎", "Save", "Similar"]
    assert (second.rank, second.title) == (2, HOSTILE_SHOWN)


def test_the_details_are_for_whoever_wants_more() -> None:
    details = post_of(digest(trending())).details
    assert details is not None
    (card,) = details.cards
    assert card.byline == "Ada Lovelace, Alan Turing, Grace Hopper + 2 more · 7 Oct 2024 · cs.CL"
    assert card.text == "We propose Bookworm, a reader that keeps notes while it reads. It is quick."
    assert card.reasons == ("Score 6.50 = 4.25 upvotes + 1.50 upvote velocity + 1.25 stars + 0.50 comments − 1.00 age",)
    assert [link.label for link in card.links] == ["arXiv", "Hugging Face", "Code", "Project"]
    assert (card.buttons, details.private) == ((), False)


def test_details_do_not_repeat_what_the_post_said() -> None:
    item = trending()
    paper = item.paper.model_copy(update={"gist": "It reads books.", "abstract": "It reads books."})
    details = post_of(digest(item.model_copy(update={"paper": paper}))).details
    assert details is not None
    assert details.cards[0].text == ""


def test_a_digest_without_news_is_one_line() -> None:
    post = post_of(digest(note="Nothing new today."))
    assert post == Post(main=Reply(text="Nothing new today.", private=False))


def test_dates_are_in_the_language_that_was_asked_for() -> None:
    post = post_of(digest(trending(), options=DigestOptions(language="de")))
    assert post.main.text == "7.–8. Okt. 2024, 11:00 MESZ"
    assert post.main.cards[0].byline.endswith(" · 07.10.2024")


def test_a_match_tells_its_topics_and_can_be_tuned() -> None:
    content = TopicsContent(
        matches=(
            Match(paper=paper(), score=0.7, topics=("s2", "s1")),
            Match(paper=paper(id="2410.00002"), score=0.6, topics=("gone",)),
        ),
        subscriptions=(topic(1, text="reading books"), topic(2, text="notes")),
        more=3,
        at=AT,
        zone="UTC",
    )
    post = post_of(content)
    first, second = post.main.cards
    assert first.reasons == ("matches “notes” and “reading books”",)
    assert [b.action.encode() for b in first.buttons] == [
        "wider|s2|2410.05258",
        "narrower|s2|2410.05258",
        "save|2410.05258",
        "similar|2410.05258",
    ]
    assert first.buttons[0].label == "More like this"
    assert first.buttons[0].hint == "More like “Bookworm: Reading Books with Notes” for “notes”"
    assert [b.label for b in second.buttons] == ["Save", "Similar"]
    assert post.main.notes == ("3 papers more matched and are not shown.",)


def test_a_notice_says_where_why_and_what() -> None:
    post = post_of(NoticeContent(destination="slack:T1/C1", reason="archived", subscriptions=(subscription(),)))
    assert post.main.text == "Nothing is sent to slack:T1/C1 any more: archived."
    assert post.main.places == ("slack:T1/C1",)
    assert [card.title for card in post.main.cards] == ["Digest of 10 trending papers, daily at 09:00 (UTC)"]
    assert post.details is None


def test_a_notice_says_what_to_type_without_marks_and_has_a_button_for_what_may_be_resumed() -> None:
    content = NoticeContent(
        destination="slack:T1/C1",
        reason="Paperboy is not in it: invite it with `/invite @Paperboy`",
        subscriptions=(subscription(),),
    )
    post = post_of(content)
    assert "invite it with /invite @Paperboy." in post.main.text
    assert post.main.cards[0].buttons == ()
    (button,) = post_of(content.model_copy(update={"resumable": frozenset({subscription().id})})).main.cards[0].buttons
    assert (button.label, button.action) == ("Resume", action(Verb.RESUME, subscription().id))


def test_a_confirmation_reads_well() -> None:
    post = post_of(ConfirmationContent(subscriptions=(subscription(),)))
    assert post.main.heading == "Do you want to receive papers here?"
    assert len(post.main.cards) == 1


def test_an_estimate_of_one_is_not_told() -> None:
    few = trending().model_copy(
        update={
            "signals": {SignalName.UPVOTES: 2.0},
            "gained": {SignalName.UPVOTES: 1.2},
            "estimated": frozenset({SignalName.UPVOTES}),
        }
    )
    assert why(few)[0] == "2 upvotes"
    assert why(few.model_copy(update={"estimated": frozenset()}))[0] == "2 upvotes, 1 of them in the last day"
