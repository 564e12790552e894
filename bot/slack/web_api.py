"""Calls of Slack's Web API: one connection pool for all workspaces, nothing tried again behind our back.

slack_sdk's own retry after a broken connection may post twice, so it is off: who calls decides.
"""

from typing import TYPE_CHECKING

from bot.slack.paces import Paces
from papers.settings import Settings

if TYPE_CHECKING:
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

_CONNECTIONS = 100


class WebApi:
    """Makes clients. Used by one event loop; close it at the end."""

    def __init__(self, settings: Settings) -> None:
        self.base_url = f"{settings.slack.api_url}/"
        self.timeout = settings.slack.timeout
        """Seconds a call may take."""
        self.paces = Paces()
        """For answers to people; what is delivered is paced by the ledger."""
        self._session: aiohttp.ClientSession | None = None

    def client(self, token: str | None = None, *, patient: bool = False) -> "AsyncWebClient":
        """A client for one token; cheap. Its calls raise SlackApiError, aiohttp.ClientError and TimeoutError.

        ``patient``: it waits some seconds when Slack asks to, for what nobody else would send again.
        """
        from slack_sdk.web.async_client import AsyncWebClient

        from bot.slack.rate_limits import short_waits

        return AsyncWebClient(
            token=token,
            base_url=self.base_url,
            timeout=self.timeout,  # type: ignore[arg-type]  # aiohttp takes a float
            session=self.session,
            retry_handlers=short_waits() if patient else [],
        )

    @property
    def session(self) -> "aiohttp.ClientSession":
        """The connections of all clients. To be asked for where an event loop runs."""
        import aiohttp

        if self._session is None or self._session.closed:
            # Given a session of ours, slack_sdk leaves time limits to it. One for connecting tells what never left.
            limits = aiohttp.ClientTimeout(total=self.timeout, connect=self.timeout / 2)
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS), timeout=limits)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
