"""The Home tab: published when it is opened, and again after something on it changed."""

from bot.commands import Commands
from bot.slack.callers import Callers
from bot.slack.contact import Contact
from bot.slack.home_view import home
from bot.slack.remembering import Remembered
from bot.slack.views import Views

_OPENED_SECONDS = 3600.0
_MOST = 10_000


class Homes:
    def __init__(self, commands: Commands, callers: Callers, views: Views) -> None:
        self._commands = commands
        self._callers = callers
        self._views = views
        self._opened: Remembered[tuple[str, str], bool] = Remembered(seconds=_OPENED_SECONDS, most=_MOST)

    async def publish(self, contact: Contact) -> None:
        page = await self._commands.home(await self._callers.full(contact.at_home()))
        self._opened.keep((contact.team, contact.user), True)
        await self._views.publish(contact, home(page))

    async def changed(self, contact: Contact) -> None:
        """Publish it again, if they had it open lately: Slack tells us when it is opened, not when it is left.

        Another process may not know that it was: then it is as it was until it is opened again.
        """
        if self._opened.get((contact.team, contact.user)):
            await self.publish(contact)
