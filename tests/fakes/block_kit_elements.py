"""The interactive elements of Block Kit, and which block takes which (docs.slack.dev/reference/block-kit)."""

from typing import Any

from tests.fakes.block_kit_checks import (
    Check,
    any_text,
    boolean,
    integer,
    listing,
    mapping,
    one_of,
    plain_text,
    refuse,
    string,
    url,
)

CONFIRM = mapping(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = mapping({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75)})
RICH_OPTION = mapping({"text": any_text(75), "value": string(150)}, {"description": any_text(75)})
OVERFLOW_OPTION = mapping({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75), "url": url})
_GROUP = mapping({"label": plain_text(75), "options": listing(OPTION, most=100)})

_ID = {"action_id": string(255)}
_ASKED = _ID | {"confirm": CONFIRM, "focus_on_load": boolean}
_MENU = _ASKED | {"placeholder": plain_text(150)}
_CHANNELS = {"default_to_current_conversation": boolean, "response_url_enabled": boolean, "filter": mapping({}, {})}
_DISPATCH = mapping(
    {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), most=2)},
)
_TYPED = _ID | {
    "focus_on_load": boolean,
    "placeholder": plain_text(150),
    "dispatch_action_config": _DISPATCH,
}
_SEVERAL = {"max_selected_items": integer(1, 100)}
_REFERENCE = string(255)


def _menu(type_: str, *, several: bool = False) -> Check:
    options = listing(OPTION, most=100)
    chosen: dict[str, Check] = (
        {"initial_options": listing(OPTION, most=100), **_SEVERAL} if several else {"initial_option": OPTION}
    )
    shape = mapping({}, _MENU | chosen | {"options": options, "option_groups": listing(_GROUP, most=100)}, type_=type_)

    def check(value: Any, path: str) -> None:
        shape(value, path)
        if ("options" in value) == ("option_groups" in value):
            refuse(path, "is to have either options or option_groups")
        given = value.get("options") or [option for group in value["option_groups"] for option in group["options"]]
        _check_chosen(value, given, path)

    return check


def _external(type_: str, *, several: bool = False) -> Check:
    chosen: dict[str, Check] = (
        {"initial_options": listing(OPTION, most=100), **_SEVERAL} if several else {"initial_option": OPTION}
    )
    return mapping({}, _MENU | chosen | {"min_query_length": integer(0, 3000)}, type_=type_)


def _buttons(type_: str, chosen: dict[str, Check]) -> Check:
    shape = mapping({"options": listing(RICH_OPTION, most=10)}, _ASKED | chosen, type_=type_)

    def check(value: Any, path: str) -> None:
        shape(value, path)
        _check_chosen(value, value["options"], path)

    return check


def _check_chosen(element: dict[str, Any], options: list[Any], path: str) -> None:
    values = [option["value"] for option in options]
    if len(set(values)) != len(values):
        refuse(path, "has two options of one value")
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    if any(option not in options for option in chosen):
        refuse(path, "has an initial option that is not exactly one of its options")
    if len(chosen) > element.get("max_selected_items", 100):
        refuse(path, "has more initial options than max_selected_items")


def _people(type_: str, field: str, *, more: dict[str, Check] | None = None) -> Check:
    several = type_.startswith("multi_")
    chosen: dict[str, Check] = {f"initial_{field}": listing(_REFERENCE, most=100) if several else _REFERENCE}
    return mapping({}, _MENU | chosen | (_SEVERAL if several else {}) | (more or {}), type_=type_)


def _text_input(value: Any, path: str) -> None:
    mapping(
        {},
        _TYPED
        | {
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        type_="plain_text_input",
    )(value, path)
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        refuse(path, "has a min_length above its max_length")
    if len(value.get("initial_value", "")) > most:
        refuse(path, "has an initial_value above its max_length")


BUTTON = mapping(
    {"text": plain_text(75)},
    _ID
    | {
        "url": url,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    type_="button",
)
IMAGE = mapping({"alt_text": string(2000), "image_url": url}, type_="image")
_TIME = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
_DATE = string(10, pattern=r"\d{4}-\d\d-\d\d")

MENUS: dict[str, Check] = {
    "static_select": _menu("static_select"),
    "external_select": _external("external_select"),
    "users_select": _people("users_select", "user"),
    "channels_select": _people("channels_select", "channel", more={"response_url_enabled": boolean}),
    "conversations_select": _people("conversations_select", "conversation", more=_CHANNELS),
}
MULTI_MENUS: dict[str, Check] = {
    "multi_static_select": _menu("multi_static_select", several=True),
    "multi_external_select": _external("multi_external_select", several=True),
    "multi_users_select": _people("multi_users_select", "users"),
    "multi_channels_select": _people("multi_channels_select", "channels"),
    "multi_conversations_select": _people("multi_conversations_select", "conversations", more=_CHANNELS),
}
CHOICES: dict[str, Check] = {
    "checkboxes": _buttons("checkboxes", {"initial_options": listing(RICH_OPTION, most=10)}),
    "radio_buttons": _buttons("radio_buttons", {"initial_option": RICH_OPTION}),
    "datepicker": mapping({}, _MENU | {"initial_date": _DATE}, type_="datepicker"),
    "timepicker": mapping({}, _MENU | {"initial_time": _TIME, "timezone": string(100)}, type_="timepicker"),
}
OVERFLOW = mapping({"options": listing(OVERFLOW_OPTION, most=5)}, _ID | {"confirm": CONFIRM}, type_="overflow")
_DATE_TIME = mapping({}, _ASKED | {"initial_date_time": integer(10**9, 10**10 - 1)}, type_="datetimepicker")
_TYPED_ONLY: dict[str, Check] = {
    "plain_text_input": _text_input,
    "email_text_input": mapping({}, _TYPED | {"initial_value": string(3000)}, type_="email_text_input"),
    "url_text_input": mapping({}, _TYPED | {"initial_value": url}, type_="url_text_input"),
    "number_input": mapping(
        {"is_decimal_allowed": boolean},
        _TYPED | {"initial_value": string(100), "min_value": string(100), "max_value": string(100)},
        type_="number_input",
    ),
}

ACCESSORIES: dict[str, Check] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "image": IMAGE,
    **MENUS,
    **MULTI_MENUS,
    **CHOICES,
}
IN_ACTIONS: dict[str, Check] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    **MENUS,
    **CHOICES,
    "datetimepicker": _DATE_TIME,
}
INPUTS: dict[str, Check] = {**MENUS, **MULTI_MENUS, **CHOICES, "datetimepicker": _DATE_TIME, **_TYPED_ONLY}
