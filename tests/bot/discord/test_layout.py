import json
from typing import Any

from hypothesis import given

from bot.actions import Verb, action
from bot.discord.components import COMPONENTS_V2, Kind, characters, walked, weight
from bot.discord.layout import Rendered, render, split
from bot.discord.view import view_of
from bot.links import Link
from bot.replies import Button, Card, Reply, Style
from tests.bot.told import ANY, HOSTILE, REPLIES
from tests.fakes.discord_rules import check_message, does

SAVE = Button(label="Save", action=action(Verb.SAVE, "2410.05258"), hint="Save “Bookworm”")
VERBS = {Verb.UP: "👍", Verb.DOWN: "👎", Verb.SAVE: "Save", Verb.SIMILAR: "Similar"}


def card(rank: int = 1, **changes: object) -> Card:
    paper = f"2410.{rank:05}"
    return Card(
        title=f"Bookworm {rank}",
        url=f"https://arxiv.org/abs/{paper}",
        rank=rank,
        byline="Ada Lovelace · 7 Oct 2024",
        text="A reader that keeps notes while it reads. " * 3,
        reasons=("312 upvotes", "3,140 stars"),
        reasons_label="Why it trends",
        links=(
            Link(label="arXiv", url=f"https://arxiv.org/abs/{paper}"),
            Link(label="Code", url="https://github.com/a/b?x=1&y=(2)"),
        ),
        buttons=tuple(Button(label=label, action=action(verb, paper)) for verb, label in VERBS.items()),
    ).model_copy(update=changes)


def reply(count: int, **changes: object) -> Reply:
    cards = tuple(card(rank) for rank in range(1, count + 1))
    more = Button(label="More", action=action(Verb.MORE, "key", "10"))
    return Reply(heading="Trending", cards=cards, notes=("A note.",), buttons=(more,)).model_copy(update=changes)


def kinds(rendered: Rendered) -> list[int]:
    (frame,) = rendered.components
    return [component["type"] for component in frame["components"]]


def texts(rendered: Rendered) -> list[str]:
    return [component["content"] for component in walked(rendered.components) if component["type"] == Kind.TEXT]


def ids(rendered: Rendered) -> list[str]:
    return [component["custom_id"] for component in walked(rendered.components) if "custom_id" in component]


def test_a_card_is_its_title_text_and_small_print_with_its_buttons_below() -> None:
    (frame,) = render(Reply(cards=(card(),))).components
    told, row = frame["components"]
    assert told["content"].split("\n") == [
        "**1. [Bookworm 1](https://arxiv.org/abs/2410.00001)**",
        ("A reader that keeps notes while it reads. " * 3).strip(),
        "-# Ada Lovelace · 7 Oct 2024 · [Code](https://github.com/a/b?x=1&y=%282%29)",
        "-# Why it trends: 312 upvotes; 3,140 stars",
    ]
    assert [button["label"] for button in row["components"]] == ["👍", "👎", "Save", "Similar"]
    assert row["components"][2]["custom_id"] == "pb:save|2410.00001"


def test_a_digest_of_ten_papers_is_two_messages_of_five() -> None:
    first, last = split(reply(10))
    assert [sum(f"Bookworm {n}]" in text for text in texts(part) for n in range(1, 11)) for part in (first, last)] == [
        5,
        5,
    ]
    assert texts(first)[0] == "## Trending"
    assert texts(first)[-1] == "-# 5 more follow."
    assert ids(last)[-1] == "pb:more|key|10"
    assert not any("follow" in text for text in texts(last))


def test_a_page_of_five_results_with_notes_and_buttons_is_one_message() -> None:
    follow = Button(label="Follow this topic", action=action(Verb.FOLLOW, "key"), style=Style.PRIMARY)
    page = reply(5)
    page = page.model_copy(update={"buttons": (*page.buttons, follow), "text": "Papers 1 to 5."})
    assert len(split(page)) == 1
    assert render(page) == split(page)[0]
    unnoted = page.model_copy(update={"notes": ()})
    assert kinds(render(unnoted)).count(Kind.SEPARATOR) == 5
    assert sum("Bookworm" in text for text in texts(render(page))) == 5


def test_lines_stand_between_cards_and_before_the_foot_where_they_cost_no_message() -> None:
    assert kinds(render(reply(2))) == [
        Kind.TEXT,
        *(Kind.TEXT, Kind.ROW, Kind.SEPARATOR),
        *(Kind.TEXT, Kind.ROW, Kind.SEPARATOR),
        *(Kind.TEXT, Kind.ROW),
    ]


