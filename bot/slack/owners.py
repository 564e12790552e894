"""Who owns a workspace, as Slack says: somebody to be told where nobody is known to have installed the app."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from papers.log import get_logger

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_PAGE = 200
_PAGES = 5
"""Slack takes some twenty of these calls a minute; who owns a workspace was among its first members."""
_STANDINGS = ("is_primary_owner", "is_owner", "is_admin")
"""The first who has the first of these is told."""

log = get_logger("slack")


async def owner_of(web: "WebApi", token: str, team: str) -> str | None:
    """U…, of the primary owner, or else of another owner or admin among the first thousand members.

    None where nobody was found, or Slack did not say. https://docs.slack.dev/reference/methods/users.list
    """
    best: tuple[int, str] | None = None
    cursor = ""
    for _ in range(_PAGES):
        answer = await _asked(web, token, team, cursor)
        for member in answer.get("members") or ():
            rank = _rank(member)
            if rank is not None and (best is None or rank < best[0]):
                best = rank, str(member["id"])
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor or (best is not None and best[0] == 0):
            break
    return best[1] if best is not None else None


async def _asked(web: "WebApi", token: str, team: str, cursor: str) -> Mapping[str, Any]:
    try:
        async with asyncio.timeout(web.timeout):
            answer = await web.client(token).users_list(limit=_PAGE, cursor=cursor or None, team_id=team)
    except Exception as error:  # noqa: BLE001 - nobody is told then
        log.warning("Slack does not say who owns a workspace", team=team, error=type(error).__name__)
        return {}
    found = answer.data
    return found if isinstance(found, dict) else {}


def _rank(member: object) -> int | None:
    if not isinstance(member, Mapping) or not member.get("id") or member.get("deleted") or member.get("is_bot"):
        return None
    return next((rank for rank, name in enumerate(_STANDINGS) if member.get(name) is True), None)
