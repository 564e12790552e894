"""Cards under links to papers, where the app hears of them."""

from typing import TYPE_CHECKING

from bot.commands import Commands
from bot.slack.answers import error_name
from bot.slack.callers import Callers
from bot.slack.contact import Contact
from bot.slack.home_view import unfurl
from bot.slack.payloads import LinkShared
from papers.log import get_logger

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_MOST = 20
_COMPOSER = "composer"
"""While it is still being written. The message that is sent tells us of the link again, in its channel."""

log = get_logger("slack")


class Unfurls:
    def __init__(self, commands: Commands, callers: Callers, web: "WebApi") -> None:
        self._commands = commands
        self._callers = callers
        self._web = web

    async def show(self, contact: Contact, shared: LinkShared) -> None:
        if shared.source == _COMPOSER or not shared.message_ts:
            return
        urls = list(dict.fromkeys(link.url for link in shared.links[:_MOST]))
        caller = self._callers.quick(contact)
        cards = await self._commands.unfurl(caller, urls)
        if not cards:
            return
        shown = {url: unfurl(card) for url, card in cards.items()}
        try:
            await self._web.client(contact.token, patient=True).chat_unfurl(
                channel=shared.channel, ts=shared.message_ts, unfurls=shown
            )
        except Exception as error:  # noqa: BLE001 - a link without a card is still a link
            reason = error_name(error) or type(error).__name__
            log.warning("a link got no card", team=contact.team, reason=reason)
            await self._commands.not_unfurled(caller, cards)
