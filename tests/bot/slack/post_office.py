"""One who delivers to a Slack on a real socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.slack.adapter import SlackAdapter
from bot.slack.installation import Installation
from bot.slack.installations import RedisInstallations
from bot.slack.installer import installer_of
from bot.slack.web_api import WebApi
from papers.adapters import Parcel
from papers.addresses import AddressBook
from papers.clock import FixedClock
from papers.contents import DigestContent
from papers.deliveries import Ledger
from papers.delivery_attempt import Attempt
from papers.delivery_models import Delivery
from papers.destinations import Platform, parse_destination
from papers.following import DigestOptions
from papers.models import Window
from papers.settings import Settings, load_settings
from papers.subscriptions import Subscriptions
from papers.vault import Vault
from papers.writing import Written
from tests.bot.samples import trending
from tests.fakes.slack import Grant, Message, Slack, Team, User, slack_fake
from tests.papers.builders import NOON
from tests.papers.fake_adapter import FakeWriter
from tests.papers.ledger_builders import claim_one, message, put
from tests.papers.waiting import eventually


class Digests(FakeWriter):
    """Writes a digest of ``count`` papers for every delivery."""

    def __init__(self, count: int = 2, title: str = "A paper") -> None:
        super().__init__()
        self.count, self.title = count, title

    async def write(self, delivery: Delivery, now: Any, **more: Any) -> Written | None:
        if self.nothing:
            return None
        chart = tuple(
            trending(rank, id=f"2410.{rank:05d}", title=f"{self.title} {rank}") for rank in range(1, self.count + 1)
        )
        content = DigestContent(chart=chart, at=NOON, window=Window.DAY, zone="UTC", options=DigestOptions())
        return Written(content, told=None, papers=tuple(item.paper.id for item in chart))


@dataclass
class PostOffice:
    """One workspace with a channel, and one who delivers to it."""

    slack: Slack
    redis: Redis
    settings: Settings
    installations: RedisInstallations
    team: Team
    grant: Grant
    ada: User
    ledger: Ledger
    writer: Digests
    web: WebApi

    def adapter(self) -> SlackAdapter:
        """Of a process that has just started: it remembers nothing."""
        return SlackAdapter(self.settings, self.installations, self.web)

    def attempt(self) -> Attempt:
        adapter = self.adapter()
        addresses = AddressBook(self.redis, lambda: Vault([]))
        return Attempt(
            self.ledger,
            self.writer,
            Subscriptions(self.redis, self.settings),
            addresses,
            {Platform.SLACK: adapter},
            max_tries=4,
            last_resort=lambda destination: installer_of(self.installations, self.web, destination),
            seed=1,
        )

    async def deliver(self, target: str, attempt: Attempt | None = None) -> Delivery:
        await put(self.ledger, message(f"slack:{self.team.id}/{target}"))
        return await self.again(attempt)

    async def again(self, attempt: Attempt | None = None, *, days: int = 1) -> Delivery:
        claim = await claim_one(self.ledger, now=NOON + timedelta(days=days))
        await (attempt or self.attempt()).make(claim, NOON)
        return await self.ledger.get(claim.delivery.id)

    async def send(self, adapter: SlackAdapter, delivery: Delivery) -> str:
        """What a process does that dies before it can record anything."""

        async def commit() -> None:
            return None

        written = await self.writer.write(delivery, NOON)
        assert written is not None
        return await adapter.send(Parcel(delivery, parse_destination(delivery.destination), written.content), commit)

    async def posted(self, channel: str) -> None:
        """Returns as soon as there is a message."""

        async def holds() -> bool:
            return bool(self.there(channel))

        await eventually(holds)

    def there(self, channel: str) -> list[Message]:
        """What stands in the channel itself."""
        return [one for one in self.slack.in_channel(channel) if one.thread_ts is None]


@asynccontextmanager
async def post_office(redis: Redis, data_dir: Path, env: pytest.MonkeyPatch) -> AsyncIterator[PostOffice]:
    async with slack_fake() as slack:
        env.setenv("PAPERBOY_SLACK_API_URL", slack.api_url)
        env.setenv("PAPERBOY_SLACK_TIMEOUT", "2")
        settings = load_settings(data_dir=data_dir)
        web, vault = WebApi(settings), Vault([Fernet.generate_key()])
        installations = RedisInstallations(redis, lambda: vault, web, FixedClock(NOON), settings)
        team = slack.add_team()
        ada = slack.add_user(team)
        grant = slack.add_grant(team, installer=ada)
        await installations.save(installation(grant))
        ledger = Ledger(redis, settings, lease=60)
        yield PostOffice(slack, redis, settings, installations, team, grant, ada, ledger, Digests(), web)
        await installations.close()
        await web.close()


def installation(grant: Grant, token: str | None = None) -> Installation:
    return Installation(
        team=grant.team,
        enterprise=grant.enterprise,
        bot_token=SecretStr(token or grant.token),
        bot_user=grant.bot_user,
        bot_id=grant.bot_id,
        scopes=grant.scopes,
        installer=grant.installer,
        installed_at=NOON,
    )
