"""conversations.*, users.info, team.info, auth.test: what an app may read."""

from typing import Any

from tests.fakes.slack_arguments import truth
from tests.fakes.slack_chat import reachable
from tests.fakes.slack_limits import Pace
from tests.fakes.slack_sharing import serves
from tests.fakes.slack_state import Channel, Grant, Json, Message, User
from tests.fakes.slack_world import SlackRefusal, World

_MOST = 999
_LIMITED = 15


def needs(grant: Grant, scope: str) -> None:
    if scope not in grant.scopes:
        raise SlackRefusal("missing_scope", needed=scope, provided=",".join(sorted(grant.scopes)))


def open_(world: World, grant: Grant, given: Json) -> Json:
    users = str(given.get("users") or "").split(",")
    if "channel" in given:
        return {"ok": True, "channel": _shown(world, grant, reachable(world, grant, given["channel"]))}
    if len(users) != 1:
        raise SlackRefusal("not_supported_by_the_fake")
    user = world.users.get(users[0])
    if user is None or not serves(world, grant, user.team):
        raise SlackRefusal("user_not_found")
    if user.bot:
        raise SlackRefusal("cannot_dm_bot")
    if user.deactivated:
        raise SlackRefusal("user_disabled")
    channel = world.direct(user.id, grant.bot_user)
    shown = _shown(world, grant, channel) if truth(given.get("return_im")) else {"id": channel.id}
    return {"ok": True, "channel": shown}


def info(world: World, grant: Grant, given: Json) -> Json:
    channel = reachable(world, grant, given["channel"])
    needs(grant, f"{channel.kind}:read")
    return {"ok": True, "channel": _shown(world, grant, channel)}


def join(world: World, grant: Grant, given: Json) -> Json:
    channel = reachable(world, grant, given["channel"])
    if channel.private:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackRefusal("is_archived")
    channel.members.add(grant.bot_user)
    return {"ok": True, "channel": _shown(world, grant, channel)}


def members(world: World, grant: Grant, given: Json) -> Json:
    channel = reachable(world, grant, given["channel"])
    needs(grant, f"{channel.kind}:read")
    return _page("members", sorted(channel.members), given)


def list_(world: World, grant: Grant, given: Json) -> Json:
    wanted = str(given.get("types") or "public_channel").split(",")
    kinds = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
    shown = []
    for channel in world.channels.values():
        if channel.kind not in [kinds.get(name) for name in wanted] or (
            channel.private and grant.bot_user not in channel.members
        ):
            continue
        if channel.archived and truth(given.get("exclude_archived")):
            continue
        try:
            reachable(world, grant, channel.id)
        except SlackRefusal:
            continue
        needs(grant, f"{channel.kind}:read")
        shown.append(_shown(world, grant, channel))
    return _page("channels", shown, given)


def users_conversations(world: World, grant: Grant, given: Json) -> Json:
    answer = list_(world, grant, {**given, "limit": _MOST})
    mine = [channel for channel in answer["channels"] if grant.bot_user in world.channels[channel["id"]].members]
    return _page("channels", mine, given)


def history(world: World, grant: Grant, given: Json, paces: dict[str, Pace]) -> Json:
    channel = reachable(world, grant, given["channel"])
    needs(grant, f"{channel.kind}:history")
    if grant.bot_user not in channel.members:
        raise SlackRefusal("not_in_channel")
    if world.history_limited:
        wait = paces.setdefault(f"history {grant.token}", Pace(every=60, burst=1)).take(world.now())
        if wait:
            raise SlackRefusal("ratelimited", retry_after=wait)
    top = [m for m in world.in_channel(channel) if m.thread_ts in (None, m.ts)]
    return _messages(world, list(reversed(_between(top, given))), given)


def replies(world: World, grant: Grant, given: Json, paces: dict[str, Pace]) -> Json:
    channel = reachable(world, grant, given["channel"])
    needs(grant, f"{channel.kind}:history")
    if world.history_limited:
        wait = paces.setdefault(f"replies {grant.token}", Pace(every=60, burst=1)).take(world.now())
        if wait:
            raise SlackRefusal("ratelimited", retry_after=wait)
    ts = str(given["ts"])
    if world.message(channel.id, ts) is None:
        raise SlackRefusal("thread_not_found")
    thread = [m for m in world.in_channel(channel) if ts in (m.ts, m.thread_ts)]
    return _messages(world, _between(thread, given), given)


