"""Finding papers in a chat, over a real Redis."""

import pytest
from redis.asyncio import Redis

from bot import asks
from bot.actions import Verb, action
from bot.finding import Finding
from bot.replies import Reply
from papers.errors import BadInput, NotFound
from papers.models import Window
from papers.settings import Settings
from tests.bot.desks import ALONE, CALLER, desk, fill, papers
from tests.bot.samples import HOSTILE_SHOWN
from tests.papers.word_encoder import NoEncoder, WordEncoder

FIRST = "2603.00001"


@pytest.fixture
async def finding(redis: Redis, settings: Settings) -> Finding:
    at = desk(redis, settings)
    await fill(at.store, papers(), WordEncoder())
    return Finding(at)


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


def pressed(reply: Reply, label: str) -> str:
    return next(button.action.encode() for button in reply.buttons if button.label == label)


async def test_a_search_shows_five_papers_with_the_sentence_that_answers(finding: Finding) -> None:
    reply = await finding.search(CALLER, asks.Search(text="robot opens doors"))
    assert reply.heading == "Papers on “robot opens doors”"
    assert reply.text == "Papers 1 to 5, found by meaning and by words."
    assert (reply.private, reply.replaces) == (True, False)
    card = reply.cards[0]
    assert card.text == "A robot arm opens doors after watching videos of people."
    assert card.byline == "Ada Lovelace, Alan Turing · 5 Mar 2026"
    assert card.url.startswith("https://arxiv.org/abs/2603.")
    assert [b.label for b in card.buttons] == ["Similar", "Save", "Why", "Share"]
    assert card.buttons[1].hint == f"Save “{card.title}”"
    assert labels(reply) == ["Next page", "Follow this topic"]


async def test_pages_go_on_and_back_in_place(finding: Finding) -> None:
    first = await finding.search(CALLER, asks.Search(text="robot doors", categories=("cs",)))
    after = next(b.action for b in first.buttons if b.label == "Next page")
    second = await finding.more(CALLER, after)
    assert second.replaces
    assert [card.rank for card in second.cards] == [6, 7, 8]
    assert second.text == "Papers 6 to 8 in cs, found by meaning and by words."
    assert labels(second) == ["Previous page", "Follow this topic"]
    again = await finding.more(CALLER, next(b.action for b in second.buttons if b.label == "Previous page"))
    assert again.cards == first.cards


async def test_the_words_of_a_search_can_be_followed(redis: Redis, settings: Settings, finding: Finding) -> None:
    reply = await finding.search(CALLER, asks.Search(text="robot doors"))
    follow = next(b.action for b in reply.buttons if b.action.verb is Verb.FOLLOW)
    assert await desk(redis, settings).asked.text(follow.about[0]) == "robot doors"


async def test_nobody_to_share_with_no_button_for_it(finding: Finding) -> None:
    reply = await finding.search(ALONE, asks.Search(text="robot doors"))
    assert "Share" not in [b.label for card in reply.cards for b in card.buttons]
    with pytest.raises(BadInput, match="channel"):
        await finding.share(ALONE, action(Verb.SHARE, FIRST))


async def test_without_a_worker_it_is_a_search_by_words_that_says_so(redis: Redis, settings: Settings) -> None:
    at = desk(redis, settings, encoder=NoEncoder())
    await fill(at.store, papers(), WordEncoder())
    reply = await Finding(at).search(CALLER, asks.Search(text="robot doors"))
    assert reply.text.endswith("found by words.")
    assert "by their words alone" in reply.notes[0]


async def test_nothing_found_says_what_to_do(redis: Redis, settings: Settings, finding: Finding) -> None:
    narrowed = await finding.search(CALLER, asks.Search(text="robot", author="Grace Hopper"))
    assert narrowed.text == "No paper by Grace Hopper is on “robot”: try it without the author, or other words."
    after = await finding.more(CALLER, action(Verb.MORE, await kept(redis, settings), "495"))
    assert after.text == "There are no more papers on “robot”."
    await redis.flushall()
    nothing = await Finding(desk(redis, settings)).search(CALLER, asks.Search(text="robot"))
    assert "knows no papers yet" in nothing.text


async def kept(redis: Redis, settings: Settings) -> str:
    return await desk(redis, settings).asked.keep('{"text": "robot"}')


@pytest.mark.parametrize(
    "about",
    [(), ("",), ("x" * 24,), ("../../etc", "5"), ("KEY", "-1"), ("KEY", "five"), ("KEY", "10000"), ("KEY", "٥")],
)
async def test_a_forged_page_is_refused(redis: Redis, settings: Settings, finding: Finding, about: tuple[str]) -> None:
    key = await kept(redis, settings)
    with pytest.raises((BadInput, NotFound), match="ask"):
        await finding.more(CALLER, action(Verb.MORE, *(key if part == "KEY" else part for part in about)))


