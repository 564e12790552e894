"""What people choose and fill in, as Discord sends it: only such as it lets through."""

from tests.fakes.discord_state import Json

STRING_SELECT = 3
_TEXT, _LABEL = 4, 18
_MANY = (3, 5, 6, 7, 8, 19, 22)
"""Components that give a list of values."""


def chosen_of(component: Json, wanted: list[str]) -> list[str]:
    """Values of the options that are wanted by value or label."""
    options = component.get("options")
    if options is None:
        return wanted
    by_name = {one["label"]: one["value"] for one in options} | {one["value"]: one["value"] for one in options}
    unknown = [one for one in wanted if one not in by_name]
    assert not unknown, f"{unknown} cannot be chosen: {sorted(by_name)}"
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if component["type"] == 22:
        most = component.get("max_values", len(options))
    least = least if component.get("required", True) else 0
    assert least <= len(wanted) <= most, f"{len(wanted)} are chosen where {least} to {most} may be"
    return [by_name[one] for one in wanted]


def submitted(component: Json, filled: Json) -> Json:
    if component["type"] == _LABEL:
        inner = submitted(component["component"], filled)
        return {"type": _LABEL, "id": component.get("id", 0), "component": inner}
    if component["type"] == 1:
        return {
            "type": 1,
            "id": component.get("id", 0),
            "components": [submitted(one, filled) for one in component["components"]],
        }
    shown: Json = {"type": component["type"], "custom_id": component["custom_id"], "id": component.get("id", 0)}
    given = filled.get(component["custom_id"])
    if component["type"] == _TEXT:
        shown["value"] = _typed(component, component.get("value") or "" if given is None else given)
        return shown
    if given is None:
        chosen = [one["value"] for one in component.get("options") or [] if one.get("default")]
        chosen += [one["id"] for one in component.get("default_values") or []]
    else:
        chosen = chosen_of(component, [given] if isinstance(given, str) else list(given))
    if component["type"] in _MANY:
        return {**shown, "values": chosen}
    if component["type"] == 23:
        return {**shown, "value": bool(given if given is not None else component.get("default"))}
    return {**shown, "value": chosen[0] if chosen else None}


def _typed(component: Json, text: str) -> str:
    required = component.get("required", True)
    assert not (required and not text), f"{component['custom_id']} has to be filled in"
    assert len(text) <= component.get("max_length", 4000), f"{component['custom_id']}: longer than may be typed"
    return text
