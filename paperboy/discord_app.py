"""The Discord app over the post office: built here, run by ``paperboy discord``."""

import asyncio
from typing import TYPE_CHECKING

from paperboy.post import Post
from papers.errors import BadInput
from papers.log import get_logger
from papers.settings import DiscordSettings

if TYPE_CHECKING:
    from bot.discord.app import DiscordApp

_NOT_SET_UP = (
    "Discord is not set up: set PAPERBOY_DISCORD_TOKEN to the token of your application's bot, from the page Bot in "
    "its developer portal (https://discord.com/developers/applications)"
)


def check_settings(discord: DiscordSettings) -> None:
    """Raises BadInput naming what is missing to run the app, or what does not go together."""
    if discord.token is None:
        raise BadInput(_NOT_SET_UP)
    from bot.discord.shards import check_shares

    check_shares(discord)


async def run_app(post: Post, stop: asyncio.Event) -> None:
    """Connected until ``stop`` is set, whatever Discord says of the token: the log tells."""
    from bot.commands import Commands
    from bot.discord.app import make_app
    from bot.discord.breaker import Breaker
    from bot.discord.running import run_discord
    from bot.discord.syncing import keep_syncing
    from bot.settling import settle
    from paperboy.desk import desk_of

    app = post.app
    desk = desk_of(post)
    commands = Commands(desk)

    async def logged_in(made: "DiscordApp") -> None:
        application = made.client.application_id
        assert application is not None  # known since the login
        await keep_syncing(made.client.tree, application, app.store.redis, desk.once)

    def ready(made: "DiscordApp") -> None:
        client = made.client
        settle()
        shards = f"{len(client.shards)} of {client.shard_count}"
        get_logger("discord").info("discord ready", shards=shards, servers=len(client.guilds))

    settings = app.settings.discord
    assert settings.token is not None  # as check_settings has seen
    await run_discord(
        lambda: make_app(desk, commands=commands),
        settings,
        stop,
        breaker=Breaker(app.store.redis, settings.token.get_secret_value()),
        on_login=logged_in,
        on_ready=ready,
    )
