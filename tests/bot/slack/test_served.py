"""Payloads as Slack's documents, Bolt's tests and bug reports show them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.contact import Contact
from bot.slack.served import Served, served
from bot.slack.view_places import with_place

EVE: dict[str, Any] = {"id": "UEVE", "team_id": "T2"}
ADA: dict[str, Any] = {"id": "UADA", "team_id": "T1"}
E1, E2 = {"id": "E1", "name": "Host"}, {"id": "E2", "name": "Guests"}
OURS = with_place({"type": "modal"}, Contact(token="", team="T1", user="UEVE", channel="C1"))


def event(*, team: str | None = "T1", organization: str | None = None, **more: Any) -> dict[str, Any]:
    authorization = {"enterprise_id": organization, "team_id": team, "is_enterprise_install": team is None}
    return {"type": "event_callback", "authorizations": [authorization], **more}


def press(user: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "block_actions", "user": user, "container": {"type": "message"}, **more}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        # events: the authorization is the app's
        (event(team_id="T2", enterprise_id="E2", context_team_id="T3", is_ext_shared_channel=True), ("T1", None)),
        (event(organization="E1", team_id="T2", enterprise_id="E2"), ("T1", "E1")),
        # of an organization's: the workspace that is named with it
        (
            event(
                team=None,
                organization="E1",
                team_id="T2",
                enterprise_id="E2",
                context_team_id="T1",
                context_enterprise_id="E1",
                is_ext_shared_channel=True,
            ),
            ("T1", "E1"),
        ),
        (
            event(
                team=None,
                organization="E1",
                team_id="T1",
                enterprise_id="E1",
                context_team_id="T2",
                context_enterprise_id=None,
                is_ext_shared_channel=True,
            ),
            ("T1", "E1"),
        ),
        (event(team=None, organization="E1", team_id="T1", is_ext_shared_channel=False), ("T1", "E1")),
        (event(team=None, organization="E1", team_id="T2", is_ext_shared_channel=True), (None, "E1")),
        (
            {"type": "event_callback", "authorizations": [], "team_id": "T1", "enterprise_id": "E1"},
            ("T1", "E1"),
        ),
        # commands
        ({"command": "/papers", "team_id": "T1", "enterprise_id": "E1"}, ("T1", "E1")),
        # buttons: of people at home, and of others, whose organization may be what is told
        (press(ADA, team={"id": "T1"}, enterprise=E1), ("T1", "E1")),
        (press(EVE, team={"id": "T1"}, enterprise=E2), ("T1", None)),
        (press(EVE, team={"id": "T1"}, enterprise=None), ("T1", None)),
        (press(ADA, team=None, enterprise=E1, message={"team": "T1"}), ("T1", "E1")),
        (press(EVE, team=None, enterprise=E1, message={"team": "T1"}), ("T1", None)),
        (press(EVE, team=None, enterprise=E1), ("T2", None)),
        # views: what we gave them goes first
        (press(EVE, team={"id": "T2"}, enterprise=E2, view=OURS), ("T1", None)),
        (press(ADA, team=None, enterprise=E1, view=OURS), ("T1", "E1")),
        (press(ADA, team=None, enterprise=E1, view={"type": "home", "app_installed_team_id": "T1"}), ("T1", "E1")),
        (press(ADA, team=None, enterprise=E1, view={"type": "home"}), ("T1", "E1")),
        (
            {
                "type": "view_submission",
                "user": EVE,
                "team": {"id": "T2", "enterprise_id": "E2"},
                "enterprise": E2,
                "view": {"app_installed_team_id": "T1"},
            },
            ("T1", None),
        ),
        (
            {"type": "view_submission", "user": EVE, "team": {"id": "T2", "enterprise_id": "E2"}, "view": OURS},
            ("T1", None),
        ),
        (
            {
                "type": "view_submission",
                "user": ADA,
                "team": {"id": "T1", "enterprise_id": "E1"},
                "view": {"app_installed_team_id": "E1"},
            },
            ("T1", "E1"),
        ),
        (
            {
                "type": "view_submission",
                "user": EVE,
                "team": {"id": "T2", "enterprise_id": "E2"},
                "view": {"app_installed_team_id": "E1"},
            },
            (None, "E1"),
        ),
        # shortcuts are used by people at home, on anybody's message
        ({"type": "shortcut", "user": ADA, "team": None, "enterprise": E1}, ("T1", "E1")),
        (
            {"type": "message_action", "user": ADA, "team": None, "enterprise": E1, "message": {"team": "T2"}},
            ("T1", "E1"),
        ),
    ],
)
def test_the_workspace_and_its_organization(payload: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    assert served(payload) == Served(*expected)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["T1", "E1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "team", "team_id"]), inner),
    max_leaves=4,
)
FIELDS = ("type", "authorizations", "team", "team_id", "enterprise", "user", "view", "message", "command")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_a_payload_holds_only_ids_come_of_it(payload: dict[str, Any]) -> None:
    team, organization = served(payload)
    assert team is None or team.startswith("T")
    assert organization is None or organization.startswith("E")
