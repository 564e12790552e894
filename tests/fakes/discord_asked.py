"""A call as it came: its JSON, its files, and the arguments in its path."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.discord_calls import DiscordRefusal
from tests.fakes.discord_state import File, Json
from tests.fakes.discord_world import World


@dataclass(frozen=True)
class Asked:
    world: World
    route: str
    args: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=dict)
    files: Mapping[int, File] = field(default_factory=dict)
    """Number in ``files[0]`` -> file"""

    @property
    def given(self) -> Json:
        """The body, which is an object."""
        if not isinstance(self.body, dict):
            raise invalid_form({"body": "an object is wanted"})
        return self.body


def invalid_form(mistakes: Mapping[str, str]) -> DiscordRefusal:
    """50035, with what is wrong at which place (``components.0.label``)."""
    errors: Json = {}
    for place, text in mistakes.items():
        node = errors
        for part in place.split("."):
            node = node.setdefault(part, {})
        node.setdefault("_errors", []).append({"code": "BASE_TYPE_BAD_TYPE", "message": text})
    return DiscordRefusal(400, 50035, "Invalid Form Body", errors=errors)


async def read_body(world: World, request: web.Request) -> tuple[Any, dict[int, File]]:
    """JSON, and files beside it. Raises DiscordRefusal for what cannot be read."""
    if request.content_type.startswith("multipart/"):
        return await _read_parts(world, request)
    text = await request.text()
    if not text:
        return {}, {}
    if request.content_type != "application/json":
        raise DiscordRefusal(400, 50109, "The request body contains invalid JSON.")
    return _parsed(text), {}


async def _read_parts(world: World, request: web.Request) -> tuple[Any, dict[int, File]]:
    body: Any = {}
    files: dict[int, File] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise DiscordRefusal(400, 50035, "Invalid Form Body")
        name, content = part.name or "", await part.read(decode=True)
        if name == "payload_json":
            body = _parsed(bytes(content).decode())
        elif name.startswith("files["):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            number = int(name[6:-1])
            files[number] = File(world.snowflake(), part.filename or "file", bytes(content), kind)
        else:
            world.violation(f"multipart: a part {name!r}")
    for file in files.values():
        world.files[file.id] = file
    return body, files


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DiscordRefusal(400, 50109, "The request body contains invalid JSON.") from error
