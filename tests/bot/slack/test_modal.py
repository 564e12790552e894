import json
from typing import Any

from hypothesis import given

from bot.forms import Field, FieldKind, Form, FormName, Mistake, Option
from bot.replies import Card, Reply
from bot.slack.modal import errors, loading, modal, options, said
from bot.slack.submitted import field_blocks
from tests.bot.told import ANY, FORMS, HOSTILE, REPLIES
from tests.fakes.block_kit import check_view

DAILY, WEEKLY = Option(value="daily", label="Daily"), Option(value="weekly", label="Weekly")


def field(kind: FieldKind, **changes: object) -> Field:
    return Field(name="it", label="It", kind=kind).model_copy(update=changes)


def block(told: Field) -> dict[str, Any]:
    view = modal(Form(name=FormName.FOLLOW, title="Follow", fields=(told,)))
    check_view(view)
    (only,) = view["blocks"]
    assert isinstance(only, dict)
    return only


def test_a_form_is_a_modal_that_carries_its_name_and_context() -> None:
    form = Form(
        name=FormName.FOLLOW,
        title="Follow a topic",
        fields=(field(FieldKind.TEXT), field(FieldKind.TIME, name="at", value=("09:00",))),
        intro=Reply(text="Above"),
        outro=Reply(cards=(Card(title="Below"),)),
        submit="Follow",
        context="id",
    )
    view = modal(form)
    check_view(view)
    assert [each["type"] for each in view["blocks"]] == ["rich_text", "input", "input", "divider", "rich_text"]
    assert field_blocks(view) == ("it", "at")
    assert json.loads(view["private_metadata"]) == {"form": "follow", "context": "id"}
    assert (view["title"]["text"], view["submit"]["text"]) == ("Follow a topic", "Follow")


def test_a_text_that_is_live_is_told_of_when_enter_is_pressed() -> None:
    told = block(field(FieldKind.TEXT, live=True, value=("graphs",), longest=10, placeholder="Words", required=False))
    assert told["dispatch_action"] is True
    assert told["optional"] is True
    assert told["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_enter_pressed"]}
    assert (told["element"]["initial_value"], told["element"]["max_length"]) == ("graphs", 10)


def test_a_few_choices_are_shown_at_once_and_more_in_a_menu() -> None:
    few = block(field(FieldKind.CHOICE, options=(DAILY, WEEKLY), value=("weekly",)))["element"]
    many = block(field(FieldKind.CHOICE, options=tuple(Option(value=f"{n}", label=f"{n}") for n in range(9))))[
        "element"
    ]
    assert (few["type"], few["initial_option"]["value"]) == ("radio_buttons", "weekly")
    assert (many["type"], "initial_option" in many) == ("static_select", False)


def test_options_in_other_words_are_another_block_so_that_slack_forgets_the_old_words() -> None:
    blocks = [
        block(field(FieldKind.CHOICE, options=(Option(value="suggested", label=told),)))
        for told in ("Suggested: 0.44", "Suggested: 0.30", "Suggested: 0.30")
    ]
    assert blocks[0]["block_id"] != blocks[1]["block_id"] == blocks[2]["block_id"]
    assert [each["element"]["action_id"] for each in blocks] == ["it"] * 3


def test_what_is_filled_in_of_suggestions_is_shown_with_its_label() -> None:
    told = field(FieldKind.SUGGESTS, options=(Option(value="cs.CL", label="Language"),), value=("cs.CL", "cs.AI"))
    chosen = block(told)["element"]["initial_options"]
    assert [each["text"]["text"] for each in chosen] == ["Language", "cs.AI"]


def test_a_box_may_be_left_empty() -> None:
    told = block(field(FieldKind.TOGGLE, value=("yes",)))
    assert told["optional"] is True
    assert told["element"]["initial_options"][0]["value"] == "yes"


def test_a_time_that_is_none_is_not_filled_in() -> None:
    assert "initial_time" not in block(field(FieldKind.TIME, value=("25:00",)))["element"]


def test_a_mistake_stands_at_its_field() -> None:
    told = Mistake(field="at", text="Write a time of day like 09:00.")
    assert errors(told, ["it", "at"]) == {"response_action": "errors", "errors": {"at": told.text}}


def test_a_mistake_stands_at_its_field_whatever_its_options_are() -> None:
    told = block(field(FieldKind.CHOICE, options=(DAILY, WEEKLY)))
    assert errors(Mistake(field="it", text="No."), ["at", told["block_id"]])["errors"] == {told["block_id"]: "No."}


def test_a_mistake_of_the_whole_form_or_of_no_field_of_it_stands_at_the_first() -> None:
    for name in ("", "gone"):
        assert errors(Mistake(field=name, text="No."), ["it", "at"])["errors"] == {"it": "No."}


def test_a_mistake_of_a_form_without_fields_takes_its_place() -> None:
    answer = errors(Mistake(field="", text="No."), [])
    assert answer["response_action"] == "update"
    check_view(answer["view"])


def test_a_modal_that_tells_something_has_no_buttons_and_a_title_that_fits() -> None:
    for heading, title in (
        ("You follow “graphs”", "You follow “graphs”"),
        ("A heading " * 9, "Paperboy"),
        ("", "Paperboy"),
    ):
        view = said(Reply(heading=heading, text="It comes daily."))
        check_view(view)
        assert view["title"]["text"] == title


def test_something_is_shown_while_the_form_is_made() -> None:
    check_view(loading("Follow a topic"))


def test_suggestions_of_one_value_are_offered_once() -> None:
    offered = options((DAILY, DAILY, Option(value="x" * 76, label="x"), Option(value="h", label=HOSTILE)))["options"]
    assert [each["value"] for each in offered] == ["daily", "h"]
    assert len(offered[1]["text"]["text"]) <= 75


@ANY
@given(FORMS)
def test_slack_takes_any_form(form: Form) -> None:
    check_view(modal(form))


@ANY
@given(REPLIES)
def test_slack_takes_a_modal_of_any_reply(reply: Reply) -> None:
    check_view(said(reply))
