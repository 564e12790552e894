"""A Slack of our own, on real sockets, that enforces what is documented.

In a test:

    async with slack_fake() as slack:
        team = slack.add_team()
        ...PAPERBOY_SLACK_API_URL=slack.api_url...
        answer = await slack.command(ada, papers, "/papers", "search diffusion")
        message = await answer.message()
        await slack.press(message, "Save", ada)
        assert slack.violations == []

By itself, with a page on which a person can try the app:

    python -m tests.fakes.slack --port 9200 --log FILE
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from tests.fakes.slack_answers import Answer, buttons, find_button, find_field, until, words
from tests.fakes.slack_happenings import Happenings, Installed
from tests.fakes.slack_server import Server
from tests.fakes.slack_state import Channel, Grant, Message, Team, User, View
from tests.fakes.slack_world import AppConfig

__all__ = [
    "Answer",
    "AppConfig",
    "Channel",
    "Grant",
    "Installed",
    "Message",
    "Slack",
    "Team",
    "User",
    "View",
    "buttons",
    "find_button",
    "find_field",
    "slack_fake",
    "until",
    "words",
]


@dataclass
class Slack(Happenings):
    """Drive it with its methods; what it holds is for tests to look at."""

    @property
    def api_url(self) -> str:
        """For PAPERBOY_SLACK_API_URL."""
        return f"{self.base_url}/api"

    def use_http(self, request_url: str) -> None:
        """The app takes signed requests there, instead of Socket Mode."""
        self.lines.request_url = request_url

    def environment(self, grant: Grant | None = None) -> dict[str, str]:
        """Settings for an app that runs as its own process, with Socket Mode where one token is given."""
        config = self.config
        hosted = {
            "PAPERBOY_SLACK_API_URL": self.api_url,
            "PAPERBOY_SLACK_SIGNING_SECRET": config.signing_secret,
            "PAPERBOY_SLACK_CLIENT_ID": config.client_id,
            "PAPERBOY_SLACK_CLIENT_SECRET": config.client_secret,
        }
        if grant is None:
            return hosted
        return {
            "PAPERBOY_SLACK_API_URL": self.api_url,
            "PAPERBOY_SLACK_BOT_TOKEN": grant.token,
            "PAPERBOY_SLACK_APP_TOKEN": config.app_token,
        }


@asynccontextmanager
async def slack_fake(
    config: AppConfig | None = None, *, port: int = 0, log: Path | None = None
) -> AsyncIterator[Slack]:
    """An empty Slack on a free port."""
    from tests.fakes.slack_page import add_page

    slack = Slack(config or AppConfig())
    server = Server(slack, slack.oauth, slack.lines.new_link, slack.lines.link, slack.token_taken, slack.app_wrote)
    app = server.application()
    add_page(app, slack, log)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    slack.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield slack
    finally:
        await slack.lines.close()
        for task in slack.telling:
            task.cancel()
        await runner.cleanup()


async def _serve(port: int, log: Path | None, request_url: str | None) -> None:
    async with slack_fake(port=port, log=log) as slack:
        team = slack.add_team()
        ada = slack.add_user(team)
        grant = slack.add_grant(team, installer=ada)
        slack.add_channel(team, "papers", ada)
        slack.direct(ada.id, grant.bot_user)
        if request_url:
            slack.use_http(request_url)
        print(f"port {slack.base_url.rpartition(':')[2]}")
        print(f"page {slack.base_url}/")
        for name, value in (slack.environment() | slack.environment(grant)).items():
            print(f"export {name}={value}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="a Slack of our own")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="a file to which each call and violation is written")
    parser.add_argument("--request-url", help="where the app takes requests; without, it connects (Socket Mode)")
    asked = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(asked.port, asked.log, asked.request_url))


if __name__ == "__main__":
    main()
