"""One who delivers to a Discord on a real socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from redis.asyncio import Redis

from bot.discord.adapter import DiscordAdapter
from papers.adapters import Parcel
from papers.addresses import AddressBook
from papers.contents import DigestContent
from papers.deliveries import Ledger
from papers.delivery_attempt import Attempt
from papers.delivery_models import Delivery
from papers.destinations import Platform, parse_destination
from papers.following import DigestOptions
from papers.models import Window
from papers.settings import Settings
from papers.subscriptions import Subscriptions
from papers.vault import Vault
from papers.writing import Written
from tests.bot.samples import trending
from tests.fakes.discord_rest import Rest
from tests.fakes.discord_state import Channel, Message, User
from tests.fakes.discord_world import World
from tests.papers.builders import NOON
from tests.papers.fake_adapter import FakeWriter
from tests.papers.ledger_builders import claim_one, message, put

POST = "POST /channels/{channel_id}/messages"
HISTORY = "GET /channels/{channel_id}/messages"
THREAD = "POST /channels/{channel_id}/messages/{message_id}/threads"
CROSSPOST = "POST /channels/{channel_id}/messages/{message_id}/crosspost"
OPEN_DM = "POST /users/@me/channels"


class Digests(FakeWriter):
    """Writes a digest of ``count`` papers for every delivery."""

    def __init__(self, count: int = 2, title: str = "A paper") -> None:
        super().__init__()
        self.count, self.title = count, title
        self.options = DigestOptions()

    async def write(self, delivery: Delivery, now: Any, **more: Any) -> Written | None:
        chart = tuple(
            trending(rank, id=f"2410.{rank:05d}", title=f"{self.title} {rank}") for rank in range(1, self.count + 1)
        )
        content = DigestContent(chart=chart, at=NOON, window=Window.DAY, zone="UTC", options=self.options)
        return Written(content, told=None, papers=tuple(item.paper.id for item in chart))


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    """The REST API of a world; yields what PAPERBOY_DISCORD_API_URL is to be."""
    runner = web.AppRunner(Rest(world, lambda asked: {"url": "wss://nowhere.example"}).application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    world.base_url = f"http://{host}:{port}"
    try:
        yield f"{world.base_url}/api"
    finally:
        await runner.cleanup()


@dataclass
class PostOffice:
    world: World
    redis: Redis
    settings: Settings
    ledger: Ledger
    writer: Digests = field(default_factory=Digests)
    opened: list[DiscordAdapter] = field(default_factory=list)

    def adapter(self) -> DiscordAdapter:
        """Of a process that has just started: it remembers nothing."""
        self.opened.append(DiscordAdapter(self.settings, self.redis))
        return self.opened[-1]

    def attempt(self, adapter: DiscordAdapter | None = None) -> Attempt:
        addresses = AddressBook(self.redis, lambda: Vault([]))
        adapters = {Platform.DISCORD: adapter or self.adapter()}
        return Attempt(
            self.ledger, self.writer, Subscriptions(self.redis, self.settings), addresses, adapters, max_tries=4, seed=1
        )

    async def deliver(self, target: Channel | User | str, attempt: Attempt | None = None) -> Delivery:
        await put(self.ledger, message(reference(target)))
        return await self.again(attempt)

    async def again(self, attempt: Attempt | None = None, *, days: int = 1) -> Delivery:
        claim = await claim_one(self.ledger, now=NOON + timedelta(days=days))
        await (attempt or self.attempt()).make(claim, NOON)
        return await self.ledger.get(claim.delivery.id)

    async def send(self, adapter: DiscordAdapter, delivery: Delivery) -> str:
        """What a process does that dies before it can record anything."""

        async def commit() -> None:
            return None

        written = await self.writer.write(delivery, NOON)
        assert written is not None
        return await adapter.send(Parcel(delivery, parse_destination(delivery.destination), written.content), commit)

    def there(self, channel: Channel) -> list[Message]:
        """What the app wrote in a channel, oldest first."""
        return [one for one in self.world.in_channel(channel) if one.author == self.world.app.id]

    async def close(self) -> None:
        for adapter in self.opened:
            await adapter.close()


def reference(target: Channel | User | str) -> str:
    if isinstance(target, str):
        return target
    return f"discord:@{target.id}" if isinstance(target, User) else f"discord:{target.id}"


LATER: datetime = NOON + timedelta(days=1)
