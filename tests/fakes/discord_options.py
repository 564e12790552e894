"""Options of a command, as Discord sends them: only such as it lets through."""

from typing import Any

from tests.fakes.discord_state import Channel, Json, User

GROUPS = (1, 2)
"""Options that are subcommands or groups of them."""


def named(command: Json) -> Json:
    shown = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return {**shown, "guild_id": command["guild_id"]} if "guild_id" in command else shown


def options_of(path: tuple[list[Json], Json], given: Json, *, focused: str = "") -> list[Json]:
    way, leaf = path
    known = {one["name"]: one for one in leaf.get("options") or [] if one["type"] not in GROUPS}
    given = {name if name in known else name.replace("_", "-"): value for name, value in given.items()}
    assert set(given) <= set(known), f"{leaf['name']} has no {sorted(set(given) - set(known))}: {sorted(known)}"
    missing = [name for name, one in known.items() if one.get("required") and name not in given and not focused]
    assert not missing, f"{leaf['name']} wants {missing}"
    shown = [_option(known[name], value, focused == name) for name, value in given.items()]
    for one in reversed(way):
        shown = [{"name": one["name"], "type": one["type"], "options": shown}]
    return shown


def _option(known: Json, value: Any, focused: bool) -> Json:
    if isinstance(value, Channel):
        kinds = known.get("channel_types") or [value.type]
        assert value.type in kinds, f"{known['name']} takes no channel of type {value.type}: {kinds}"
    if isinstance(value, Channel | User):
        value = str(value.id)
    for choice in known.get("choices") or []:
        if value in (choice["name"], choice["value"]):
            value = choice["value"]
            break
    else:
        assert not known.get("choices"), f"{known['name']} is none of {known['choices']}: {value}"
    if isinstance(value, str) and not focused and known["type"] == 3:
        assert known.get("min_length", 0) <= len(value) <= known.get("max_length", 6000), f"{known['name']}: its length"
    shown = {"name": known["name"], "type": known["type"], "value": value}
    return {**shown, "focused": True} if focused else shown
