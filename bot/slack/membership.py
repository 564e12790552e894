"""Whether the app may write in a channel, asked when somebody subscribes it: a post that fails at nine is too late."""

import asyncio
from typing import TYPE_CHECKING, Any

from bot.slack.answers import error_name
from bot.slack.contact import Contact
from bot.slack.remembering import Remembered
from papers.log import get_logger

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_KEPT_SECONDS = 600.0
_MOST = 10_000
_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})
"""A private channel shows itself to its members alone."""

log = get_logger("slack")


class Memberships:
    def __init__(self, web: "WebApi", *, seconds: float) -> None:
        """``seconds`` that Slack may take."""
        self._web = web
        self._seconds = seconds
        self._member_of: Remembered[tuple[str, str], bool] = Remembered(seconds=_KEPT_SECONDS, most=_MOST)

    async def hindrance(self, contact: Contact, place_name: str) -> str:
        """What keeps the app from writing where the person is, and how to mend it. Empty where nothing is known to."""
        if contact.place is None:
            return ""
        key = contact.team, str(contact.channel)
        if self._member_of.get(key):
            return ""
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._web.client(contact.token).conversations_info(channel=str(contact.channel))
        except Exception as error:  # noqa: BLE001 - then the doctor, or the post itself, will tell
            name = error_name(error)
            if name not in _UNSEEN:
                log.warning("a channel was not told", team=contact.team, error=name or type(error).__name__)
                return ""
            return _invite(place_name)
        channel: Any = answer.get("channel")
        if not isinstance(channel, dict) or channel.get("is_member") is not False:
            self._member_of.keep(key, True)
            return ""
        return _invite(place_name)


def _invite(place_name: str) -> str:
    return f"Paperboy is not in {place_name} yet, and cannot post there: write /invite @Paperboy in it."
