import json
from typing import Any

from hypothesis import given

from bot.actions import Verb, action
from bot.links import Link
from bot.replies import Button, Card, Reply, Style
from bot.slack.blocks import Rendered, render, split
from bot.slack.texts import LONGEST_BLOCKS
from tests.bot.told import ANY, HOSTILE, REPLIES
from tests.fakes.block_kit import check_message, pings

SAVE = Button(label="Save", action=action(Verb.SAVE, "2410.05258"), hint="Save “Bookworm”")


def card(rank: int = 1, **changes: object) -> Card:
    return Card(
        title=f"Bookworm {rank}",
        url="https://arxiv.org/abs/2410.05258",
        rank=rank,
        byline="Ada Lovelace · 7 Oct 2024",
        text="A reader that keeps notes while it reads. " * 4,
        reasons=("312 upvotes", "3,140 stars"),
        reasons_label="Why it trends",
        links=(
            Link(label="arXiv", url="https://arxiv.org/abs/2410.05258"),
            Link(label="Code", url="https://github.com/a/b?x=1&y=2"),
        ),
        buttons=(SAVE, SAVE.model_copy(update={"label": "Similar", "action": action(Verb.SIMILAR, "2410.05258")})),
    ).model_copy(update=changes)


def reply(count: int, **changes: object) -> Reply:
    cards = tuple(card(rank) for rank in range(1, count + 1))
    more = Button(label="More", action=action(Verb.MORE, "key", "10"))
    return Reply(heading="Trending", cards=cards, notes=("A note.",), buttons=(more,)).model_copy(update=changes)


def ids(rendered: Rendered) -> list[str]:
    return [
        element["action_id"] for block in rendered.blocks if block["type"] == "actions" for element in block["elements"]
    ]


def shown(rendered: Rendered) -> str:
    return json.dumps(rendered.blocks, ensure_ascii=False)


def test_a_card_is_its_title_and_text_then_the_small_print_then_its_buttons() -> None:
    rich, small, why, buttons = render(Reply(cards=(card(),))).blocks
    rank, title, text = rich["elements"][0]["elements"]
    assert (rank["text"], title["text"], title["url"]) == ("1. ", "Bookworm 1", "https://arxiv.org/abs/2410.05258")
    assert text["text"].startswith("\nA reader")
    told, elsewhere = small["elements"]
    assert told["text"] == "Ada Lovelace · 7 Oct 2024"
    assert why["elements"][0]["text"] == "Why it trends: 312 upvotes; 3,140 stars"
    assert elsewhere["text"] == "<https://github.com/a/b?x=1&amp;y=2|Code>"
    assert [element["text"]["text"] for element in buttons["elements"]] == ["Save", "Similar"]


def test_without_links_the_small_print_is_one_block() -> None:
    _, small, _ = render(Reply(cards=(card(links=(), reasons_label=""),))).blocks
    assert small["elements"][0]["text"] == "Ada Lovelace · 7 Oct 2024\n312 upvotes; 3,140 stars"


def test_a_button_says_what_it_does_to_slack_and_to_a_screen_reader() -> None:
    sure = Button(label="Remove", action=action(Verb.REMOVE, "s1"), style=Style.DANGER, confirm="Stop this digest?")
    (block,) = render(Reply(buttons=(SAVE, sure))).blocks
    save, remove = block["elements"]
    assert save == {
        "type": "button",
        "action_id": "save|2410.05258",
        "text": {"type": "plain_text", "text": "Save"},
        "accessibility_label": "Save “Bookworm”",
    }
    assert remove["style"] == "danger"
    assert remove["confirm"]["text"]["text"] == "Stop this digest?"


def test_what_is_said_to_a_screen_reader_is_the_heading_and_the_titles_in_order() -> None:
    assert render(reply(3)).text == "Trending\n1. Bookworm 1\n2. Bookworm 2\n3. Bookworm 3"


def test_a_title_is_nowhere_read_as_a_mark() -> None:
    hostile = reply(3, heading=HOSTILE, text=HOSTILE, notes=(HOSTILE,), cards=(card(title=HOSTILE, byline=HOSTILE),))
    rendered = render(hostile)
    check_message(rendered.blocks, rendered.text)
    assert not pings(rendered.blocks, rendered.text, names=True)
    assert "*bold* _it_ ~gone~ `code`" in shown(rendered)


def test_buttons_alone_are_read_aloud_as_more() -> None:
    assert render(Reply(notes=(" ", ""), buttons=(SAVE,))).text == "More"


def test_a_reply_that_says_nothing_is_no_message() -> None:
    assert split(Reply()) == ()
    assert render(Reply()) == Rendered([], "")


def test_a_long_reply_is_cut_between_cards() -> None:
    parts = split(reply(30))
    assert len(parts) > 1
    assert [part.blocks[0]["type"] for part in parts] == ["header", *["rich_text"] * (len(parts) - 1)]
    assert ["more|key|10" in ids(part) for part in parts] == [*[False] * (len(parts) - 1), True]
    assert sum(ids(part).count("save|2410.05258") for part in parts) == 30
    assert parts[-1].text.endswith("30. Bookworm 30")


def test_the_first_part_says_how_many_cards_follow() -> None:
    first, *others = split(reply(30))
    left = 30 - ids(first).count("save|2410.05258")
    assert first.blocks[-1]["elements"][0]["text"] == f"{left} more in the thread."
    assert "follow" not in shown(others[-1])


def test_one_message_keeps_its_buttons_and_says_what_does_not_fit() -> None:
    rendered = render(reply(60))
    assert ids(rendered)[-1] == "more|key|10"
    assert "more do not fit in a message." in shown(rendered)
    assert render(reply(5)).blocks == split(reply(5))[0].blocks


def test_a_button_that_slack_could_not_give_back_is_left_out() -> None:
    assert render(Reply(text="x", buttons=(Button(label="x", action=action(Verb.SAVE, "9" * 300)),))).blocks[1:] == []


def test_of_two_buttons_that_do_the_same_the_first_is_shown() -> None:
    (block,) = render(Reply(buttons=(SAVE, SAVE.model_copy(update={"label": "Again"})))).blocks
    assert [element["text"]["text"] for element in block["elements"]] == ["Save"]


@ANY
@given(REPLIES)
def test_slack_takes_every_part_of_any_reply(any_reply: Reply) -> None:
    for part in (*split(any_reply), *filter(lambda one: one.blocks, [render(any_reply)])):
        check(part)


def check(part: Rendered) -> None:
    check_message(part.blocks, part.text)
    assert len(part.text) <= 3000
    assert not pings(part.blocks, part.text, names=True)
    blocks: list[dict[str, Any]] = part.blocks
    assert len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) <= LONGEST_BLOCKS


def test_a_place_in_a_text_is_a_link_to_its_channel() -> None:
    reply = Reply(text="Nothing is sent to slack:T1/C1 any more.", places=("slack:T1/C1",))
    rendered = render(reply)
    assert rendered.blocks[0]["elements"][0]["elements"] == [
        {"type": "text", "text": "Nothing is sent to "},
        {"type": "channel", "channel_id": "C1"},
        {"type": "text", "text": " any more."},
    ]
    assert rendered.text == "Nothing is sent to a channel any more."
