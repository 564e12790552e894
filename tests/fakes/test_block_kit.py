import copy
from typing import Any

import pytest

from tests.fakes.block_kit import BlockKitError, check_message, check_view, pings


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Save"), "action_id": "save", "value": "save|2410.05258", **more}


def section(text: str = "Words", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def entry(**element: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("Hour"), "element": element}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value), "value": value}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Subscribe"), "submit": plain("Save"), "blocks": list(blocks), **more}


GOOD = [
    {"type": "header", "text": plain("Today")},
    section(accessory=button(confirm={name: plain("x") for name in ("title", "text", "confirm", "deny")})),
    {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
    {"type": "context", "elements": [mrkdwn("note"), plain("note")]},
    {"type": "divider"},
    actions(button(), button(action_id="why", url="https://arxiv.org/abs/2410.05258", style="primary")),
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
        ],
    },
]


def test_a_good_message_is_taken() -> None:
    check_message(GOOD, "Today")


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        (section("x" * 3001), "3001"),
        (section(""), "empty"),
        (section("  "), "empty"),
        ({"type": "section"}, "text or fields"),
        ({"type": "section", "fields": [mrkdwn("x")] * 11}, "11 items"),
        ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "2001"),
        ({"type": "header", "text": mrkdwn("x")}, "plain_text"),
        ({"type": "header", "text": plain("x" * 151)}, "151"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "11 items"),
        ({"type": "context", "elements": [button()]}, "no element of a context"),
        (actions(*(button(action_id=str(n)) for n in range(26))), "26 items"),
        (actions(), "0 items"),
        (actions(button(), button()), "twice"),
        (actions(button(text=plain("x" * 76))), "76"),
        (actions(button(text=mrkdwn("x"))), "plain_text"),
        (actions(button(value="x" * 2001)), "2001"),
        (actions(button(value="")), "empty"),
        (actions(button(action_id="x" * 256)), "256"),
        (actions(button(url="javascript:alert(1)")), "form"),
        (actions(button(url="https://x/" + "x" * 3000)), "3000"),
        (actions(button(style="default")), "default"),
        (actions(button(accessibility_label="x" * 76)), "76"),
        (actions(button(colour="red")), "colour"),
        (actions(button(confirm={"title": plain("x")})), "lacks"),
        (actions({"type": "multi_static_select", "options": [option("a")]}), "no element of actions"),
        (actions({"type": "plain_text_input"}), "no element of actions"),
        (actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]}), "6 items"),
        (section(block_id="x" * 256), "256"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}, "emoji"),
        ({"type": "carousel"}, "no block"),
        ({"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}, "no part"),
        ("section", "no block"),
    ],
)
def test_what_slack_would_refuse_is_refused(block: Any, rule: str) -> None:
    with pytest.raises(BlockKitError, match=rule):
        check_message([block], "Today")


def test_a_message_has_at_most_50_blocks_and_13000_characters() -> None:
    check_message([section()] * 50, "Today")
    with pytest.raises(BlockKitError, match="51 items"):
        check_message([section()] * 51, "Today")
    with pytest.raises(BlockKitError, match="msg_blocks_too_long"):
        check_message([section("x" * 2900)] * 5, "Today")


@pytest.mark.parametrize("text", ["", " ", "x" * 40_001])
def test_a_message_has_a_text_for_notifications(text: str) -> None:
    with pytest.raises(BlockKitError, match="text"):
        check_message(GOOD, text)


def test_block_ids_are_unique() -> None:
    with pytest.raises(BlockKitError, match="twice"):
        check_message([section(block_id="a"), section(block_id="a")], "Today")


FORM = modal(
    entry(type="timepicker", action_id="hour", initial_time="09:00", timezone="Europe/Berlin"),
    entry(type="static_select", action_id="n", options=[option("3"), option("5")], initial_option=option("5")),
    entry(type="multi_external_select", action_id="c", min_query_length=1, initial_options=[option("cs.LG")]),
    entry(type="plain_text_input", action_id="words", max_length=500, initial_value="x"),
    entry(type="checkboxes", action_id="t", options=[option("yes")]),
    private_metadata="x" * 3000,
    callback_id="subscribe",
    close=plain("Cancel"),
)


def test_a_good_form_and_a_good_home_tab_are_taken() -> None:
    check_view(FORM)
    check_view({"type": "home", "blocks": [section()] * 100})


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"title": plain("x" * 25)}, "25"),
        ({"submit": plain("x" * 25)}, "25"),
        ({"close": plain("")}, "empty"),
        ({"submit": None}, "no submit"),
        ({"private_metadata": "x" * 3001}, "3001"),
        ({"callback_id": "x" * 256}, "256"),
        ({"blocks": [section()] * 101}, "101"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "no block"),
        ({"blocks": [entry(type="timepicker", initial_time="9:00")]}, "form"),
        ({"blocks": [entry(type="timepicker", initial_time="24:00")]}, "form"),
        ({"blocks": [entry(type="button", text=plain("x"))]}, "no input"),
        ({"blocks": [entry(type="static_select")]}, "either options"),
        ({"blocks": [entry(type="static_select", options=[])]}, "0 items"),
        ({"blocks": [entry(type="static_select", options=[option(str(n)) for n in range(101)])]}, "101"),
        ({"blocks": [entry(type="static_select", options=[option("a"), option("a")])]}, "one value"),
        ({"blocks": [entry(type="static_select", options=[option("x" * 76)])]}, "76"),
        ({"blocks": [entry(type="static_select", options=[option("a")], initial_option=option("b"))]}, "initial"),
        ({"blocks": [entry(type="checkboxes", options=[option(str(n)) for n in range(11)])]}, "11 items"),
        ({"blocks": [entry(type="plain_text_input", max_length=3001)]}, "3000"),
        ({"blocks": [entry(type="plain_text_input", max_length=1, initial_value="xy")]}, "initial_value"),
        ({"blocks": [entry(type="plain_text_input", placeholder=plain("x" * 151))]}, "151"),
        ({"blocks": [{**entry(type="timepicker"), "label": plain("x" * 2001)}]}, "2001"),
        ({"blocks": [{**entry(type="timepicker"), "hint": plain("x" * 2001)}]}, "2001"),
        ({"blocks": [entry(type="timepicker", focus_on_load=True)] * 2}, "focus_on_load"),
    ],
)
def test_a_form_that_slack_would_refuse_is_refused(change: dict[str, Any], rule: str) -> None:
    view = {name: part for name, part in {**copy.deepcopy(FORM), **change}.items() if part is not None}
    with pytest.raises(BlockKitError, match=rule):
        check_view(view)


def test_mentions_are_found_where_slack_reads_them() -> None:
    blocks = [
        section("<!channel> and <@U1|ada>"),
        {"type": "header", "text": plain("<!here>")},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U2"}]}],
        },
    ]
    assert pings(blocks, "<!subteam^S1|x>") == ["<!subteam^S1|x>", "<!channel>", "<@U1|ada>", "<@U2>"]


def test_escaped_words_ping_nobody() -> None:
    assert pings([section("&lt;!channel&gt; &lt;@U1&gt; <https://x|y> @here")], "a < b <!date^1^x|y>") == []
    assert pings([], "hello @here", names=True) == ["@here"]
