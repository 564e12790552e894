import itertools
from copy import deepcopy
from typing import Any

from discord.components import _component_factory
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.components import walked
from bot.discord.layout import split
from bot.discord.renaming import renamed
from tests.bot.discord.test_layout import reply
from tests.fakes.discord_rules import check_message

PRESSED: list[dict[str, Any]] = [
    {
        "type": 17,
        "id": 1,
        "accent_color": 1,
        "components": [
            {"type": 10, "id": 2, "content": "## Trending"},
            {
                "type": 1,
                "id": 3,
                "components": [
                    {"type": 2, "id": 4, "style": 2, "label": "Save", "custom_id": "pb:save|1"},
                    {"type": 2, "id": 5, "style": 2, "label": "👍", "custom_id": "pb:up|1"},
                ],
            },
            {
                "type": 1,
                "id": 6,
                "components": [{"type": 2, "id": 7, "style": 2, "label": "Save", "custom_id": "pb1:save|1"}],
            },
        ],
    }
]


def labels(components: list[dict[str, Any]]) -> list[str]:
    rows = [component for component in components[0]["components"] if component["type"] == 1]
    return [button["label"] for row in rows for button in row["components"]]


def test_every_button_that_does_it_has_another_name_from_now_on() -> None:
    before = deepcopy(PRESSED)
    changed = renamed(PRESSED, {"save|1": "Saved", "up|1": "👍 3", "save|2": "Other"})
    assert changed is not None
    assert labels(changed) == ["Saved", "👍 3", "Saved"]
    assert before == PRESSED


def test_all_else_stays_as_it_was() -> None:
    changed = renamed(PRESSED, {"up|1": "👍 3"})
    assert changed is not None
    changed[0]["components"][1]["components"][1]["label"] = "👍"
    assert changed == PRESSED


def test_nothing_to_rename_is_no_change() -> None:
    assert renamed(PRESSED, {"save|1": "Save"}) is None
    assert renamed(PRESSED, {"save|2": "Saved"}) is None
    assert renamed(PRESSED, {}) is None


def test_what_was_pressed_may_be_older_than_the_message_and_is_given_back_then() -> None:
    assert renamed(PRESSED, {"save|1": "Save"}, always=True) == PRESSED


@given(
    st.recursive(
        st.none() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["type", "components", "label", "custom_id", "accessory"]), inner)
        ),
        max_leaves=10,
    )
)
def test_components_of_any_shape_are_left_as_they_are(shape: Any) -> None:
    assert renamed([{"type": 1, "components": shape}, {"accessory": shape}, shape], {"": "x"}) is None


def test_discord_py_gives_a_pressed_message_back_as_it_was_sent() -> None:
    (sent,) = (part.components for part in split(reply(3)))
    numbers = itertools.count(1)
    told = deepcopy(sent)
    for component in walked(told):  # as Discord does
        component["id"] = next(numbers)
    given_back = [_component_factory(component).to_dict() for component in told]  # type: ignore[arg-type, union-attr]
    changed = renamed(given_back, {"up|2410.00002": "👍 1"})
    assert changed is not None
    check_message(changed)
    for before, after in zip(walked(sent), walked(changed), strict=True):
        inner = {"components": ..., "label": ...}
        assert before | inner == {name: after[name] for name in before} | inner
    assert [each["label"] for each in walked(changed) if each.get("label", "").startswith("👍")] == ["👍", "👍 1", "👍"]
