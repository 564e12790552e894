"""A form's pages, its message, and its modals."""

from typing import Any

import pytest
from hypothesis import given

from bot.discord.components import Kind, walked
from bot.discord.drafts import Drafts, filled_of, is_live, with_values
from bot.discord.form_message import form_message
from bot.discord.form_pages import pages
from bot.discord.layout import Rendered
from bot.discord.modal import modal
from bot.discord.view import modal_of
from bot.forms import Field, FieldKind, Form, FormName, Mistake, Option
from bot.replies import Card, Reply
from papers.asked import AskedTexts
from papers.errors import BadInput
from tests.bot.discord.forms import FOLLOW, SETTINGS, digest
from tests.bot.told import ANY, FORMS, HOSTILE
from tests.fakes.discord_rules import check_message, check_modal, does

DAILY, WEEKLY = Option(value="daily", label="Daily"), Option(value="weekly", label="Weekly")
WHAT = Mistake(field="topic", text="Write a few words.")


def element(field: Field) -> dict[str, Any]:
    made = modal(Form(name=FormName.FOLLOW, title="Follow", fields=(field,)), "key", 0)
    check_modal(made)
    (only,) = made["components"]
    found: dict[str, Any] = only["component"]
    return found


def field(kind: FieldKind, **changes: object) -> Field:
    return Field(name="it", label="It", kind=kind).model_copy(update=changes)


def texts(rendered: Rendered) -> str:
    return "\n".join(each["content"] for each in walked(rendered.components) if each["type"] == Kind.TEXT)


def buttons(rendered: Rendered) -> list[dict[str, Any]]:
    return [each for each in walked(rendered.components) if each["type"] == Kind.BUTTON]


# pages


def test_what_it_is_about_and_when_it_comes_are_pages_of_their_own() -> None:
    what, when = pages(FOLLOW)
    assert (what.label, [each.name for each in what.fields]) == (
        "What…",
        ["topic", "threshold", "excluded", "authors", "categories"],
    )
    assert (when.label, [each.name for each in when.fields]) == ("When…", ["cadence", "hour", "zone"])
    assert [len(page.fields) for page in pages(digest())] == [3, 3]


def test_a_short_form_is_one_page() -> None:
    (only,) = pages(SETTINGS)
    assert only.fields == SETTINGS.fields


def test_a_page_has_five_fields_at_most() -> None:
    many = FOLLOW.model_copy(update={"fields": tuple(field(FieldKind.TEXT, name=f"f{n}") for n in range(12))})
    assert [len(page.fields) for page in pages(many)] == [5, 5, 2]
    assert len({page.label for page in pages(many)}) == 3


# the message


def test_the_message_tells_what_is_filled_in_and_what_that_would_bring() -> None:
    preview = Reply(heading="Last week", text="92 papers.", cards=(Card(title="Bookworm", byline="nearness 0.57"),))
    shown = form_message(FOLLOW.model_copy(update={"outro": preview}), "key")
    check_message(shown.components)
    told = texts(shown).split("\n")
    assert told[0] == "## Follow a topic"
    assert "**About:** graphs that learn" in told
    assert "**How often:** Daily" in told
    assert "**Time zone:** UTC (UTC+00\\:00)" in told
    assert told[-4:] == ["### Last week", "92 papers.", "**Bookworm**", "-# nearness 0.57"]
    assert not any("authors" in line for line in told)


def test_whoever_is_content_presses_once() -> None:
    shown = [(each["label"], each["custom_id"], each["style"]) for each in buttons(form_message(FOLLOW, "key"))]
    assert shown == [("What…", "pbf:key:0", 2), ("When…", "pbf:key:1", 2), ("Follow", "pbf:key:ok", 1)]


def test_a_form_that_lacks_something_leads_to_its_page_first() -> None:
    lacking = with_values(digest(), {"top": ()})
    what, when, submit = buttons(form_message(lacking, "key"))
    assert (what["style"], when["style"]) == (1, 2)
    assert submit["disabled"] is True
    assert "**How many papers:** …" in texts(form_message(lacking, "key"))


def test_a_box_is_told_as_yes_or_no() -> None:
    assert "**Say so on a day without news:** no" in texts(form_message(digest(), "key"))
    ticked = with_values(digest(), {"empty": ("yes",)})
    assert "**Say so on a day without news:** yes" in texts(form_message(ticked, "key"))


def test_a_mistake_stands_above_with_the_name_of_its_field() -> None:
    assert "**About:** Write a few words." in texts(form_message(FOLLOW, "key", WHAT))
    whole = texts(form_message(FOLLOW, "key", Mistake(field="", text="Not now.")))
    assert "⚠️ Not now." in whole


