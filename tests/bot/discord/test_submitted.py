"""What was filled in, read from a modal and understood."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.category_field import suggested_categories
from bot.discord.drafts import filled_of, with_values
from bot.discord.modal import modal
from bot.discord.submitted import typed
from bot.discord.understanding import taken
from bot.forms import Field, FieldKind, Form, FormName, Option
from bot.rhythm_fields import ZONE
from bot.typed_hours import typed_hour
from bot.zones import suggested_zones
from papers.errors import BadInput
from tests.bot.discord.forms import FOLLOW, NOW, SETTINGS, digest


async def suggest(name: str, words: str) -> tuple[Option, ...]:
    return suggested_zones(words, NOW, most=25) if name == ZONE else suggested_categories(words, most=25)


def handed_in(form: Form, page: int, **values: Any) -> list[dict[str, Any]]:
    """The components that Discord sends with a modal that was filled in."""
    sent = []
    for number, labelled in enumerate(modal(form, "key", page)["components"], start=1):
        field = labelled["component"]
        name = field["custom_id"]
        told: dict[str, Any] = {"type": field["type"], "id": 2 * number, "custom_id": name}
        if field["type"] == 3:
            chosen = [option["value"] for option in field["options"] if option.get("default")]
            told["values"] = [values[name]] if name in values else chosen
        elif field["type"] == 23:
            told["value"] = values.get(name, field["default"])
        else:
            told["value"] = values.get(name, field.get("value", ""))
        sent.append({"type": 18, "id": 2 * number - 1, "component": told})
    return sent


async def filled(form: Form, page: int, **values: Any) -> tuple[Form, str]:
    """The form after this was handed in, and the mistake that is told."""
    after, mistake = await taken(form, page, typed(handed_in(form, page, **values)), suggest)
    return after, mistake.text if mistake else ""


async def test_a_page_that_is_handed_in_as_it_was_changes_nothing() -> None:
    for form in (FOLLOW, SETTINGS, digest("cs.CL", "cs.AI")):
        for page in range(2 if form is not SETTINGS else 1):
            assert await filled(form, page) == (form, "")


async def test_what_was_filled_in_is_taken_and_the_other_page_stays() -> None:
    form, mistake = await filled(digest(), 0, top="5", categories="cs.CL, robotics", empty=True)
    assert not mistake
    assert filled_of(form).values == {
        "cadence": ("daily",),
        "hour": ("09:00",),
        "zone": ("UTC",),
        "top": ("5",),
        "categories": ("cs.CL", "cs.RO"),
        "empty": ("yes",),
    }
    form, mistake = await filled(form, 1, cadence="weekly-monday", hour="5pm", zone="Berlin")
    assert not mistake
    assert (filled_of(form).one("hour"), filled_of(form).one("zone")) == ("17:00", "Europe/Berlin")
    assert filled_of(form).values["categories"] == ("cs.CL", "cs.RO")


async def test_a_field_that_was_emptied_is_empty() -> None:
    form, mistake = await filled(digest("cs.CL"), 0, categories="", empty=False)
    assert not mistake
    assert filled_of(form).values.keys() & {"categories", "empty"} == set()


async def test_a_zone_that_is_none_is_asked_for_again_and_stays_as_it_was_typed() -> None:
    form, mistake = await filled(FOLLOW, 1, zone="Atlantis")
    assert mistake.startswith("“Atlantis” is not known.")
    assert filled_of(form).one("zone") == "Atlantis"
    assert form_field(form, "hour").value == ("09:00",)


async def test_of_several_that_fit_the_nearest_are_named() -> None:
    _, mistake = await filled(FOLLOW, 1, zone="America")
    assert mistake.startswith("“America” may be one of several. Write one of these: America/")


async def test_a_language_is_typed_by_its_name_its_beginning_or_its_tag() -> None:
    for written, tag in (("Deutsch", "de"), ("deut", "de"), ("DE", "de"), ("zh-Hans", "zh-Hans")):
        form, mistake = await filled(SETTINGS, 0, language=written)
        assert not mistake
        assert filled_of(form).one("language") == tag
    _, mistake = await filled(SETTINGS, 0, language="Português")
    assert "Português (Brasil), Português (Portugal)" in mistake


async def test_a_category_that_is_none_is_asked_for_again_and_the_others_are_taken() -> None:
    form, mistake = await filled(digest(), 0, categories="cs.CL, zz.ZZ")
    assert mistake.startswith("“zz.ZZ” is none of arXiv’s categories")
    assert form_field(form, "categories").value == ("cs.CL", "zz.ZZ")


async def test_categories_are_typed_by_their_names_or_pasted_and_those_there_stay_whatever_they_are() -> None:
    typed = "Computation and Language (cs.CL), nlp, Machine Learning"
    form, mistake = await filled(digest(), 0, categories=typed)
    assert not mistake
    assert form_field(form, "categories").value == ("cs.CL", "cs.LG", "stat.ML")
    form, mistake = await filled(digest("our own", "cs.XX"), 0, categories="our own, cs.XX, nlp")
    assert not mistake
    assert form_field(form, "categories").value == ("our own", "cs.XX", "cs.CL")


async def test_fields_of_other_pages_and_of_no_form_are_passed_over() -> None:
    forged = {"topic": ("doors",), "cadence": ("weekly-monday",), "nothing": ("x",)}
    form, _ = await taken(FOLLOW, 0, forged, suggest)
    assert (filled_of(form).one("topic"), filled_of(form).one("cadence")) == ("doors", "daily")
    assert await taken(FOLLOW, 7, forged, suggest) == (FOLLOW, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9", "09:00"),
        ("9:00", "09:00"),
        ("09:00", "09:00"),
        ("9.30", "09:30"),
        ("17h30", "17:30"),
        ("9am", "09:00"),
        ("9 AM", "09:00"),
        ("9:15 p.m.", "21:15"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("noon", "12:00"),
        ("Midnight", "00:00"),
        ("7 o’clock", "07:00"),
        ("at 7", "07:00"),
        ("0730", "07:30"),
        ("25:00", None),
        ("13pm", None),
        ("0am", None),
        ("9:5", None),
        ("9960", None),
        ("7:00 CET", None),
        ("٩:٠٠", None),
        ("", None),
    ],
)
def test_an_hour_as_people_write_it(written: str, meant: str | None) -> None:
    assert typed_hour(written) == meant


async def test_an_hour_that_is_none_is_asked_for_again_and_stays_as_it_was_typed() -> None:
    form, mistake = await filled(FOLLOW, 1, hour="25:00")
    assert mistake == "“25:00” is no time of day. Write a time of day like 09:00 or 17:30."
    assert filled_of(form).one("hour") == "25:00"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("berln", "Is it one of these? Europe/Berlin"),
        ("Xyzzy", "Write a city, as in Berlin or New York, or how far it is from UTC, as in UTC+2."),
        ("UTC+25", "Write a city"),
    ],
)
async def test_a_zone_that_is_none_is_answered_with_what_to_write(written: str, told: str) -> None:
    _, mistake = await filled(FOLLOW, 1, zone=written)
    assert mistake.startswith(f"“{written}” is not known.")
    assert told in mistake


@pytest.mark.parametrize(("written", "zone"), [("London time", "Europe/London"), ("Eastern", "America/New_York")])
async def test_a_zone_may_be_called_a_time(written: str, zone: str) -> None:
    form, mistake = await filled(FOLLOW, 1, zone=written)
    assert (filled_of(form).one("zone"), mistake) == (zone, "")


@pytest.mark.parametrize("everything", ["all", "Everything", "*", "none"])
async def test_all_categories_are_no_narrowing(everything: str) -> None:
    form, mistake = await filled(digest("cs.CL"), 0, categories=everything)
    assert (form_field(form, "categories").value, mistake) == ((), "")


def test_texts_are_on_one_line_without_what_hides() -> None:
    sent = handed_in(FOLLOW, 0, topic=" a\nb\u202ec\x00 ")
    assert typed(sent)["topic"] == ("a bc",)


def test_rows_of_old_modals_and_texts_between_are_read_too() -> None:
    sent = [
        {"type": 1, "components": [{"type": 4, "custom_id": "topic", "value": "doors"}]},
        {"type": 10, "id": 3},
    ]
    assert typed(sent) == {"topic": ("doors",)}


@pytest.mark.parametrize(
    "forged",
    [
        None,
        {},
        "x",
        [None],
        [{"type": 18}],
        [{"type": 18, "component": {"type": 4, "custom_id": 1, "value": "x"}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "topic", "value": ["x"]}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "topic", "value": "x" * 4001}}],
        [{"type": 18, "component": {"type": 3, "custom_id": "topic", "values": "x"}}],
        [{"type": 18, "component": {"type": 3, "custom_id": "topic", "values": [{}]}}],
        [{"type": 18, "component": {"type": 23, "custom_id": "topic", "value": "yes"}}],
        [{"type": 1, "components": []}],
        [{"type": 10}] * 26,
    ],
)
def test_what_is_no_page_of_ours_is_refused_in_a_sentence(forged: Any) -> None:
    with pytest.raises(BadInput, match="open it again"):
        typed(forged)


@given(
    st.recursive(
        st.none() | st.booleans() | st.sampled_from([1, 3, 4, 10, 18, 23]) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "component", "components", "custom_id", "value", "values"]), inner
            )
        ),
        max_leaves=15,
    )
)
def test_anything_is_read_or_refused(forged: Any) -> None:
    try:
        typed(forged)
    except BadInput:
        return


@given(st.text(max_size=60))
async def test_whatever_is_typed_is_taken_or_asked_for_again(words: str) -> None:
    given_words = {"zone": (words,), "hour": (words,), "cadence": (words,)}
    form, mistake = await taken(FOLLOW, 1, given_words, suggest)
    assert mistake is None or mistake.field in {"zone", "hour", "cadence"}
    assert [field.name for field in form.fields] == [field.name for field in FOLLOW.fields]


async def test_without_suggestions_what_was_there_is_still_known() -> None:
    async def nothing(name: str, words: str) -> tuple[Option, ...]:
        return ()

    form, mistake = await taken(FOLLOW, 1, {"zone": ("utc",), "hour": ("9",), "cadence": ("daily",)}, nothing)
    assert mistake is None
    assert filled_of(form).one("zone") == "UTC"


async def test_a_choice_without_options_is_asked_for() -> None:
    empty = Field(name="it", label="It", kind=FieldKind.CHOICE)
    form = Form(name=FormName.FOLLOW, title="x", fields=(empty,))
    _, mistake = await taken(form, 0, {"it": ("x",)}, suggest)
    assert mistake is not None


def form_field(form: Form, name: str) -> Field:
    return next(field for field in with_values(form, {}).fields if field.name == name)
