"""The first message to whoever installed the app: the ways to start."""

from bot.slack.installation import Installation
from bot.slack.web_api import WebApi
from papers.once import Once

_ONCE_SECONDS = 30 * 24 * 3600
TEXT = (
    "Thank you for installing Paperboy. Three ways to start:\n"
    "• In a channel, write `/invite @Paperboy`, then `/papers subscribe`: a digest comes at the hour you choose.\n"
    "• Anywhere, write `/papers search robots that learn from video`: only you see the answer.\n"
    "• Write `/papers follow` and a topic in your own words: new papers about it come here.\n"
    "My Home tab shows what is trending; `/papers help` tells the rest."
)


class Greeting:
    def __init__(self, web: WebApi, once: Once) -> None:
        self._web = web
        self._once = once

    async def greet(self, installation: Installation) -> bool:
        """Tell the installer, once a month however often it is installed anew. Returns whether it was told now.

        Raises what calls of the Web API raise. After an error it is not told again: it may have been.
        """
        if not installation.installer:
            return False
        if not await self._once.first(
            "slack-greeting", installation.where, installation.installer, seconds=_ONCE_SECONDS
        ):
            return False
        client = self._web.client(installation.bot_token.get_secret_value())
        await client.chat_postMessage(channel=installation.installer, text=TEXT, unfurl_links=False, unfurl_media=False)
        return True
