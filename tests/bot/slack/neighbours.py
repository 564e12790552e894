"""A channel of Ada's workspace that Eve's shares, with the app at Ada's and, in some cases, at Eve's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.caller import Caller
from bot.commands import Commands
from bot.slack.stored_installations import RedisInstallations
from bot.slack.web_api import WebApi
from tests.bot.slack.installing import installation, slack_settings, stored
from tests.bot.slack.office import Office, office
from tests.fakes.slack import Answer, Channel, Grant, Message, Slack, Team, User, View

__all__ = ["CASES", "Case", "Neighbours", "neighbours"]

AT = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    host: str | None = None
    """The organization of Ada's workspace."""
    whole_host: bool = False
    """That organization installed the app, not the workspace."""
    guests: str | None = None
    """The organization of Eve's."""
    theirs: str = ""
    """How the app is installed at Eve's: ``own``, ``whole``, or not at all."""
    invited: bool = False
    """Eve's app is in the channel, too."""

    def __str__(self) -> str:
        """Names the case in the list of tests."""
        host = f"{'whole ' if self.whole_host else ''}{self.host or 'T'}"
        return f"{host} and {self.guests or 'T'} {self.theirs or 'without'}{' invited' if self.invited else ''}"


CASES = [
    Case(host, whole_host, guests, theirs, invited)
    for host, whole_host in ((None, False), ("E0HOST", False), ("E0HOST", True))
    for guests, theirs in ((None, ""), (None, "own"), ("E0GUESTS", ""), ("E0GUESTS", "own"), ("E0GUESTS", "whole"))
    for invited in ((False, True) if theirs else (False,))
]


@dataclass
class Neighbours:
    here: Office
    store: RedisInstallations
    host: Team
    guests: Team
    ada: User
    eve: User
    papers: Channel
    app: Grant
    theirs: Grant | None
    heard: list[Caller] = field(default_factory=list)
    """Who asked, as the commands were told."""

    @property
    def slack(self) -> Slack:
        return self.here.slack

    @property
    def eves(self) -> str:
        return f"slack:{self.guests.id}/{self.eve.id}"

    @property
    def place(self) -> str:
        return f"slack:{self.host.id}/{self.papers.id}"

    async def mention(self, user: User, text: str) -> Message:
        return await (await self.slack.mention(user, self.papers, text)).message()

    async def pressing(self, user: User, text: str, button: str) -> Answer:
        """A button of the answer to a mention."""
        return await self.slack.press(await self.mention(user, text), button, user)

    async def follow_form(self, user: User) -> View:
        return await (await self.pressing(user, "follow robots that open doors", "Choose when")).form("topic")

    async def digest_of_ada(self) -> str:
        """Ada subscribes the channel; the id of the subscription."""
        view = await (await self.slack.command(self.ada, self.papers, "/papers", "subscribe")).form("zone")
        await self.slack.submit(view)
        (mine,) = await self.here.desk.subscriptions.of_destination(self.place)
        return mine.id

    async def forged(self, user: User, action_id: str) -> Answer:
        """A button that was never offered, on a message that is there."""
        shown = await self.mention(user, "help")
        element = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "x"}}
        shown.blocks = [{"type": "actions", "elements": [element]}]
        return await self.slack.press(shown, action_id, user)


@asynccontextmanager
async def neighbours(redis: Redis, data_dir: Path, env: pytest.MonkeyPatch, case: Case) -> AsyncIterator[Neighbours]:
    heard: list[Caller] = []
    nobody = slack_settings()
    web = WebApi(nobody)
    store = stored(redis, web, nobody)
    async with office(redis, data_dir, env, installations=store, commands=_hearing(heard)) as here:
        slack = here.slack
        host, guests = slack.add_team("Host", enterprise=case.host), slack.add_team("Guests", enterprise=case.guests)
        app = slack.add_grant(None if case.whole_host else host, enterprise=case.host)
        theirs = None
        if case.theirs:
            theirs = slack.add_grant(None if case.theirs == "whole" else guests, enterprise=case.guests)
        for grant in filter(None, (app, theirs)):
            await store.save(installation(grant, at=AT))
        ada, eve = slack.add_user(host, "ada"), slack.add_user(guests, "eve")
        papers = slack.add_channel(host, "papers", ada, eve)
        papers.shared_with.add(guests.id)
        if theirs is not None and case.invited:
            papers.members.add(theirs.bot_user)
        yield Neighbours(here, store, host, guests, ada, eve, papers, app, theirs, heard)
    await web.close()


def _hearing(heard: list[Caller]) -> type[Commands]:
    class Hearing(Commands):
        async def _as_they_read(self, caller: Caller) -> Caller:
            heard.append(caller)
            return await super()._as_they_read(caller)

        async def suggest(self, caller: Caller, field: str, typed: str) -> Any:
            heard.append(caller)
            return await super().suggest(caller, field, typed)

    return Hearing