def test_without_room_for_all_lines_the_foot_still_has_its_own() -> None:
    assert kinds(render(reply(5, notes=()))).count(Kind.SEPARATOR) == 5
    six = reply(6, notes=(), buttons=(), heading="", text="x")
    assert Kind.SEPARATOR not in kinds(render(six))
    follow = Button(label="Follow this topic", action=action(Verb.FOLLOW, "key"))
    page = reply(5, buttons=(*reply(0).buttons, follow))
    assert kinds(render(page)).count(Kind.SEPARATOR) == 1
    assert kinds(render(page))[-3] == Kind.SEPARATOR


def test_no_message_begins_with_a_line() -> None:
    for part in split(reply(40)):
        assert kinds(part)[0] != Kind.SEPARATOR


def test_a_sentence_needs_no_frame() -> None:
    assert render(Reply(text="Saved.", buttons=(SAVE,))).components == [
        {"type": 10, "content": "Saved."},
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "Save", "custom_id": "pb:save|2410.05258"}]},
    ]


def test_paragraphs_are_apart_and_the_heading_is_near() -> None:
    assert texts(render(Reply(heading="Why", text="One.\nTwo.\n\nThree."))) == ["## Why\nOne.\nTwo.\n\nThree."]


def test_a_reply_that_says_nothing_is_no_message() -> None:
    assert split(Reply()) == ()
    assert render(Reply()) == Rendered([])


def test_one_message_keeps_its_buttons_and_says_what_does_not_fit() -> None:
    rendered = render(reply(60))
    check_message(rendered.components)
    assert ids(rendered)[-1] == "pb:more|key|10"
    assert any("more do not fit in a message." in text for text in texts(rendered))


def test_a_long_text_is_cut_after_a_sentence() -> None:
    (only,) = split(Reply(text="A sentence of a few words. " * 400))
    (text,) = texts(only)
    assert text.endswith("words.")
    assert 2900 < len(text) <= 3000


def test_buttons_that_do_the_same_are_told_apart_in_a_message() -> None:
    rendered = render(reply(2, cards=(card(1), card(1))))
    check_message(rendered.components)
    assert [text for text in ids(rendered) if "save" in text] == ["pb:save|2410.00001", "pb1:save|2410.00001"]


def test_of_two_buttons_of_a_card_that_do_the_same_the_first_is_shown() -> None:
    rendered = render(Reply(text="x", buttons=(SAVE, SAVE.model_copy(update={"label": "Again"}))))
    assert [part["label"] for part in walked(rendered.components) if "label" in part] == ["Save"]


def test_many_buttons_stand_in_rows_of_five() -> None:
    buttons = tuple(Button(label=f"{n}", action=action(Verb.SAVE, f"{n}")) for n in range(12))
    rendered = render(Reply(text="x", buttons=buttons))
    check_message(rendered.components)
    assert [len(row["components"]) for row in rendered.components[1:]] == [5, 5, 2]


def test_a_title_is_nowhere_read_as_a_mark() -> None:
    hostile = card(title=HOSTILE, byline=HOSTILE, text=HOSTILE, reasons=(HOSTILE,))
    rendered = render(reply(1, heading=HOSTILE, text=HOSTILE, notes=(HOSTILE,), cards=(hostile,)))
    check_message(rendered.components)
    for text in texts(rendered):
        assert not does(text)


async def test_discord_py_sends_what_is_sent_over_rest_and_keeps_nothing_of_it() -> None:
    (rendered,) = split(reply(2))
    view = view_of(rendered.components)
    assert view.to_components() == rendered.payload()["components"]
    assert rendered.payload()["flags"] == COMPONENTS_V2
    assert view.is_finished()
    assert view.has_components_v2()


@ANY
@given(REPLIES)
def test_discord_takes_every_part_of_any_reply(any_reply: Reply) -> None:
    for part in (*split(any_reply), *filter(lambda one: one.components, [render(any_reply)])):
        check(part.components)


def check(components: list[dict[str, Any]]) -> None:
    check_message(components)
    assert weight(components) <= 40
    assert characters(components) <= 4000
    json.dumps(components, ensure_ascii=False).encode()
    for component in walked(components):
        if component["type"] == Kind.TEXT:
            assert not does(component["content"])
