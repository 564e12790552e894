import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import Filled, FormName
from bot.slack.submitted import field_blocks, filled
from papers.errors import BadInput

FIELDS = (
    "private_metadata", "state", "values", "type", "value", "selected_option", "selected_options", "blocks", "block_id"
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["input", "plain_text_input"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=3), inner),
    max_leaves=15,
)


def view(values: Any, metadata: Any = '{"form": "follow", "context": "id"}') -> dict[str, Any]:
    return {"private_metadata": metadata, "state": {"values": values}}


def state(field: str = "it", **told: Any) -> dict[str, Any]:
    return {field: told}


def test_what_was_filled_in_is_read_by_field() -> None:
    option = {"text": {"type": "plain_text", "text": "Daily"}, "value": "daily"}
    told = [
        state("topic", type="plain_text_input", value="  protein\nfolding "),
        state("empty", type="plain_text_input", value=None),
        state("cadence", type="radio_buttons", selected_option=option),
        state("near", type="static_select", selected_option=option),
        state("zone", type="external_select", selected_option=None),
        state("hour", type="timepicker", selected_time="09:00"),
        state("categories", type="multi_external_select", selected_options=[option, option]),
        state("digest", type="checkboxes", selected_options=[]),
    ]
    assert filled(view({f"block {number}": each for number, each in enumerate(told)})) == Filled(
        name=FormName.FOLLOW,
        context="id",
        values={
            "topic": ("protein folding",),
            "cadence": ("daily",),
            "near": ("daily",),
            "hour": ("09:00",),
            "categories": ("daily", "daily"),
        },
    )


@pytest.mark.parametrize(
    "forged",
    [
        None,
        "view",
        {},
        view({}, None),
        view({}, "{"),
        view({}, "[" * 2900),
        view({}, "[]"),
        view({}, '{"form": "nothing"}'),
        view({}, '{"form": ["follow"]}'),
        view({}, json.dumps({"form": "follow", "context": 1})),
        view({}, json.dumps({"form": "follow", "context": "x" * 1001})),
        view(None),
        view([]),
        view({"a": None}),
        view({"a": {}}),
        view({"a": {"b": None}}),
        view({"a": state(type="plain_text_input", value=1)}),
        view({"a": state(type="plain_text_input", value="x" * 3001)}),
        view({"a": state(type="plain_text_input")}),
        view({"a": state(type="static_select", selected_option="x")}),
        view({"a": state(type="checkboxes", selected_options=None)}),
        view({"a": state(type="users_select", selected_user="U1")}),
        view({f"{number}": state(type="plain_text_input", value="") for number in range(101)}),
    ],
)
def test_a_forged_view_is_refused_in_one_sentence(forged: object) -> None:
    with pytest.raises(BadInput, match="open it again"):
        filled(forged)


@given(ANYTHING, ANYTHING)
def test_whatever_is_sent_is_read_or_refused(values: object, whole: object) -> None:
    for forged in (whole, view(values), view({"a": values}), view({"a": {"b": values}})):
        with suppress(BadInput):
            filled(forged)
        field_blocks(forged)


def test_half_a_character_does_not_pass() -> None:
    assert filled(view({"block": state(type="plain_text_input", value="a\ud800")})).one("it") == "a\ufffd"