async def test_what_is_kept_but_is_no_search_is_refused(redis: Redis, settings: Settings, finding: Finding) -> None:
    key = await desk(redis, settings).asked.keep("robots")
    with pytest.raises(BadInput, match="ask again"):
        await finding.more(CALLER, action(Verb.MORE, key, "5"))


@pytest.mark.parametrize(
    "named",
    [
        FIRST,
        "arXiv:2603.00001v2",
        "https://www.arxiv.org/pdf/2603.00001v1.pdf?download=1#page=2",
        "https://huggingface.co/papers/2603.00001/",
        "a robot that opens doors of kind 1",
        "opens doors kind 1",
    ],
)
async def test_a_paper_is_named_by_id_link_or_words_of_its_title(finding: Finding, named: str) -> None:
    reply = await finding.similar(CALLER, asks.Similar(paper=named))
    assert reply.heading == "Papers like “A robot that opens doors of kind 1”"
    assert reply.text == "Papers 1 to 5, the most alike first."
    assert len(reply.cards) == 5
    assert FIRST not in {card.url.rpartition("/")[2] for card in reply.cards}


@pytest.mark.parametrize("named", ["2410.99999", "https://arxiv.org/abs/2410.99999", "24100.1", "zebrafish in vivo"])
async def test_a_paper_that_is_not_here_is_told_with_a_way_to_find_it(finding: Finding, named: str) -> None:
    with pytest.raises(NotFound, match=r"/papers search") as error:
        await finding.similar(CALLER, asks.Similar(paper=named))
    assert "`" not in str(error.value)


async def test_more_papers_like_it_come_in_place(finding: Finding) -> None:
    first = await finding.similar_to(CALLER, action(Verb.SIMILAR, FIRST))
    assert not first.replaces
    second = await finding.similar_to(CALLER, next(b.action for b in first.buttons if b.label == "Next page"))
    assert second.replaces
    assert [card.rank for card in second.cards] == [6, 7]
    with pytest.raises(NotFound, match="not known here"):
        await finding.similar_to(CALLER, action(Verb.SIMILAR, "2410.99999"))


async def test_a_chart_has_pages_windows_and_reasons(finding: Finding) -> None:
    reply = await finding.trending(CALLER, asks.Trending(window=Window.DAY))
    assert (reply.heading, reply.text) == ("Trending today", "24 hours to 5 March 2026, 17:00 UTC")
    assert [card.rank for card in reply.cards] == [1, 2, 3, 4, 5]
    assert reply.cards[0].reasons == ("100 upvotes, all in the last day",)
    assert reply.cards[1].title == HOSTILE_SHOWN
    assert labels(reply) == ["Next page", "Today", "This week", "This month"]
    after = await finding.trending_again(CALLER, reply.buttons[0].action)
    assert (after.replaces, [card.rank for card in after.cards]) == (True, [6, 7, 8])
    month = await finding.trending_again(CALLER, reply.buttons[3].action)
    assert month.heading == "Trending this month"


async def test_a_chart_is_of_the_categories_asked_for(finding: Finding) -> None:
    reply = await finding.trending(CALLER, asks.Trending(categories=("cs.RO", "stat")))
    assert [card.url[-1] for card in reply.cards] == ["1", "3", "5", "7"]
    assert reply.text.endswith(", in cs.RO or stat")
    assert reply.buttons[0].action.about == ("day", "cs.RO stat")
    other = await finding.trending(CALLER, asks.Trending(categories=("math",)))
    assert other.text == "No paper in math trends in this time: try a longer time, or all categories."


async def test_an_empty_chart_says_what_to_do(redis: Redis, settings: Settings) -> None:
    reply = await Finding(desk(redis, settings)).trending(CALLER, asks.Trending())
    assert reply.text.startswith("Nothing is trending yet")
    assert labels(reply) == ["Today", "This week", "This month"]


@pytest.mark.parametrize("about", [("year",), ("week", "", "-5"), ("week", "", "x"), ("", "cs.CL")])
async def test_a_forged_chart_is_refused(finding: Finding, about: tuple[str]) -> None:
    with pytest.raises(BadInput, match="ask again"):
        await finding.trending_again(CALLER, action(Verb.TRENDING, *about))


async def test_why_gives_parts_that_add_up(finding: Finding) -> None:
    reply = await finding.why(CALLER, action(Verb.WHY, FIRST))
    assert reply.heading == "Why it trends"
    place, score = reply.text.split("\n\n")
    assert place == "Number 1 of what trends today."
    assert score == "Score 6.63 = 4.61 upvotes + 2.31 upvote velocity − 0.29 age"
    assert reply.notes[0].startswith("Id: 2603.00001 · Published: 5 March 2026")
    assert reply.cards[0].reasons == ("100 upvotes, all in the last day",)


