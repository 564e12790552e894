"""Who asks and how they can be answered, out of what Slack sent and what Bolt found of the workspace.

The workspace is always the one that the app is installed in (bot/slack/served.py), the organization that of its
installation: what a payload says of a person's own only tells who they are.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.slack.contact import Contact
from bot.slack.payloads import BlockActions, HomeOpened, LinkShared, Message, Said, Shortcut, SlashCommand, User
from bot.slack.view_places import place_in
from papers.errors import BadInput

if TYPE_CHECKING:
    from slack_bolt.context.async_context import AsyncBoltContext


def of_command(context: "AsyncBoltContext", asked: SlashCommand) -> Contact:
    return Contact(
        **_served(context),
        user=asked.user_id,
        user_team=asked.team_id or "",
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
        _, channel, name = place_in(pressed.view)
    return Contact(
        **_served(context),
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
    _, channel, name = place_in(view)
    return Contact(**_served(context), **_person(user), channel=channel, channel_name=name, trigger=trigger)


def of_shortcut(context: "AsyncBoltContext", used: Shortcut) -> Contact:
    return Contact(
        **_served(context),
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
        **_served(context),
        user=said.user or "",
        user_team=said.user_team or said.team or "",
        channel=said.channel,
        thread=said.thread_ts,
        alone=in_dm,
        own_dm=in_dm,
    )


def of_home(context: "AsyncBoltContext", opened: HomeOpened) -> Contact:
    return Contact(**_served(context), user=opened.user)


def of_links(context: "AsyncBoltContext", shared: LinkShared) -> Contact:
    return Contact(
        **_served(context),
        user=shared.user or "",
        user_team=shared.user_team or "",
        channel=shared.channel,
    )


def _served(context: "AsyncBoltContext") -> dict[str, Any]:
    """Raises BadInput if nobody can say for which workspace this is."""
    team, token, found = context.team_id, context.bot_token, context.authorize_result
    if not team or not token:
        raise BadInput("Slack did not say which workspace this is about")
    return {
        "token": token,
        "team": team,
        "enterprise": found.enterprise_id if found else None,
        "bot_user": context.bot_user_id or "",
        "bot_id": context.bot_id or "",
    }


def _person(user: User) -> dict[str, Any]:
    return {"user": user.id, "user_team": user.team_id or "", "user_name": user.name or ""}


def _thread(message: Message | None) -> str | None:
    """The thread that a message is in; the first message of one is not in it."""
    return message.thread_ts if message and message.thread_ts != message.ts else None
