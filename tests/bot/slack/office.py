"""The app in this process, over the test's Redis and with some papers, in a workspace of the fake Slack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.commands import Commands
from bot.desk import Desk
from bot.errands import Errands
from bot.slack.app import SlackApp, make_app
from bot.slack.installation import Installations
from bot.slack.installations import open_installations
from bot.slack.socket_mode import run_socket_mode
from bot.slack.web_api import WebApi
from papers.clock import SystemClock
from papers.once import Once
from papers.settings import Settings, load_settings
from papers.vault import Vault
from tests.bot.desks import desk, fill, papers
from tests.fakes.slack import Channel, Slack, Team, User, slack_fake
from tests.papers.word_encoder import WordEncoder


@dataclass
class Ends:
    """Hears of installations that ended."""

    told: list[tuple[Any, ...]] = field(default_factory=list)
    error: Exception | None = None

    async def uninstalled(self, team: str | None, enterprise: str | None, event_time: datetime) -> None:
        self._tell("uninstalled", team, enterprise)

    async def access_revoked(self, teams: Any, enterprise: str | None, event_time: datetime) -> None:
        self._tell("taken out", tuple(teams), enterprise)

    async def tokens_revoked(self, team: str | None, enterprise: str | None, bots: Any, event_time: datetime) -> None:
        self._tell("revoked", team, enterprise, tuple(bots))

    def _tell(self, *what: Any) -> None:
        if self.error is not None:
            raise self.error
        self.told.append(what)


@dataclass
class Office:
    slack: Slack
    team: Team
    ada: User
    papers: Channel
    desk: Desk
    app: SlackApp
    web: WebApi
    settings: Settings
    ends: Ends


@asynccontextmanager
async def office(
    redis: Redis,
    data_dir: Path,
    env: pytest.MonkeyPatch,
    *,
    errands: Errands | None = None,
    connect: bool = True,
    commands: type[Commands] = Commands,
    installations: Installations | None = None,
) -> AsyncIterator[Office]:
    """With ``connect``, by Socket Mode. ``installations``: other than the one of the settings."""
    async with slack_fake() as slack:
        team = slack.add_team()
        ada = slack.add_user(team)
        grant = slack.add_grant(team, installer=ada)
        channel = slack.add_channel(team, "papers", ada)
        for name, value in slack.environment(grant).items():
            env.setenv(name, value)
        settings = load_settings(data_dir=data_dir)
        encoder = WordEncoder()
        table = desk(redis, settings, encoder=encoder)
        await fill(table.store, papers(), encoder)
        web, ends, stop = WebApi(settings), Ends(), asyncio.Event()
        own = open_installations(settings, redis, lambda: Vault([]), web, SystemClock())
        app = make_app(commands(table), installations or own, web, Once(redis), ends, errands=errands)
        running = asyncio.create_task(run_socket_mode(app.receiver, settings, web, stop)) if connect else None
        if running:
            await slack.lines.connected()
        try:
            yield Office(slack, team, ada, channel, table, app, web, settings, ends)
        finally:
            stop.set()
            if running:
                await running
            await app.close()
            await own.close()
            await web.close()
