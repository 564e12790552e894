"""Small checks that Block Kit's rules are made of. A check is given a value and the path to it, and raises or not."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

Check = Callable[[Any, str], None]
Thing = dict[str, Any]


class BlockKitError(ValueError):
    """What Slack would refuse with invalid_blocks or invalid_arguments; says where, and which rule."""


def refuse(path: str, rule: str) -> NoReturn:
    raise BlockKitError(f"{path}: {rule}")


def string(most: int, *, least: int = 1, pattern: str | None = None) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            refuse(path, f"is to be a string, not {type(value).__name__}")
        try:
            value.encode()
        except UnicodeEncodeError:
            refuse(path, "is not valid Unicode")
        if least and not value.strip():
            refuse(path, "is empty")
        if len(value) > most:
            refuse(path, f"has {len(value)} characters, at most {most} are allowed")
        if pattern and not re.fullmatch(pattern, value):
            refuse(path, f"{value!r} does not have the form {pattern}")

    return check


def url(value: Any, path: str) -> None:
    string(3000, pattern=r"(https?|mailto|slack):\S+")(value, path)


def boolean(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        refuse(path, "is to be true or false")


def integer(least: int, most: int) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            refuse(path, f"is to be a number from {least} to {most}")

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, path: str) -> None:
        if value not in allowed:
            refuse(path, f"{value!r} is none of {', '.join(allowed)}")

    return check


def listing(each: Check, *, least: int = 1, most: int) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            refuse(path, "is to be a list")
        if not least <= len(value) <= most:
            refuse(path, f"has {len(value)} items, {least} to {most} are allowed")
        for number, item in enumerate(value):
            each(item, f"{path}[{number}]")

    return check


def mapping(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *, type_: str = "") -> Check:
    """An object with these fields and no others; ``type`` is allowed, and to be ``type_``, where that is given."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            refuse(path, "is to be an object")
        if type_ and value.get("type") != type_:
            refuse(path, f"is to be of type {type_}")
        for name in required:
            if value.get(name) is None:
                refuse(path, f"lacks {name}")
        for name, part in value.items():
            if name == "type" and type_:
                continue
            if name not in known:
                refuse(path, f"may not have {name}")
            known[name](part, f"{path}.{name}")

    return check


def kinds(checks: Mapping[str, Check], what: str) -> Check:
    """One of several objects, told apart by their type."""

    def check(value: Any, path: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in checks:
            refuse(path, f"{kind!r} is no {what}; there are {', '.join(checks)}")
        checks[str(kind)](value, path)

    return check


def plain_text(most: int) -> Check:
    return mapping({"text": string(most)}, {"emoji": boolean}, type_="plain_text")


def any_text(most: int) -> Check:
    mrkdwn = mapping({"text": string(most)}, {"verbatim": boolean}, type_="mrkdwn")
    return kinds({"plain_text": plain_text(most), "mrkdwn": mrkdwn}, "text object")
