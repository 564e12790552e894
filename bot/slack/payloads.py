"""What Slack sends, as far as it is read here. Unknown fields are let go; what is missing refuses the whole.

A workspace is not told by these: Bolt finds the one that the app is installed in, which differs for shared channels.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.slack.lifecycle import end_in
from papers.errors import BadInput

_MOST_FIELDS = 100
_OF_SLACK = frozenset({"command", "ssl_check"})
"""A form of Slack's has one of these, or ``payload``; with ``ssl_check`` it only asks whether we are there."""


EVENT = "event_id"
"""What an event is known by: Slack tells it again until it is acknowledged."""


class Incoming(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class User(Incoming):
    id: str
    team_id: str | None = None
    name: str | None = None


class Named(Incoming):
    id: str
    name: str | None = None


class SlashCommand(Incoming):
    command: str
    text: str = ""
    user_id: str
    team_id: str | None = None
    channel_id: str
    channel_name: str = ""
    trigger_id: str = ""
    response_url: str = ""


class Container(Incoming):
    """What a button was in."""

    type: str = ""
    is_ephemeral: bool = False
    thread_ts: str | None = None


class Message(Incoming):
    """A message as it was when something about it was chosen; of an ephemeral one nothing is told."""

    ts: str = ""
    thread_ts: str | None = None
    text: str | None = None
    user: str | None = None
    bot_id: str | None = None
    blocks: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] | None = None
    metadata: dict[str, Any] | None = None

    def words(self) -> str:
        """Its text, and that of what is attached to it, such as a link's preview."""
        attached = (each.get(name) for each in self.attachments or () for name in ("title", "text", "from_url"))
        return "\n".join([self.text or "", *(text for text in attached if isinstance(text, str))])


class Act(Incoming):
    type: str = ""
    action_id: str
    block_id: str = ""


class BlockActions(Incoming):
    user: User
    channel: Named | None = None
    container: Container = Container()
    message: Message | None = None
    view: dict[str, Any] | None = None
    actions: list[Act]
    trigger_id: str = ""
    response_url: str = ""


class ViewSubmission(Incoming):
    user: User
    view: dict[str, Any]
    trigger_id: str = ""


class Suggestion(Incoming):
    """Somebody types in a field that suggests."""

    user: User
    action_id: str
    value: str = ""


class Shortcut(Incoming):
    """A message's, or a global one, which has neither channel nor message."""

    callback_id: str
    user: User
    channel: Named | None = None
    message: Message | None = None
    trigger_id: str = ""
    response_url: str = ""


class Said(Incoming):
    """A mention, or a message to the app."""

    type: str
    subtype: str | None = None
    channel: str
    channel_type: str = ""
    user: str | None = None
    team: str | None = None
    user_team: str | None = None
    bot_id: str | None = None
    text: str = ""
    ts: str = ""
    thread_ts: str | None = None
    edited: dict[str, Any] | None = None


class HomeOpened(Incoming):
    user: str
    tab: str = "home"


class Link(Incoming):
    url: str


class LinkShared(Incoming):
    channel: str
    user: str | None = None
    user_team: str | None = None
    message_ts: str = ""
    source: str = ""
    links: list[Link]


def payload_of(body: bytes, content_type: str) -> dict[str, Any]:
    """What a request says: JSON, a form with JSON in its field ``payload``, or a command's form. Raises BadInput."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode()
        if kind == "application/json":
            return json_object(text)
        if kind == "application/x-www-form-urlencoded":
            form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"))
            if "payload" in form:
                return json_object(form["payload"])
            if form.keys() & _OF_SLACK:
                return dict(form)
    except ValueError:
        raise BadInput("this request is not whole") from None
    raise BadInput("send application/json, or a form as Slack does")


def only_asks(payload: Mapping[str, Any]) -> bool:
    """Whether Slack only looks whether our certificate is good, which it does now and then, signed or not."""
    return payload.get("ssl_check") == "1" and "command" not in payload


def json_object(text: str) -> dict[str, Any]:
    """A JSON object of text that can be written down again. Raises BadInput."""
    try:
        found = json.loads(text)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()  # half a character, which nothing else takes
    except (ValueError, RecursionError):
        raise BadInput("this request is not whole") from None
    if not isinstance(found, dict):
        raise BadInput("this request is no object")
    return found


def identity_of(payload: Mapping[str, Any]) -> tuple[str, str] | None:
    """What stays the same when Slack delivers something again; None where it does no harm twice.

    The end of an installation is taken as often as it is told: nothing may keep us from it.
    """
    for name in (EVENT, "trigger_id") if end_in(payload) is None else ():
        value = payload.get(name)
        if isinstance(value, str) and value:
            return name, value
    return None


def unreadable(error: ValidationError) -> str:
    """Which fields were wrong, without what they held."""
    return ", ".join(".".join(str(part) for part in each["loc"]) for each in error.errors()[:5])
