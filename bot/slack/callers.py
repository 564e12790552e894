"""Who asks, for bot/commands.py: their references, and from Slack's profile their zone, language and standing."""

import asyncio
from typing import TYPE_CHECKING, Any

from bot.caller import Caller
from bot.slack.contact import Contact
from bot.slack.membership import Memberships
from bot.slack.remembering import Remembered
from papers.log import get_logger
from papers.models import Frozen

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_SECONDS = 1.5
_KEPT_SECONDS = 3600.0
_NOT_ASKED_SECONDS = 30.0
"""After a profile was not told: not every answer is to wait for it again."""
_MOST = 20_000

log = get_logger("slack")


class Profile(Frozen):
    zone: str | None = None
    language: str | None = None
    limited: bool = False
    """A guest, or somebody whose account is deactivated."""
    team: str | None = None
    organization: str | None = None
    """The Enterprise Grid organization that the person belongs to."""
    stranger: bool = False


class Callers:
    def __init__(self, web: "WebApi", *, seconds: float = _SECONDS) -> None:
        self._web = web
        self._seconds = seconds
        self._memberships = Memberships(web, seconds=seconds)
        self._profiles: Remembered[tuple[str, str], Profile] = Remembered(seconds=_KEPT_SECONDS, most=_MOST)
        self._refused: Remembered[tuple[str, str], bool] = Remembered(seconds=_NOT_ASKED_SECONDS, most=_MOST)

    def quick(self, contact: Contact) -> Caller:
        """Without asking Slack: for what must be acknowledged at once, and what shows a person no time or date."""
        return _caller(contact, self._profiles.get((contact.team, contact.user)))

    async def full(self, contact: Contact) -> Caller:
        """With the profile. If Slack does not tell it in time: UTC, and a member of the workspace may manage.

        Slack being slow must not keep members from subscribing; what a guest might do then can be undone.
        """
        return _caller(contact, await self._profile(contact))

    async def subscribing(self, contact: Contact) -> Caller:
        """The same, and what keeps the app from posting there."""
        caller, hindrance = await asyncio.gather(
            self.full(contact), self._memberships.hindrance(contact, _place_name(contact))
        )
        return caller.model_copy(update={"hindrance": hindrance})

    async def _profile(self, contact: Contact) -> Profile | None:
        key = contact.team, contact.user
        profile = self._profiles.get(key)
        if profile is None and self._refused.get(key) is None:
            profile = await self._asked(contact)
            if profile is not None:
                self._profiles.keep(key, profile)
            else:
                self._refused.keep(key, True)
        return profile

    async def _asked(self, contact: Contact) -> Profile | None:
        try:
            async with asyncio.timeout(self._seconds):
                client = self._web.client(contact.token)
                answer = await client.users_info(user=contact.user, include_locale=True)
        except Exception as error:  # noqa: BLE001 - one can do without
            log.warning("a profile was not told", team=contact.team, error=_short(error))
            return None
        found = answer.get("user")
        return profile_of(found) if isinstance(found, dict) else None


def profile_of(user: dict[str, Any]) -> Profile:
    """https://docs.slack.dev/reference/objects/user-object"""
    organization = user.get("enterprise_user")
    return Profile(
        zone=_text(user.get("tz")),
        language=_text(user.get("locale")),
        limited=any(user.get(name) is True for name in ("is_restricted", "is_ultra_restricted", "deleted")),
        team=_text(user.get("team_id")),
        organization=_text(organization.get("enterprise_id")) if isinstance(organization, dict) else None,
        stranger=user.get("is_stranger") is True,
    )


def _caller(contact: Contact, profile: Profile | None) -> Caller:
    return Caller(
        person=contact.person,
        place=contact.place,
        place_name=_place_name(contact),
        may_manage=_may_manage(contact, profile),
        zone=profile.zone if profile else None,
        language=profile.language if profile else None,
        command=contact.command,
    )


def _may_manage(contact: Contact, profile: Profile | None) -> bool:
    if profile is None:
        return not contact.foreign
    if profile.limited or profile.stranger:
        return False
    home = profile.team or contact.user_team
    same_organization = contact.enterprise is not None and profile.organization == contact.enterprise
    return not home or home == contact.team or same_organization


def _place_name(contact: Contact) -> str:
    name = contact.channel_name
    if not name or name in {"privategroup", "directmessage"}:
        return "this channel"
    return "this conversation" if name.startswith("mpdm-") else f"#{name}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _short(error: Exception) -> str:
    from bot.slack.answers import error_name

    return error_name(error) or type(error).__name__
