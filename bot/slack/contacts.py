"""Who asks and how they can be answered, out of what Slack sent and what Bolt found of the workspace.

The workspace is always the one that the app is installed in (``context.team_id``): what a payload says of a person's
own workspace only tells who they are.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.slack.contact import Contact
from bot.slack.payloads import BlockActions, HomeOpened, LinkShared, Message, Said, Shortcut, SlashCommand, User
from papers.errors import BadInput

if TYPE_CHECKING:
    from slack_bolt.context.async_context import AsyncBoltContext


def of_command(context: "AsyncBoltContext", asked: SlashCommand) -> Contact:
    return Contact(
        **_served(context, asked.team_id),
        user=asked.user_id,
        user_team=_team(asked.team_id),
        channel=asked.channel_id,
        channel_name=asked.channel_name,
        response_url=asked.response_url,
        trigger=asked.trigger_id,
        command=asked.command,
    )


def of_press(context: "AsyncBoltContext", pressed: BlockActions) -> Contact:
    channel = pressed.channel.id if pressed.channel else None
    in_dm = channel is not None and channel.startswith("D")
    name = (pressed.channel.name if pressed.channel else None) or ""
    if pressed.view is not None:
        channel, name = place_in(pressed.view)
    return Contact(
        **_served(context, pressed.user.team_id),
        **_person(pressed.user),
        channel=channel,
        channel_name=name,
        thread=_thread(pressed.message) or pressed.container.thread_ts,
        response_url=pressed.response_url,
        trigger=pressed.trigger_id,
        pressed=pressed.message,
        alone=in_dm or pressed.container.is_ephemeral,
        own_dm=in_dm and not pressed.container.is_ephemeral,
    )


def of_view(context: "AsyncBoltContext", user: User, view: Mapping[str, Any], trigger: str = "") -> Contact:
    channel, name = place_in(view)
    return Contact(
        **_served(context, user.team_id), **_person(user), channel=channel, channel_name=name, trigger=trigger
    )


def of_shortcut(context: "AsyncBoltContext", used: Shortcut) -> Contact:
    return Contact(
        **_served(context, used.user.team_id),
        **_person(used.user),
        channel=used.channel.id if used.channel else None,
        channel_name=(used.channel.name if used.channel else None) or "",
        thread=_thread(used.message),
        response_url=used.response_url,
        trigger=used.trigger_id,
    )


def of_words(context: "AsyncBoltContext", said: Said) -> Contact:
    in_dm = said.channel.startswith("D")
    return Contact(
        **_served(context, None),
        user=said.user or "",
        user_team=_team(said.user_team or said.team),
        channel=said.channel,
        thread=said.thread_ts,
        alone=in_dm,
        own_dm=in_dm,
    )


def of_home(context: "AsyncBoltContext", opened: HomeOpened) -> Contact:
    return Contact(**_served(context, None), user=opened.user)


def of_links(context: "AsyncBoltContext", shared: LinkShared) -> Contact:
    return Contact(
        **_served(context, None),
        user=shared.user or "",
        user_team=_team(shared.user_team),
        channel=shared.channel,
    )


def workspace_in(payload: Mapping[str, Any]) -> str | None:
    """The workspace of an event where Bolt finds none: the app is installed in the whole organization."""
    for name in ("context_team_id", "team_id"):
        value = payload.get(name)
        if isinstance(value, str) and _team(value):
            return value
    return None


def with_place(view: dict[str, Any], contact: Contact) -> dict[str, Any]:
    """The view, which brings back where it was opened: Slack tells no channel with what is done in a view."""
    told = json.loads(view.get("private_metadata") or "{}")
    told |= {"channel": contact.channel, "channel_name": contact.channel_name}
    return {**view, "private_metadata": json.dumps(told, ensure_ascii=False)}


def place_in(view: Mapping[str, Any]) -> tuple[str | None, str]:
    """Channel and name of ``with_place``, which came to us over Slack only, signed."""
    try:
        told = json.loads(str(view.get("private_metadata") or "{}"))
    except (ValueError, RecursionError):
        return None, ""
    channel, name = (told.get("channel"), told.get("channel_name")) if isinstance(told, dict) else (None, None)
    return channel if isinstance(channel, str) else None, name if isinstance(name, str) else ""


def _served(context: "AsyncBoltContext", person_team: str | None) -> dict[str, Any]:
    """Raises BadInput if nobody can say for which workspace this is."""
    team, token = context.team_id or _team(person_team), context.bot_token
    if not team or not token:
        raise BadInput("Slack did not say which workspace this is about")
    return {
        "token": token,
        "team": team,
        "enterprise": context.enterprise_id,
        "bot_user": context.bot_user_id or "",
        "bot_id": context.bot_id or "",
    }


def _person(user: User) -> dict[str, Any]:
    return {"user": user.id, "user_team": _team(user.team_id), "user_name": user.name or ""}


def _team(team: str | None) -> str:
    """An organization's id is no workspace."""
    return team if team and team.startswith("T") else ""


def _thread(message: Message | None) -> str | None:
    """The thread that a message is in; the first message of one is not in it."""
    return message.thread_ts if message and message.thread_ts != message.ts else None
