"""What Slack tells an app, as documented (docs.slack.dev/interactivity, /apis/events-api).

Of people in channels that another workspace shares, a payload names now the app's workspace, now theirs, and in no
field the organization of the app's: as reported in https://github.com/slackapi/bolt-js/issues/1614 (forms),
https://github.com/slackapi/java-slack-sdk/issues/1041 (buttons) and in Bolt's own tests (events).
"""

from typing import Any

from tests.fakes import slack_sharing, slack_views
from tests.fakes.slack_state import Channel, Grant, Json, Message, User, View
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
        "response_url": world.new_response_url(user, channel, team.id),
        "trigger_id": world.new_trigger(user, team.id),
    }
    if team.enterprise:
        fields |= {"enterprise_id": team.enterprise, "enterprise_name": "Organization"}
    return fields


def _called(channel: Channel) -> str:
    return "directmessage" if channel.dm else "privategroup" if channel.private else channel.name


def _whole(world: World, team: str) -> bool:
    grant = world.grant_of(team)
    return grant is not None and grant.team is None


def _who(world: World, user: User, app: Grant | None, named: str) -> Json:
    """``named``: the workspace that the payload names. ``enterprise`` is the person's, whatever is named.

    An organization's installation is told no workspace where the person belongs to the organization.
    """
    theirs, team = world.teams[user.team], world.teams[named]
    whole = app is not None and app.team is None
    unnamed = app is not None and slack_sharing.serves(world, app, theirs.id)
    of_organization = {"enterprise_id": team.enterprise, "enterprise_name": "Organization"} if team.enterprise else {}
    return {
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": theirs.id},
        "team": None if whole and unnamed else {"id": team.id, "domain": team.domain, **of_organization},
        "enterprise": {"id": theirs.enterprise, "name": "Organization"} if theirs.enterprise else None,
        "is_enterprise_install": whole,
        "api_app_id": world.config.app_id,
        "token": _TOKEN,
    }


def _of_message(world: World, user: User, message: Message) -> tuple[Grant | None, str]:
    """The installation that a message is of, and the workspace through which it was posted."""
    app = slack_sharing.wrote(world, message)
    channel = world.channels[message.channel]
    return (app, slack_sharing.workspace_in(world, app, channel)) if app else (world.grant_of(user.team), user.team)


def _in_view(world: World, user: User, view: View) -> Json:
    """What is done in a view names the person's workspace; the app's stands in the view."""
    return _who(world, user, world.grant_of(view.team), user.team)


def press(world: World, user: User, message: Message, element: Json, block_id: str) -> Json:
    """A button of a message. An ephemeral message is not shown in it."""
    channel = world.channels[message.channel]
    app, where = _of_message(world, user, message)
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
        **_who(world, user, app, where),
        "container": container,
        "trigger_id": world.new_trigger(user, where),
        "channel": {"id": channel.id, "name": _called(channel)},
        "state": {"values": {}},
        "response_url": world.new_response_url(user, channel, where, message),
        "actions": [action(world, element, block_id)],
    }
    if message.seen_by is None:
        payload["message"] = {**message.json(), "team": where}
    return payload


def press_in_unfurl(world: World, user: User, message: Message, url: str, element: Json, block_id: str) -> Json:
    """A button of the card under a link: the message it stands under is not told."""
    channel = world.channels[message.channel]
    app = slack_sharing.met_by(world, user, channel)
    where = slack_sharing.workspace_in(world, app, channel)
    return {
        "type": "block_actions",
        **_who(world, user, app, where),
        "container": {
            "type": "message_attachment",
            "message_ts": message.ts,
            "attachment_id": 1,
            "channel_id": channel.id,
            "is_ephemeral": False,
            "is_app_unfurl": True,
            "app_unfurl_url": url,
        },
        "trigger_id": world.new_trigger(user, where),
        "channel": {"id": channel.id, "name": _called(channel)},
        "app_unfurl": {"id": 1, "app_unfurl_url": url, "is_app_unfurl": True, **message.unfurls[url]},
        "response_url": world.new_response_url(user, channel, where),
        "actions": [action(world, element, block_id)],
    }


def press_in_view(world: World, user: User, view: View, element: Json, block_id: str) -> Json:
    state = view.values.get(block_id, {}).get(element["action_id"], {})
    return {
        "type": "block_actions",
        **_in_view(world, user, view),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.new_trigger(user, view.team, from_view=view.id if view.body["type"] == "modal" else None),
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
        **_in_view(world, user, view),
        "trigger_id": world.new_trigger(user, view.team, from_view=view.id),
        "view": slack_views.shown(world, view),
        "response_urls": [],
    }


def suggestion(world: World, user: User, view: View, element: Json, block_id: str, typed: str) -> Json:
    return {
        "type": "block_suggestion",
        **_in_view(world, user, view),
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
        **_who(world, user, world.grant_of(user.team), user.team),
        "callback_id": callback_id,
        "trigger_id": world.new_trigger(user, user.team),
        "response_url": world.new_response_url(user, channel, user.team),
        "message_ts": message.ts,
        "action_ts": world.next_ts(),
        "channel": {"id": channel.id, "name": _called(channel)},
        "message": {**message.json(), "team": world.users[message.user].team},
    }


def event(world: World, team: str, what: Json, channel: Channel | None = None, user: User | None = None) -> Json:
    """The envelope of an event, told to the installation that serves ``team``; ``user`` did it."""
    enterprise = world.teams[team].enterprise if team in world.teams else None
    grant = world.grant_of(team)
    actor = world.teams[user.team] if user is not None else None
    stranger = actor is not None and actor.id != team
    if stranger and actor is not None and what["type"] == "app_mention":
        theirs = actor.enterprise or actor.id  # an organization is named, and none of its workspaces
        what = {**what, "team": team, "user_team": theirs, "source_team": theirs, "user_profile": {"team": theirs}}
        actor = None
    return {
        "token": _TOKEN,
        "team_id": actor.id if actor else team,
        "enterprise_id": actor.enterprise if actor else enterprise,
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
