"""Who asks, for bot/commands.py: their references, and from Slack's profile their zone, language and standing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.caller import Caller
from bot.slack.belonging import Profile, home, is_member, profile_of
from bot.slack.contact import Contact
from bot.slack.membership import Memberships
from bot.slack.remembering import Remembered
from papers.destinations import Platform
from papers.errors import SecretsUnavailable, TryLater
from papers.log import get_logger

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_SECONDS = 1.5
_KEPT_SECONDS = 3600.0
_NOT_ASKED_SECONDS = 30.0
"""After a profile was not told: not every answer is to wait for it again."""
_MOST = 20_000

_NOT_INSTALLED = (
    "Paperboy is not installed in your own workspace, so I can neither keep anything for you nor write to you. You can "
    "search here all the same. For the rest, ask whoever manages the apps of your workspace to install it."
)
_UNKNOWN = "Slack does not tell me at the moment which workspace you are of, so I kept nothing. Try again in a minute."

log = get_logger("slack")


class Callers:
    def __init__(
        self,
        web: "WebApi",
        installed: Callable[[str, str | None], Awaitable[object | None]],
        *,
        seconds: float = _SECONDS,
    ) -> None:
        """``installed`` finds the installation of a workspace and its organization, as ``Installations`` do."""
        self._web = web
        self._installed = installed
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
        profile = await self._profile(contact)
        unreachable = await self._unreachable(contact, profile)
        return _caller(contact, profile).model_copy(update={"unreachable": unreachable})

    async def subscribing(self, contact: Contact) -> Caller:
        """The same, and what keeps the app from posting there."""
        caller, hindrance = await asyncio.gather(
            self.full(contact), self._memberships.hindrance(contact, _place_name(contact))
        )
        return caller.model_copy(update={"hindrance": hindrance})

    async def _unreachable(self, contact: Contact, profile: Profile | None) -> str:
        """Of people of other workspaces: what they get comes by their own workspace's installation."""
        where = home(contact, profile)
        if where == contact.team:
            return ""
        if where is None:
            return _UNKNOWN
        organization = profile.organization if profile is not None and profile.team == where else None
        try:
            return "" if await self._installed(where, organization) is not None else _NOT_INSTALLED
        except (SecretsUnavailable, TryLater):
            return ""  # there is one

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


def _caller(contact: Contact, profile: Profile | None) -> Caller:
    return Caller(
        person=f"{Platform.SLACK}:{home(contact, profile) or contact.user_team}/{contact.user}",
        place=contact.place,
        place_name=_place_name(contact),
        may_manage=is_member(contact, profile),
        zone=profile.zone if profile else None,
        language=profile.language if profile else None,
        command=contact.command,
    )


def _place_name(contact: Contact) -> str:
    name = contact.channel_name
    if not name or name in {"privategroup", "directmessage"}:
        return "this channel"
    return "this conversation" if name.startswith("mpdm-") else f"#{name}"


def _short(error: Exception) -> str:
    from bot.slack.answers import error_name

    return error_name(error) or type(error).__name__
