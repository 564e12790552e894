"""A Discord of our own, on real sockets, that enforces what is documented.

In a test:

    async with discord_fake() as discord:
        guild = discord.add_guild()
        ada = discord.add_user("ada", guild)
        papers = discord.add_channel(guild, "papers")
        ...PAPERBOY_DISCORD_API_URL=discord.api_url, PAPERBOY_DISCORD_TOKEN=discord.config.token...
        await discord.ready()
        answer = await discord.command(ada, papers, "search", words="diffusion")
        message = await answer.message()
        await discord.press(message, "Save", ada)
        assert discord.violations == []

By itself, with an API by which a person can try the bot:

    python -m tests.fakes.discord --port 9300
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

from tests.fakes.discord_answers import Answer, buttons, find_component, until, words
from tests.fakes.discord_config import AppConfig
from tests.fakes.discord_happenings import Happenings
from tests.fakes.discord_rest import Rest
from tests.fakes.discord_state import Channel, Guild, Interaction, Message, Modal, User

__all__ = [
    "Answer",
    "AppConfig",
    "Channel",
    "Discord",
    "Guild",
    "Interaction",
    "Message",
    "Modal",
    "User",
    "buttons",
    "discord_fake",
    "find_component",
    "until",
    "words",
]


@dataclass(repr=False)
class Discord(Happenings):
    """Drive it with its methods; what it holds is for tests to look at."""

    @property
    def api_url(self) -> str:
        """For PAPERBOY_DISCORD_API_URL."""
        return f"{self.base_url}/api"

    def environment(self) -> dict[str, str]:
        """Settings for a bot that runs as its own process."""
        return {"PAPERBOY_DISCORD_API_URL": self.api_url, "PAPERBOY_DISCORD_TOKEN": self.config.token}


@asynccontextmanager
async def discord_fake(config: AppConfig | None = None, *, port: int = 0) -> AsyncIterator[Discord]:
    """An empty Discord on a free port."""
    from tests.fakes.discord_control import add_control

    discord = Discord(config=config or AppConfig())
    app = Rest(discord, discord.gateway.told).application()
    app.router.add_get("/gateway", discord.gateway.serve)
    app.router.add_get("/gateway/", discord.gateway.serve)
    add_control(app, discord)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    discord.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield discord
    finally:
        discord.gateway.closed = True
        discord.gateway.cut()
        await runner.cleanup()


async def _serve(config: AppConfig, port: int, guilds: int, channels: int) -> None:
    async with discord_fake(config, port=port) as discord:
        ada = discord.add_user("ada")
        for number in range(guilds):
            guild = discord.add_guild(f"Labs {number}", owner=ada)
            for other in range(channels):
                discord.add_channel(guild, f"papers-{other}" if other else "papers")
            discord.add_announcements(guild)
            discord.add_forum(guild)
        print(f"port {discord.base_url.rpartition(':')[2]}")
        print(f"control {discord.base_url}/control")
        for name, value in discord.environment().items():
            print(f"export {name}={value}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="a Discord of our own")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--guilds", type=int, default=1)
    parser.add_argument("--channels", type=int, default=1, help="of each server")
    parser.add_argument("--shards", type=int, default=1, help="how many are advised")
    parser.add_argument("--max-concurrency", type=int, default=1, help="shards that may identify at once")
    parser.add_argument("--unchecked", action="store_true", help="bodies are not held against Discord's description")
    asked = parser.parse_args()
    config = AppConfig(shards=asked.shards, max_concurrency=asked.max_concurrency, checked=not asked.unchecked)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(config, asked.port, asked.guilds, asked.channels))


if __name__ == "__main__":
    main()
