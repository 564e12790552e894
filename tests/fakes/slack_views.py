"""views.*: modals are opened with a trigger that lives three seconds and opens one; homes are published."""

import json
from typing import Any

from tests.fakes.block_kit import BlockKitError, check_view, elements, pings
from tests.fakes.slack_sharing import serves
from tests.fakes.slack_state import Grant, Json, Trigger, View
from tests.fakes.slack_stored import stored
from tests.fakes.slack_world import SlackRefusal, World

TRIGGER_SECONDS = 3.0
_MOST_STACKED = 3


def checked(world: World, where: str, view: Any, kind: str) -> Json:
    if not isinstance(view, dict):
        world.violation(f"{where}: the view is no object")
        raise SlackRefusal("invalid_arguments")
    try:
        check_view(view)
    except BlockKitError as error:
        world.violation(f"{where}: {error}")
        raise SlackRefusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {error}"]}) from error
    if view["type"] != kind:
        world.violation(f"{where}: a view of type {view['type']}")
        raise SlackRefusal("invalid_arguments")
    for mention in pings(view["blocks"]):
        if mention not in world.may_ping:
            world.violation(f"{where}: shows {mention} as a mention")
    return view


def shown(world: World, view: View) -> Json:
    """As payloads and answers show it."""
    body, grant = view.body, world.grant_of(view.team)
    return {
        "id": view.id,
        "team_id": world.users[view.user].team,
        "type": body["type"],
        "blocks": _named(view.blocks),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": body.get("title"),
        "submit": body.get("submit"),
        "close": body.get("close"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "previous_view_id": view.previous,
        "root_view_id": view.previous or view.id,
        "app_id": world.config.app_id,
        "app_installed_team_id": view.team,
        "bot_id": grant.bot_id if grant else "B0REVOKED",
    }


def _named(blocks: list[Json]) -> list[Json]:
    return json.loads(json.dumps(blocks))  # type: ignore[no-any-return]


def make(world: World, body: Json, user: str, team: str, previous: str | None = None) -> View:
    """A view as it is seen; blocks and elements that have no name get one, as Slack gives it."""
    view = View(world.new_id("V"), _new_hash(world), team, user, _kept(world, body), previous=previous)
    view.values = _initial(view.blocks, {})
    world.views[view.id] = view
    return view


def replace(world: World, view: View, body: Json) -> None:
    """What people filled in stays where block and element keep their names."""
    before = view.values
    view.body, view.hash = _kept(world, body), _new_hash(world)
    view.values = _initial(view.blocks, before)


def _new_hash(world: World) -> str:
    return f"{world.next_ts()}.{len(world.views)}"


def _kept(world: World, body: Json) -> Json:
    return {**body, "blocks": stored(body["blocks"], world.new_id)}


def _initial(blocks: list[Json], before: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    values: dict[str, dict[str, Json]] = {}
    for block in blocks:
        for element in elements(block):
            if element["type"] in ("button", "overflow", "image"):
                continue
            kept = before.get(block["block_id"], {}).get(element["action_id"])
            same = kept and kept["type"] == element["type"] and _still_there(kept, element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = kept if kept and same else _value(element)
    return values


def _still_there(kept: Json, element: Json) -> bool:
    chosen = [kept["selected_option"]] if kept.get("selected_option") else kept.get("selected_options") or []
    options = element.get("options")
    return options is None or all(option in options for option in chosen)


_VALUES = {
    # type of an element -> the field of its state, the field of what is filled in at first
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "timepicker": ("selected_time", "initial_time"),
    "datepicker": ("selected_date", "initial_date"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
}


def state_field(element: Json) -> str:
    return _VALUES.get(element["type"], ("value", ""))[0]


def _value(element: Json) -> Json:
    name, initial = _VALUES.get(element["type"], ("value", "initial_value"))
    return {"type": element["type"], name: element.get(initial, [] if name == "selected_options" else None)}


def take_trigger(world: World, grant: Grant, given: Json, where: str) -> Trigger:
    name = str(given.get("trigger_id") or given.get("interactivity_pointer"))
    trigger = world.triggers.get(name)
    if trigger is None:
        raise SlackRefusal("invalid_trigger_id")
    if not serves(world, grant, trigger.team):
        world.violation(f"{where}: the trigger is of {trigger.team}, the token of {grant.team or grant.enterprise}")
        raise SlackRefusal("invalid_trigger_id")
    if trigger.used:
        world.violation(f"{where}: a trigger opens one view")
        raise SlackRefusal("exchanged_trigger_id")
    if world.now() - trigger.at > TRIGGER_SECONDS:
        world.violation(f"{where}: the trigger is older than 3 seconds")
        raise SlackRefusal("expired_trigger_id")
    return trigger


def open_(world: World, grant: Grant, given: Json) -> Json:
    body = checked(world, "views.open", given["view"], "modal")
    trigger = take_trigger(world, grant, given, "views.open")
    trigger.used = True
    view = make(world, body, trigger.user, trigger.team)
    trigger.view = view.id
    return {"ok": True, "view": shown(world, view)}


def push(world: World, grant: Grant, given: Json) -> Json:
    body = checked(world, "views.push", given["view"], "modal")
    trigger = take_trigger(world, grant, given, "views.push")
    if trigger.from_view is None:
        raise SlackRefusal("not_found")
    trigger.used = True
    depth, below = 1, world.views[trigger.from_view]
    while below.previous:
        depth, below = depth + 1, world.views[below.previous]
    if depth >= _MOST_STACKED:
        raise SlackRefusal("push_limit_reached")
    view = make(world, body, trigger.user, trigger.team, trigger.from_view)
    trigger.view = view.id
    return {"ok": True, "view": shown(world, view)}


def update(world: World, grant: Grant, given: Json) -> Json:
    body = checked(world, "views.update", given["view"], str(given["view"].get("type")))
    named = world.views.get(str(given.get("view_id")))
    external = given.get("external_id")
    view = named or next((v for v in world.views.values() if external and v.body.get("external_id") == external), None)
    if view is not None and not serves(world, grant, view.team):
        world.violation(f"views.update: the view is of {view.team}, the token of {grant.team or grant.enterprise}")
        view = None
    if view is None or view.closed:
        raise SlackRefusal("not_found")
    if view.body["type"] != body["type"]:
        raise SlackRefusal("invalid_arguments")
    if given.get("hash") and given["hash"] != view.hash:
        raise SlackRefusal("hash_conflict")
    replace(world, view, body)
    return {"ok": True, "view": shown(world, view)}


def publish(world: World, grant: Grant, given: Json) -> Json:
    body = checked(world, "views.publish", given["view"], "home")
    user = world.users.get(str(given["user_id"]))
    if user is None or not serves(world, grant, user.team):
        raise SlackRefusal("user_not_found")
    home = world.homes.get(user.id)
    if given.get("hash") and home and given["hash"] != home.hash:
        raise SlackRefusal("hash_conflict")
    if home is None:
        home = world.homes[user.id] = make(world, body, user.id, user.team)
    else:
        replace(world, home, body)
    return {"ok": True, "view": shown(world, home)}