@ANY
@given(FORMS)
def test_discord_takes_the_message_of_any_form(form: Form) -> None:
    for mistake in (None, Mistake(field="field-0", text=HOSTILE * 20)):
        shown = form_message(form, "k" * 24, mistake)
        check_message(shown.components)
        assert not any(does(text) for text in texts(shown).split("\n"))


# modals


def test_a_page_is_a_modal_with_what_is_filled_in() -> None:
    made = modal(FOLLOW, "key", 0)
    check_modal(made)
    assert (made["title"], made["custom_id"]) == ("Follow a topic", "pbf:key:0")
    topic, threshold, *_ = made["components"]
    assert topic["label"] == "About"
    assert topic["component"]["value"] == "graphs that learn"
    assert threshold["component"]["type"] == Kind.SELECT
    assert [each["value"] for each in threshold["component"]["options"] if each.get("default")] == ["suggested"]


def test_a_time_and_a_zone_are_typed() -> None:
    made = modal(FOLLOW, "key", 1)
    check_modal(made)
    assert [each["component"].get("value") for each in made["components"]] == [None, "09:00", "UTC"]


def test_several_of_many_are_typed_with_commas() -> None:
    made = modal(digest("cs.CL", "cs.AI"), "key", 0)
    shown = next(each for each in made["components"] if each["component"]["custom_id"] == "categories")
    assert shown["component"]["value"] == "cs.CL, cs.AI"
    assert shown["description"].startswith("With commas")
    assert shown["component"]["required"] is False


def test_a_choice_of_more_than_a_menu_holds_is_typed() -> None:
    assert element(SETTINGS.fields[-1])["type"] == Kind.TEXT_INPUT
    assert element(field(FieldKind.CHOICE, options=(DAILY, WEEKLY)))["type"] == Kind.SELECT


def test_a_choice_that_is_typed_shows_what_is_chosen_by_its_name() -> None:
    assert element(SETTINGS.fields[-1])["value"] == "Deutsch"


def test_a_box_may_be_left_empty() -> None:
    assert element(field(FieldKind.TOGGLE, value=("yes",))) == {"type": 23, "custom_id": "it", "default": True}


def test_a_choice_that_is_required_must_be_made() -> None:
    menu = element(field(FieldKind.CHOICE, options=(DAILY, WEEKLY), required=False))
    assert (menu["required"], menu["min_values"]) == (False, 0)
    menu = element(field(FieldKind.CHOICE, options=(DAILY, WEEKLY)))
    assert (menu["required"], menu["min_values"]) == (True, 1)


def test_a_form_has_no_other_pages() -> None:
    for page in (-1, 2, 99):
        with pytest.raises(BadInput):
            modal(FOLLOW, "key", page)


async def test_discord_py_sends_the_modal_as_it_was_made() -> None:
    made = modal(FOLLOW, "key", 0)
    shown = modal_of(made)
    assert shown.to_dict() == made
    assert shown.is_finished()


@ANY
@given(FORMS)
def test_discord_takes_every_page_of_any_form(form: Form) -> None:
    for number in range(len(pages(form))):
        check_modal(modal(form, "k" * 24, number))


# drafts


async def test_a_draft_is_kept_for_a_day(redis: Any) -> None:
    drafts = Drafts(AskedTexts(redis))
    key = await drafts.keep(FOLLOW)
    assert await drafts.form(key) == FOLLOW
    assert 86_000 < await redis.ttl(f"pb:asked:{key}") <= 86_400


async def test_a_draft_that_is_gone_or_was_never_one_is_refused(redis: Any) -> None:
    asked = AskedTexts(redis)
    for key in ("gone", await asked.keep("no form"), "", "ü"):
        with pytest.raises(BadInput):
            await Drafts(asked).form(key)


def test_what_is_handed_in_is_what_is_filled_in() -> None:
    changed = with_values(FOLLOW, {"topic": ("doors",), "categories": ("cs.CL",), "nothing": ("x",)})
    filled = filled_of(changed)
    assert filled.name is FormName.FOLLOW
    assert (filled.one("topic"), filled.one("categories"), filled.one("cadence")) == ("doors", "cs.CL", "daily")
    assert "nothing" not in filled.values
    assert "authors" not in filled.values
    assert filled_of(digest()).context == "discord:12"


def test_only_a_form_with_a_preview_is_made_anew() -> None:
    assert is_live(FOLLOW)
    assert not is_live(SETTINGS)
