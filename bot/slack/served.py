"""Which workspace's installation a payload is for, and which organization that workspace is of. Pure.

In channels that another company shares, and in organizations, Slack names now the app's workspace, now the person's:
- an event: ``authorizations[0]`` is the installation; of an organization's, the workspace stands beside it;
- a command: the person's workspace, which has the app;
- a button of a message: the app's workspace (https://github.com/slackapi/java-slack-sdk/issues/1041);
- what is done in a view: the person's; the app's stands in the view (https://github.com/slackapi/bolt-js/issues/1614),
  and in what we gave the view to bring back.
``enterprise`` is not the app's organization by any promise: it is believed of people of the app's own workspace.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.slack.view_places import place_in

_Payload = Mapping[str, Any]


class Served(NamedTuple):
    team: str | None
    """T…; None where nothing tells it."""
    organization: str | None
    """E…, as far as the payload may be believed."""


def served(payload: _Payload) -> Served:
    if payload.get("type") == "event_callback":
        return _of_event(payload)
    if "command" in payload:
        return Served(_team(payload.get("team_id")), _organization(payload.get("enterprise_id")))
    return _of_interaction(payload)


def _of_event(payload: _Payload) -> Served:
    given = payload.get("authorizations")
    authorized = _object(given[0] if isinstance(given, list) and given else None)
    organization = _organization(authorized.get("enterprise_id"))
    named = [
        (_team(payload.get(f"{of}team_id")), _organization(payload.get(f"{of}enterprise_id")))
        for of in ("context_", "")
    ]
    if not authorized:
        return next((Served(team, its) for team, its in named if team), Served(None, None))
    if team := _team(authorized.get("team_id")):
        return Served(team, organization)
    among_companies = payload.get("is_ext_shared_channel") is True
    for team, its in named:
        if team and (its == organization or (its is None and not among_companies)):
            return Served(team, organization)
    return Served(None, organization)


def _of_interaction(payload: _Payload) -> Served:
    user, team, view = (_object(payload.get(name)) for name in ("user", "team", "view"))
    organization = _organization(_object(payload.get("enterprise")).get("id") or team.get("enterprise_id"))
    own = _team(user.get("team_id"))
    if view:
        installed = view.get("app_installed_team_id")
        found = place_in(view).team or _team(installed)
        if found is None and (its := _organization(installed)) not in {None, organization}:
            return Served(None, its)
    else:
        found = _team(team.get("id")) or _of_message(payload)
    if found is None and _may_be_elsewhere(payload):
        return Served(own, None)
    found = found or _team(team.get("id")) or own
    return Served(found, organization if found == own else None)


def _of_message(payload: _Payload) -> str | None:
    """The workspace of the app's own message; another shortcut is used on may be anybody's."""
    return _team(_object(payload.get("message")).get("team")) if payload.get("type") == "block_actions" else None


def _may_be_elsewhere(payload: _Payload) -> bool:
    """A button in a channel, and nothing tells whose channel it is: an ephemeral message of an organization's app."""
    return payload.get("type") == "block_actions" and "view" not in payload


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _team(value: object) -> str | None:
    """An organization's id is no workspace."""
    return value if isinstance(value, str) and value.startswith("T") else None


def _organization(value: object) -> str | None:
    return value if isinstance(value, str) and value.startswith("E") else None
