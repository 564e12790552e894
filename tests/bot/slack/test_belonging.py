from typing import Any

import pytest

from bot.slack.belonging import Profile, home, is_member, profile_of
from bot.slack.contact import Contact


def contact(told: str = "", enterprise: str | None = None) -> Contact:
    return Contact(token="", team="T1", user="U1", user_team=told, enterprise=enterprise)


AT_HOME, ELSEWHERE = Profile(team="T1"), Profile(team="T2")
COLLEAGUE = Profile(team="T3", organization="E1")
OF_ANOTHER = Profile(team="T2", organization="E2")


@pytest.mark.parametrize(
    ("asks", "profile", "where", "member"),
    [
        # told by workspace
        (contact("T1"), AT_HOME, "T1", True),
        (contact("T1"), None, "T1", True),
        (contact("T2"), ELSEWHERE, "T2", False),
        (contact("T2"), None, "T2", False),
        (contact("T2"), AT_HOME, "T2", False),
        (contact("T2", "E1"), OF_ANOTHER, "T2", False),
        (contact("T3", "E1"), COLLEAGUE, "T3", True),
        (contact("T3"), COLLEAGUE, "T3", False),
        # named as the app's own, though the profile says otherwise
        (contact("T1", "E1"), Profile(team="T1", organization="E2"), "T1", False),
        # told by organization
        (contact("E1", "E1"), COLLEAGUE, "T3", True),
        (contact("E1", "E1"), Profile(organization="E1"), "T1", True),
        (contact("E1", "E1"), None, None, True),
        (contact("E2", "E1"), OF_ANOTHER, "T2", False),
        (contact("E2"), OF_ANOTHER, "T2", False),
        (contact("E2"), None, None, False),
        (contact("E2"), Profile(organization="E2"), None, False),
        # not told
        (contact(), AT_HOME, "T1", True),
        (contact(), None, "T1", True),
        (contact(), ELSEWHERE, "T2", False),
        (contact(enterprise="E1"), OF_ANOTHER, "T2", False),
        (contact(enterprise="E1"), COLLEAGUE, "T1", True),
        # not everybody at home may manage
        (contact("T1"), Profile(team="T1", limited=True), "T1", False),
        (contact("T1"), Profile(team="T1", stranger=True), "T1", False),
    ],
)
def test_where_a_person_is_at_home_and_whether_that_is_here(
    asks: Contact, profile: Profile | None, where: str | None, member: bool
) -> None:
    assert (home(asks, profile), is_member(asks, profile)) == (where, member)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({}, Profile()),
        ({"team_id": "E1", "enterprise_user": {"enterprise_id": "E1"}}, Profile(organization="E1")),
        (
            {"team_id": "T1", "tz": "Europe/Berlin", "locale": "de-DE"},
            Profile(team="T1", zone="Europe/Berlin", language="de-DE"),
        ),
        ({"is_ultra_restricted": True, "enterprise_user": []}, Profile(limited=True)),
    ],
)
def test_a_profile_is_read(user: dict[str, Any], expected: Profile) -> None:
    assert profile_of(user) == expected
