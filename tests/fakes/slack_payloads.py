"""What Slack tells an app, as documented (docs.slack.dev/interactivity, /apis/events-api)."""

from typing import Any

from tests.fakes import slack_views
from tests.fakes.slack_state import Channel, Json, Message, User, View
from tests.fakes.slack_world import World

_TOKEN = "verification-token-of-the-fake"


def command(world: World, user: User, channel: Channel, name: str, text: str) -> Json:
    """The fields of a form."""
    team = world.teams[user.team]
    fields: Json = {
        "token": _TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": _called(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": world.config.app_id,
        "is_enterprise_install": str(_whole(world, team.id)).lower(),
        "response_url": world.new_response_url(user, channel),
        "trigger_id": world.new_trigger(user),
    }
    if team.enterprise:
        fields |= {"enterprise_id": team.enterprise, "enterprise_name": "Organization"}
    return fields


def _called(channel: Channel) -> str:
    return "directmessage" if channel.dm else "privategroup" if channel.private else channel.name


def _whole(world: World, team: str) -> bool:
    grant = world.grant_of(team)
    return grant is not None and grant.team is None


def _who(world: World, user: User) -> Json:
    team = world.teams[user.team]
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team.id},
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": {"id": team.enterprise, "name": "Organization"} if team.enterprise else None,
        "is_enterprise_install": _whole(world, team.id),
        "api_app_id": world.config.app_id,
        "token": _TOKEN,
    }


def press(world: World, user: User, message: Message, element: Json, block_id: str) -> Json:
    """A button of a message. An ephemeral message is not shown in it."""
    channel = world.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.seen_by is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        "type": "block_actions",
        **_who(world, user),
        "container": container,
        "trigger_id": world.new_trigger(user),
        "channel": {"id": channel.id, "name": _called(channel)},
        "state": {"values": {}},
        "response_url": world.new_response_url(user, channel, message),
        "actions": [action(world, element, block_id)],
    }
    if message.seen_by is None:
        payload["message"] = message.json()
    return payload


def press_in_view(world: World, user: User, view: View, element: Json, block_id: str) -> Json:
    state = view.values.get(block_id, {}).get(element["action_id"], {})
    return {
        "type": "block_actions",
        **_who(world, user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.new_trigger(user, from_view=view.id if view.body["type"] == "modal" else None),
        "view": slack_views.shown(world, view),
        "actions": [{**action(world, element, block_id), **state}],
    }


def action(world: World, element: Json, block_id: str) -> Json:
    shown: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": world.next_ts(),
    }
    for name in ("text", "value", "style"):
        if name in element:
            shown[name] = element[name]
    return shown


def submission(world: World, user: User, view: View) -> Json:
    return {
        "type": "view_submission",
        **_who(world, user),
        "trigger_id": world.new_trigger(user, from_view=view.id),
        "view": slack_views.shown(world, view),
        "response_urls": [],
    }


def suggestion(world: World, user: User, view: View, element: Json, block_id: str, typed: str) -> Json:
    return {
        "type": "block_suggestion",
        **_who(world, user),
        "container": {"type": "view", "view_id": view.id},
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": typed,
        "view": slack_views.shown(world, view),
    }


def shortcut(world: World, user: User, message: Message, callback_id: str) -> Json:
    """A shortcut on a message."""
    channel = world.channels[message.channel]
    return {
        "type": "message_action",
        **_who(world, user),
        "callback_id": callback_id,
        "trigger_id": world.new_trigger(user),
        "response_url": world.new_response_url(user, channel),
        "message_ts": message.ts,
        "action_ts": world.next_ts(),
        "channel": {"id": channel.id, "name": _called(channel)},
        "message": message.json(),
    }


def event(world: World, team: str, what: Json, channel: Channel | None = None) -> Json:
    """The envelope of an event."""
    enterprise = world.teams[team].enterprise if team in world.teams else None
    grant = world.grant_of(team)
    return {
        "token": _TOKEN,
        "team_id": team,
        "enterprise_id": enterprise,
        "context_team_id": team,
        "context_enterprise_id": enterprise,
        "api_app_id": world.config.app_id,
        "event": {**what, "event_ts": what.get("event_ts", world.next_ts())},
        "type": "event_callback",
        "event_id": world.new_event_id(),
        "event_time": int(world.now()),
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": None if grant.team is None else team,
                "user_id": grant.bot_user,
                "is_bot": True,
                "is_enterprise_install": grant.team is None,
            }
        ]
        if grant
        else [],
        "is_ext_shared_channel": bool(channel and channel.shared_with),
        "event_context": "4-fake",
    }


def said(user: User, message: Message, **more: Any) -> Json:
    """The event of a message that a person wrote."""
    return {
        "type": "message",
        "user": user.id,
        "text": message.text,
        "ts": message.ts,
        "team": user.team,
        "channel": message.channel,
        "event_ts": message.ts,
        "client_msg_id": f"client-{message.ts}",
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        **more,
    }
