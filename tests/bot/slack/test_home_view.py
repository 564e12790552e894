import json

from hypothesis import given
from hypothesis import strategies as st

from bot.replies import Card, Home, Reply
from bot.slack.home_view import home, unfurl
from tests.bot.told import ANY, CARDS, HOSTILE, REPLIES
from tests.fakes.block_kit import check_blocks, check_view, pings


def test_a_page_is_its_sections_with_a_line_between_them() -> None:
    view = home(Home(sections=(Reply(heading="Trending", cards=(Card(title="A"),)), Reply(heading="Saved"))))
    check_view(view)
    assert [block["type"] for block in view["blocks"]] == ["header", "rich_text", "divider", "header"]


def test_the_longest_section_of_a_page_is_cut_and_says_so() -> None:
    many = Reply(heading="Saved", cards=tuple(Card(title=f"{n}", byline="x") for n in range(80)))
    view = home(Home(sections=(many, Reply(heading="Foot", cards=(Card(title="Last"),)))))
    check_view(view)
    told = json.dumps(view)
    assert "more are not shown here." in told
    assert "Last" in told


def test_an_empty_page_says_so() -> None:
    check_view(home(Home(sections=())))


def test_a_card_under_a_link_is_marked_down_and_pings_nobody() -> None:
    card = Card(title=HOSTILE, url="https://arxiv.org/abs/2410.05258", text=HOSTILE, byline=HOSTILE)
    section, _ = unfurl(card)["blocks"]
    assert section["text"]["text"].startswith("*<https://arxiv.org/abs/2410.05258|&lt;!channel&gt;")
    assert not pings([section], names=True)


@ANY
@given(st.lists(REPLIES, max_size=4))
def test_slack_takes_any_page(sections: list[Reply]) -> None:
    check_view(home(Home(sections=tuple(sections))))


@ANY
@given(CARDS)
def test_slack_takes_any_card_under_a_link(card: Card) -> None:
    blocks = unfurl(card)["blocks"]
    check_blocks(blocks)
    assert not pings(blocks, names=True)


def test_an_asterisk_in_a_title_does_not_end_the_bold() -> None:
    (section,) = unfurl(Card(title="A* search", url="https://a.example"))["blocks"]
    assert section["text"]["text"] == "*<https://a.example|A∗ search>*"
