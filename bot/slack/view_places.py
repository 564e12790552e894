"""Where a view was opened: Slack does not tell it with what is done in one, so the view brings it back."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.slack.contact import Contact


class ViewPlace(NamedTuple):
    team: str | None = None
    """T…, that the app is installed in."""
    channel: str | None = None
    channel_name: str = ""


def with_place(view: dict[str, Any], contact: Contact) -> dict[str, Any]:
    """The view, which brings back where it was opened."""
    told = json.loads(view.get("private_metadata") or "{}")
    told |= {"team": contact.team, "channel": contact.channel, "channel_name": contact.channel_name}
    return {**view, "private_metadata": json.dumps(told, ensure_ascii=False)}


def place_in(view: Mapping[str, Any]) -> ViewPlace:
    """What ``with_place`` put there, which came to us over Slack only, signed."""
    try:
        told = json.loads(str(view.get("private_metadata") or "{}"))
    except (ValueError, RecursionError):
        return ViewPlace()
    if not isinstance(told, dict):
        return ViewPlace()
    team, channel, name = (told.get(key) for key in ("team", "channel", "channel_name"))
    return ViewPlace(
        team if isinstance(team, str) and team.startswith("T") else None,
        channel if isinstance(channel, str) else None,
        name if isinstance(name, str) else "",
    )
