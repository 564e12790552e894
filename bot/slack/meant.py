"""Of several installations in a channel that companies share: the one whose bot is mentioned.

Slack tells of a mention once, in the name of any installation that is in the channel, whoever of them is meant
(https://github.com/slackapi/bolt-js/issues/2008): people would be strangers to the app of their own workspace.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.slack.installation import Installation
from bot.slack.served import Served

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)")


async def meant(
    payload: Mapping[str, Any],
    told: Served,
    find: Callable[[str, str | None], Awaitable[Installation | None]],
) -> Served:
    """``told`` but for a mention of another installation's bot, of a workspace that the payload names.

    Of an organization's person it names no workspace: then it stays at what was told. Raises what ``find`` does.
    """
    event = payload.get("event")
    if payload.get("is_ext_shared_channel") is not True or not isinstance(event, Mapping):
        return told
    if event.get("type") != "app_mention" or told.team is None:
        return told
    mentioned = set(_MENTION.findall(str(event.get("text"))))
    named = (event.get("user_team"), event.get("team"), payload.get("team_id"), payload.get("context_team_id"))
    others = [team for team in named if isinstance(team, str) and team.startswith("T") and team != told.team]
    for team in (told.team, *dict.fromkeys(others)):
        found = await find(team, told.organization if team == told.team else None)
        if found is not None and found.bot_user in mentioned:
            return Served(team, found.enterprise)
    return told
