"""The arguments of a call: read from a form, a query or JSON, and held against Slack's own description of its API.

The description is no part of this project; where it is not there, methods are checked by the table here alone.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.slack_state import Json
from tests.fakes.slack_world import SlackRefusal, World

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "slack-web-openapi-v2.json"
_STRUCTURED = ("blocks", "attachments", "metadata", "view", "unfurls", "files")
_YES_OR_NO = ("true", "false", "1", "0", "True", "False")

NEWER: dict[str, str] = {
    # method -> arguments that are newer than the description, those that are needed with a star
    "api.test": "error foo",
    "apps.connections.open": "",
    "apps.uninstall": "client_id* client_secret*",
    "auth.revoke": "test",
    "auth.test": "",
    "bots.info": "team_id",
    "chat.delete": "channel* ts*",
    "chat.postEphemeral": "markdown_text",
    "chat.postMessage": "metadata markdown_text",
    "chat.unfurl": "unfurl_id source metadata",
    "chat.update": "metadata reply_broadcast file_ids unfurl_links unfurl_media markdown_text",
    "conversations.history": "channel* include_all_metadata",
    "conversations.info": "channel*",
    "conversations.join": "channel*",
    "conversations.list": "team_id",
    "conversations.members": "channel*",
    "conversations.open": "prevent_creation",
    "conversations.replies": "channel* ts* include_all_metadata",
    "files.completeUploadExternal": "files* channel_id channels initial_comment thread_ts blocks",
    "files.getUploadURLExternal": "filename* length* alt_txt snippet_type",
    "oauth.v2.access": "code grant_type refresh_token",
    "team.info": "domain",
    "users.conversations": "team_id",
    "users.info": "user*",
    "users.list": "team_id",
    "views.open": "interactivity_pointer trigger_id view*",
    "views.publish": "user_id* view*",
    "views.push": "interactivity_pointer trigger_id view*",
    "views.update": "view*",
}
_OPTIONAL_NOW = {
    # what the description wants and Slack does not any more
    "chat.unfurl": {"channel", "ts"},
    "oauth.v2.access": {"code"},
    "views.open": {"trigger_id"},
    "views.push": {"trigger_id"},
}


@cache
def described() -> dict[str, dict[str, str]]:
    """method -> argument -> its type; a star before the type of one that is needed."""
    if not SPEC.exists():
        return {}
    paths: Json = json.loads(SPEC.read_text())["paths"]
    return {
        path.removeprefix("/"): {
            argument["name"]: ("*" if argument.get("required") else "") + argument.get("type", "string")
            for operation in operations.values()
            for argument in operation["parameters"]
        }
        for path, operations in paths.items()
    }


async def read_arguments(request: web.Request) -> Json:
    """Everything but the token; structures are parsed. Raises SlackRefusal for what cannot be read."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        if request.method == "GET":
            raise SlackRefusal("invalid_post_type")
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError as error:
            raise SlackRefusal("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackRefusal("json_not_object")
        arguments.update(body)
    elif request.method == "POST":
        arguments.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    return {name: _structured(name, value) for name, value in arguments.items()}


def _structured(name: str, value: Any) -> Any:
    if name not in _STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise SlackRefusal("invalid_blocks" if name == "blocks" else "invalid_arguments") from error


def check_arguments(world: World, method: str, arguments: Json) -> None:
    """Records what is unknown; refuses what lacks."""
    newer = {word.rstrip("*"): word.endswith("*") for word in NEWER.get(method, "").split()}
    spec = described().get(method, {})
    known = {**dict.fromkeys(newer, "string"), **spec}
    for name, value in arguments.items():
        if name == "token":
            world.violation(f"{method}: the token belongs into the header")
        elif name not in known and (spec or method not in described()) and described():
            world.violation(f"{method}: unknown argument {name}")
        else:
            _check_type(world, method, name, value, known.get(name, "string").lstrip("*"))
    needed = {name for name, star in newer.items() if star} | {
        name for name, type_ in spec.items() if type_.startswith("*") and name != "token"
    }
    missing = sorted(name for name in needed - _OPTIONAL_NOW.get(method, set()) if arguments.get(name) in (None, ""))
    if missing:
        world.violation(f"{method}: lacks {', '.join(missing)}")
        raise SlackRefusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] missing: {missing}"]})


def _check_type(world: World, method: str, name: str, value: Any, type_: str) -> None:
    text = str(value)
    wrong = (type_ == "boolean" and text not in _YES_OR_NO) or (
        type_ in ("integer", "number") and not text.replace(".", "", 1).isdecimal()
    )
    if wrong:
        world.violation(f"{method}: {name} is no {type_}: {text[:50]!r}")
        raise SlackRefusal("invalid_arguments")


def truth(value: Any) -> bool:
    return str(value).lower() in ("true", "1")
