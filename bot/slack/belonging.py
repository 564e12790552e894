"""Which workspace a person is of, and whether they are at home where the app serves them. Pure.

A person has one reference, however they ask: that of their own workspace. What a payload tells of it goes first, for
it is there at once; Slack's profile tells it where the payload names an organization, or nothing.
"""

from typing import Any

from bot.slack.contact import Contact
from papers.models import Frozen


class Profile(Frozen):
    """https://docs.slack.dev/reference/objects/user-object"""

    zone: str | None = None
    language: str | None = None
    limited: bool = False
    """A guest, or somebody whose account is deactivated."""
    team: str | None = None
    """T…"""
    organization: str | None = None
    """E…, the Enterprise Grid organization that the person belongs to."""
    stranger: bool = False
    """Of another workspace, and in no channel that the app sees. So whoever meets the app in a channel is none."""


def profile_of(user: dict[str, Any]) -> Profile:
    organization, team = user.get("enterprise_user"), _text(user.get("team_id"))
    return Profile(
        zone=_text(user.get("tz")),
        language=_text(user.get("locale")),
        limited=any(user.get(name) is True for name in ("is_restricted", "is_ultra_restricted", "deleted")),
        team=team if team and team.startswith("T") else None,
        organization=_text(organization.get("enterprise_id")) if isinstance(organization, dict) else None,
        stranger=user.get("is_stranger") is True,
    )


def home(contact: Contact, profile: Profile | None) -> str | None:
    """The person's workspace; None while nobody tells which of an organization's it is."""
    told = contact.user_team
    if told.startswith("T"):
        return told
    if profile is None:
        return None if told else contact.team
    if told == contact.enterprise:
        return profile.team or contact.team
    return profile.team if told or not _is_of(contact, profile) else contact.team


def is_member(contact: Contact, profile: Profile | None) -> bool:
    """Of the workspace that the app serves, or of its organization, and no guest."""
    told_so = contact.user_team in {"", contact.team, contact.enterprise}
    if profile is None:
        return told_so
    if profile.limited or profile.stranger or not _is_of(contact, profile):
        return False
    return told_so or _same_organization(contact, profile)


def _is_of(contact: Contact, profile: Profile) -> bool:
    """By the profile. Where organizations are known they decide: a workspace may be named that is not the app's."""
    if contact.enterprise is not None and profile.organization is not None:
        return _same_organization(contact, profile)
    return profile.team in {None, contact.team}


def _same_organization(contact: Contact, profile: Profile) -> bool:
    return contact.enterprise is not None and profile.organization == contact.enterprise


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
