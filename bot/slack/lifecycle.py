"""The ends of an installation, which Slack tells in any order, and more than once.

They are remembered before they are acknowledged, however often they are told: what fails is told us again.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

UNINSTALLED = "app_uninstalled"
REVOKED = "tokens_revoked"
TAKEN_OUT = "team_access_revoked"
"""An organization's admin took the app out of some workspaces.

https://docs.slack.dev/reference/events/team_access_revoked
"""


class Lifecycle(Protocol):
    """What is to be done; bot/slack/uninstalling.py does it. All may be called again.

    They raise redis-py's errors and TryLater.
    """

    async def uninstalled(self, team: str | None, enterprise: str | None, event_time: datetime) -> object: ...

    async def access_revoked(self, teams: Collection[str], enterprise: str | None, event_time: datetime) -> object: ...

    async def tokens_revoked(
        self, team: str | None, enterprise: str | None, bot_users: Collection[str], event_time: datetime
    ) -> object: ...


async def ended(payload: Mapping[str, Any], lifecycle: Lifecycle, forget: Callable[[], None]) -> bool:
    """Hand on an event that ends an installation, and have what is remembered of it forgotten; False: it is none."""
    event = end_in(payload)
    if event is None:
        return False
    kind = event["type"]
    team, enterprise, at = _id(payload, "team_id"), _id(payload, "enterprise_id"), _time(payload)
    if _of_organization(payload):
        team = None
    if kind == UNINSTALLED:
        await lifecycle.uninstalled(team, enterprise, at)
    elif kind == TAKEN_OUT:
        await lifecycle.access_revoked(_texts(event.get("team_ids")), enterprise, at)
    else:
        await lifecycle.tokens_revoked(team, enterprise, _bots(event), at)
    forget()
    return True


def end_in(payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The event that ends an installation; None if it is another."""
    event = payload.get("event")
    inner = event.get("event") if isinstance(event, Mapping) else None
    if isinstance(event, Mapping) and isinstance(inner, Mapping) and "type" not in event:
        event = inner  # Slack's reference of team_access_revoked shows it wrapped twice
    if not isinstance(event, Mapping) or payload.get("type") != "event_callback":
        return None
    return event if event.get("type") in (UNINSTALLED, REVOKED, TAKEN_OUT) else None


def _of_organization(payload: Mapping[str, Any]) -> bool:
    """Whether the installation was a whole organization's; ``team_id`` then is any of its workspaces."""
    given = payload.get("authorizations")
    first = given[0] if isinstance(given, list) and given else None
    return isinstance(first, Mapping) and first.get("is_enterprise_install") is True and not first.get("team_id")


def _id(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    return value if isinstance(value, str) and value else None


def _time(payload: Mapping[str, Any]) -> datetime:
    """``event_time``, in seconds; without one: the beginning of time, which is before any installation."""
    value = payload.get("event_time")
    try:
        return datetime.fromtimestamp(value if isinstance(value, int) else 0, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _bots(event: Any) -> list[str]:
    tokens = event.get("tokens")
    return _texts(tokens.get("bot") if isinstance(tokens, Mapping) else None)


def _texts(given: object) -> list[str]:
    return [each for each in given if isinstance(each, str) and each] if isinstance(given, list) else []