async def test_why_of_a_paper_on_no_chart_tells_what_is_known(redis: Redis, settings: Settings) -> None:
    at = desk(redis, settings)
    await fill(at.store, papers(1))
    (alone,) = papers(1)
    await redis.zremrangebyscore("pb:active", "-inf", "+inf")
    reply = await Finding(at).why(CALLER, action(Verb.WHY, alone.id))
    assert (reply.heading, reply.text) == ("What is known of it", "It is on no chart at the moment.")


async def test_what_is_shared_is_for_everybody(finding: Finding) -> None:
    reply = await finding.share(CALLER, action(Verb.SHARE, FIRST))
    assert not reply.private
    assert reply.cards[0].title == "A robot that opens doors of kind 1"
    with pytest.raises(BadInput, match="a moment ago"):
        await finding.share(CALLER, action(Verb.SHARE, FIRST))


async def test_whoever_may_not_write_in_the_channel_cannot_have_it_written_there_either(finding: Finding) -> None:
    reader = CALLER.model_copy(update={"may_speak": False})
    shown = [
        await finding.search(reader, asks.Search(text="robot doors")),
        await finding.similar_to(reader, action(Verb.SIMILAR, FIRST)),
        await finding.trending(reader, asks.Trending()),
        await finding.why(reader, action(Verb.WHY, FIRST)),
    ]
    for reply in shown:
        assert "Share" not in [b.label for card in reply.cards for b in card.buttons]
    with pytest.raises(BadInput, match="you may not write in #papers: share this paper where you may"):
        await finding.share(reader, action(Verb.SHARE, FIRST))


async def test_nobody_floods_a_channel_with_papers(finding: Finding) -> None:
    papers = [action(Verb.SHARE, f"2603.{n:05d}") for n in range(1, 7)]
    for one in papers[:5]:
        await finding.share(CALLER, one)
    for _ in range(2):
        with pytest.raises(BadInput, match="5 papers here within 10 minutes: save this one, and share it in a few"):
            await finding.share(CALLER, papers[5])
    await finding.share(CALLER.model_copy(update={"place": "slack:T1/C2"}), papers[5])
    await finding.share(CALLER.model_copy(update={"person": "slack:T1/U2"}), papers[5])


async def test_a_link_gets_a_card_once_a_paper_a_place_a_day(finding: Finding) -> None:
    links = [
        "https://arxiv.org/pdf/2603.00001v3",
        "https://huggingface.co/papers/2603.00001#community",
        "https://arxiv.org/abs/2603.00002",
        "https://arxiv.org/abs/2410.99999",
        "https://evil.example/abs/2603.00003",
        "https://arxiv.org.evil.example/abs/2603.00003",
        "javascript:alert(1)",
        "http://[",
    ]
    cards = await finding.unfurl(CALLER, links)
    assert set(cards) == {links[0], links[2]}
    assert cards[links[0]].reasons == ("100 upvotes",)
    assert await finding.unfurl(CALLER, links) == {}
    assert set(await finding.unfurl(ALONE, links[1:2])) == {links[1]}
    assert await finding.unfurl(ALONE, links[:1]) == {}


async def test_papers_like_a_message_are_those_like_its_link_or_about_its_words(finding: Finding) -> None:
    linked = await finding.like_text(
        CALLER, "see https://arxiv.org/abs/2410.99999 and (https://arxiv.org/abs/2603.00001)!"
    )
    assert linked.heading.startswith("Papers like “A robot that opens doors of kind 1”")
    named = await finding.like_text(CALLER, "2603.00001 is great")
    assert named.heading == linked.heading
    words = await finding.like_text(CALLER, "Has anybody read on doors that a robot opens?\nhttps://example.org/x")
    assert words.text.endswith("found by meaning.")
    after = next(b.action for b in words.buttons if b.label == "Next page")
    assert (await finding.more(CALLER, after)).text.endswith("found by meaning.")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("🎉🎉", "no words"),
        ("", "no words"),
        ("the of", "no words"),
        ("https://arxiv.org/abs/2410.99999", "is known here"),
        ("look at this: arXiv:2410.99999", "is known here"),
    ],
)
async def test_a_message_without_words_says_so(finding: Finding, text: str, error: str) -> None:
    with pytest.raises((BadInput, NotFound), match=error):
        await finding.like_text(CALLER, text)


async def test_what_a_button_tells_of_a_paper_can_be_asked_in_words(finding: Finding) -> None:
    asked = await finding.look(CALLER, asks.Look(paper="2603.00001"))
    assert asked == await finding.why(CALLER, action(Verb.WHY, "2603.00001"))


async def test_a_command_that_was_perhaps_meant_is_told_above_what_was_found(finding: Finding) -> None:
    found = await finding.search(CALLER, asks.Search(text="robts doors", meant="follow doors"))
    assert found.cards
    assert found.text.startswith("Did you mean: /papers follow doors\n\nPapers 1 to 5")