def _between(messages: list[Message], given: Json) -> list[Message]:
    oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or 10**12)
    if truth(given.get("inclusive")):
        return [m for m in messages if oldest <= float(m.ts) <= latest]
    return [m for m in messages if oldest < float(m.ts) < latest]


def _messages(world: World, found: list[Message], given: Json) -> Json:
    metadata = truth(given.get("include_all_metadata"))
    limit = min(int(given.get("limit") or 100), _LIMITED if world.history_limited else _MOST)
    answer = _page("messages", [m.json(metadata=metadata) for m in found], {**given, "limit": limit})
    return {**answer, "has_more": bool(answer["response_metadata"]["next_cursor"])}


def _page(name: str, items: list[Any], given: Json) -> Json:
    limit, start = int(given.get("limit") or 100), 0
    if given.get("cursor"):
        if not str(given["cursor"]).startswith("next:"):
            raise SlackRefusal("invalid_cursor")
        start = int(str(given["cursor"]).removeprefix("next:"))
    after = start + limit
    cursor = f"next:{after}" if after < len(items) else ""
    return {"ok": True, name: items[start:after], "response_metadata": {"next_cursor": cursor}}


def _shown(world: World, grant: Grant, channel: Channel) -> Json:
    shown: Json = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "channels",
        "is_group": channel.kind == "groups",
        "is_im": channel.dm,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_member": grant.bot_user in channel.members,
        "is_ext_shared": bool(channel.shared_with),
        "is_shared": bool(channel.shared_with),
        "is_org_shared": False,
        "context_team_id": grant.team or channel.team,
        "num_members": len(channel.members),
    }
    if channel.dm:
        shown["user"] = next(iter(channel.members - {grant.bot_user}))
        del shown["name"]
    return shown


def user_info(world: World, grant: Grant, given: Json) -> Json:
    user = world.users.get(str(given["user"]))
    if user is None or not (serves(world, grant, user.team) or _shares_a_channel(world, grant, user.team)):
        raise SlackRefusal("user_not_found")
    shown = _person(world, grant, user)
    if truth(given.get("include_locale")):
        shown["locale"] = user.locale
    return {"ok": True, "user": shown}


def _shares_a_channel(world: World, grant: Grant, team: str) -> bool:
    sharing = ({channel.team, *channel.shared_with} for channel in world.channels.values())
    return any(team in teams and any(serves(world, grant, one) for one in teams) for teams in sharing)


def _meets(world: World, grant: Grant, user: User) -> bool:
    """Whether the app sees a channel that the person is in: then Slack calls nobody a stranger.

    https://docs.slack.dev/reference/objects/user-object
    """
    channels = world.channels.values()
    return any(user.id in channel.members and grant.bot_user in channel.members for channel in channels)


def users_list(world: World, grant: Grant, given: Json) -> Json:
    team = grant.team or given.get("team_id")
    if team is None:
        raise SlackRefusal("missing_argument")
    return _page("members", [_person(world, grant, user) for user in world.users.values() if user.team == team], given)


def _person(world: World, grant: Grant, user: User) -> Json:
    shown: Json = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "real_name": user.name.title(),
        "deleted": user.deactivated,
        "is_bot": user.bot,
        "is_restricted": user.guest,
        "is_ultra_restricted": False,
        "is_stranger": not serves(world, grant, user.team) and not _meets(world, grant, user),
        "is_admin": user.owner,
        "is_owner": user.owner,
        "is_primary_owner": user.owner,
        "profile": {"display_name": user.name, "real_name": user.name.title()},
    }
    if organization := world.teams[user.team].enterprise:
        shown["enterprise_user"] = {"id": user.id, "enterprise_id": organization, "teams": [user.team]}
    if not user.deactivated:
        shown |= {"tz": user.tz, "tz_label": user.tz, "tz_offset": 3600}
    return shown


def team_info(world: World, grant: Grant, given: Json) -> Json:
    team = world.teams.get(str(given.get("team") or grant.team))
    if team is None:
        raise SlackRefusal("team_not_found")
    return {"ok": True, "team": {"id": team.id, "name": team.name, "domain": team.domain}}


def auth_test(world: World, grant: Grant, given: Json) -> Json:
    team = world.teams.get(grant.team or "")
    return {
        "ok": True,
        "url": f"https://{team.domain if team else 'organization'}.slack.com/",
        "team": team.name if team else "Organization",
        "team_id": team.id if team else grant.enterprise,
        "user": "paperboy",
        "user_id": grant.bot_user,
        "bot_id": grant.bot_id,
        "is_enterprise_install": grant.team is None,
        **({"enterprise_id": grant.enterprise} if grant.enterprise else {}),
    }
