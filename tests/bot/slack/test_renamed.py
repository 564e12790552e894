from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.buttons import renamed

PRESSED: list[dict[str, Any]] = [
    {"type": "header", "block_id": "h", "text": {"type": "plain_text", "text": "Trending", "emoji": True}},
    {
        "type": "actions",
        "block_id": "a",
        "elements": [
            {
                "type": "button",
                "action_id": "save|1",
                "text": {"type": "plain_text", "text": "Save", "emoji": True},
                "accessibility_label": "Save “Bookworm”",
            },
            {"type": "button", "action_id": "up|1", "text": {"type": "plain_text", "text": ":+1:", "emoji": True}},
        ],
    },
]


def test_a_button_has_another_name_from_now_on_to_a_screen_reader_too() -> None:
    before = deepcopy(PRESSED)
    changed = renamed(PRESSED, {"save|1": "Saved", "up|1": "👍 3", "save|2": "Other"})
    assert changed is not None
    save, up = changed[1]["elements"]
    assert (save["text"]["text"], save["accessibility_label"]) == ("Saved", "Saved “Bookworm”")
    assert up["text"]["text"] == "👍 3"
    assert before == PRESSED


def test_nothing_to_rename_is_no_change() -> None:
    assert renamed(PRESSED, {"save|1": "Save"}) is None
    assert renamed(PRESSED, {"save|2": "Saved"}) is None
    assert renamed(PRESSED, {}) is None


@given(
    st.recursive(
        st.none() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["type", "elements", "text", "action_id", "accessory"]), inner)
        ),
        max_leaves=10,
    )
)
def test_blocks_of_any_shape_are_left_as_they_are(shape: Any) -> None:
    assert renamed([{"type": "actions", "elements": shape}, {"accessory": shape}, shape], {"": "x"}) is None


def test_what_slack_adds_to_a_message_is_not_sent_back_to_it() -> None:
    text: dict[str, Any] = {"type": "plain_text", "text": "👍", "emoji": True}
    button: dict[str, Any] = {"type": "button", "action_id": "up|1", "text": text}
    title = {"type": "mrkdwn", "text": "a", "verbatim": False}
    blocks: list[dict[str, Any]] = [
        {"type": "section", "block_id": "x1", "text": title},
        {"type": "context", "block_id": "x2", "elements": [{"type": "plain_text", "text": ":a:", "emoji": False}]},
        {"type": "actions", "block_id": "x3", "elements": [button]},
    ]
    assert renamed(blocks, {"up|1": "👍 1"}) == [
        {"type": "section", "text": {"type": "mrkdwn", "text": "a"}},
        {"type": "context", "elements": [{"type": "plain_text", "text": ":a:", "emoji": False}]},
        {"type": "actions", "elements": [{**button, "text": {"type": "plain_text", "text": "👍 1"}}]},
    ]
