"""Requests held against Discord's own description of its API (OpenAPI 3.1).

The description is no part of this project; where it is not there, nothing is checked here.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.discord_state import Json

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "discord-openapi.json"
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_NEWER = {"nsfw", "dm_permission", "tts", "allowed_mentions", "attachments"}
"""Fields that Discord takes, or passes over, where its description does not name them."""


@cache
def described() -> Json:
    return json.loads(SPEC.read_text()) if SPEC.exists() else {}


def described_routes() -> set[str]:
    """``POST /channels/{channel_id}/messages`` and all others that there are."""
    return {
        f"{method.upper()} {path}"
        for path, operations in described().get("paths", {}).items()
        for method in operations
        if method != "parameters"
    }


@cache
def _body_of(route: str) -> Json | None:
    method, _, path = route.partition(" ")
    operation = described().get("paths", {}).get(path, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {})
    found: Json | None = content.get("application/json", {}).get("schema")
    return found


def mistakes_in(route: str, body: Any) -> list[str]:
    """``components.0.label: longer than 80``; nothing where the body is as described, or nothing is described."""
    schema = _body_of(route)
    return list(_mistakes(schema, body, "")) if schema is not None else []


def _mistakes(schema: Json, value: Any, at: str) -> Iterator[str]:
    schema = _resolved(schema)
    where = at.strip(".") or "body"
    kinds = schema.get("type")
    if kinds is not None and not _is(value, kinds, schema):
        yield f"{where}: {_shown(value)} is no {kinds}"
        return
    allowed = [schema["const"]] if "const" in schema else schema.get("enum")
    if allowed is not None and value not in allowed:
        yield f"{where}: {_shown(value)} is not one of {allowed[:12]}"
    for part in schema.get("allOf", []):
        yield from _mistakes(part, value, at)
    branches = schema.get("oneOf") or schema.get("anyOf")
    if branches:
        yield from _of_the_nearest(branches, value, at)
    if isinstance(value, str):
        yield from _of_text(schema, value, where)
    elif isinstance(value, list):
        yield from _of_list(schema, value, at, where)
    elif isinstance(value, dict):
        yield from _of_object(schema, value, at)
    elif isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{where}: {value} is out of range"


def _of_the_nearest(branches: list[Json], value: Any, at: str) -> list[str]:
    """Nothing if one of them fits; else the mistakes of the one that is meant: of its type, else with the fewest."""
    meant = [branch for branch in branches if _of_this_type(branch, value)] or branches
    tried = []
    for branch in meant:
        found = list(_mistakes(branch, value, at))
        if not found:
            return []
        tried.append(found)
    return min([found for found in tried if not found[0].endswith(" is no null")] or tried, key=len)


def _of_this_type(branch: Json, value: Any) -> bool:
    """Whether the field ``type`` of an object, or what it is itself, speaks for a branch."""
    branch = _resolved(branch)
    if not isinstance(value, dict):
        return _is(value, branch["type"], branch) if "type" in branch else True
    kind = _resolved(branch.get("properties", {}).get("type", {}))
    allowed = [kind["const"]] if "const" in kind else kind.get("enum")
    return allowed is None or value.get("type") in allowed


def _of_text(schema: Json, value: str, where: str) -> Iterator[str]:
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{where}: longer than {schema['maxLength']}"
    if len(value) < schema.get("minLength", 0):
        yield f"{where}: shorter than {schema['minLength']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where}: {_shown(value)} is not as {schema['pattern']}"


def _of_list(schema: Json, value: list[Any], at: str, where: str) -> Iterator[str]:
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{where}: more than {schema['maxItems']}"
    if len(value) < schema.get("minItems", 0):
        yield f"{where}: fewer than {schema['minItems']}"
    if schema.get("uniqueItems") and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        yield f"{where}: twice the same"
    for number, item in enumerate(value) if "items" in schema else ():
        yield from _mistakes(schema["items"], item, f"{at}.{number}")


def _of_object(schema: Json, value: Json, at: str) -> Iterator[str]:
    fields = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{at}.{name}: lacks".strip(".")
    more = schema.get("additionalProperties")
    for name, item in value.items():
        if name in fields:
            yield from _mistakes(fields[name], item, f"{at}.{name}")
        elif isinstance(more, dict):
            yield from _mistakes(more, item, f"{at}.{name}")
        elif fields and name not in _NEWER:
            yield f"{at}.{name}: unknown".strip(".")


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        schema = described()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _is(value: Any, kinds: str | list[str], schema: Json) -> bool:
    names = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return "boolean" in names
    if isinstance(value, int) and schema.get("format") == "snowflake":
        return True  # taken as a number, too
    return any(isinstance(value, _TYPES[name]) for name in names)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]
