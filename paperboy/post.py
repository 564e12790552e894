"""The post office: subscriptions, ledger, writer and adapters over an open store, built for whoever delivers."""

import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from paperboy.wiring import App, open_app, run_async
from papers.addresses import AddressBook
from papers.clock import Clock
from papers.deliveries import Ledger
from papers.delivery_attempt import Attempt
from papers.delivery_models import State
from papers.destinations import Destination, Platform, owner_name, parse_destination
from papers.errors import BadInput
from papers.personal_data import PersonalData
from papers.preferences import PreferenceBook
from papers.saved import SavedPapers
from papers.sending import Sender
from papers.subscriptions import Subscriptions
from papers.vault import Vault, open_vault
from papers.votes import Votes
from papers.writing import Writer

if TYPE_CHECKING:
    from bot.slack.installations import OpenInstallations
    from bot.slack.web_api import WebApi
    from papers.adapters import Adapter
    from papers.encoder import Encoder
    from papers.topic_book import TopicBook
    from papers.topic_desk import TopicDesk

T = TypeVar("T")


@dataclass
class Post:
    """What commands, worker and scheduler deliver with. ``adapters`` are those that are configured."""

    app: App
    adapters: "Mapping[Platform, Adapter]"

    @cached_property
    def vault(self) -> Vault:
        return open_vault(self.app.settings)

    @cached_property
    def addresses(self) -> AddressBook:
        return AddressBook(self.app.store.redis, lambda: self.vault)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self.app.store.redis, self.app.settings)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.app.store.redis, self.app.settings)

    @cached_property
    def book(self) -> "TopicBook":
        from papers.topic_book import TopicBook

        return TopicBook(self.app.store.redis, self.app.settings.embedding.model)

    @cached_property
    def encoder(self) -> "Encoder":
        """For topics: a worker's model if one is alive, else the model in this process."""
        from papers.remote_embedding import WorkerFirstEncoder

        return WorkerFirstEncoder(self.app.store.redis, self.app.settings, self.app.encoder)

    @cached_property
    def topics(self) -> "TopicDesk":
        from papers.topic_desk import TopicDesk

        return TopicDesk(self.app.store, self.subscriptions, self.encoder, self.app.clock)

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.app.store, self.subscriptions, self.addresses)

    @cached_property
    def slack_web(self) -> "WebApi":
        """For all that calls Slack; closed with the post office."""
        from bot.slack.web_api import WebApi

        return WebApi(self.app.settings)

    async def close_slack_web(self) -> None:
        """Where anybody used it: the doctor does so without a token, too."""
        if "slack_web" in self.__dict__:
            await self.slack_web.close()

    @cached_property
    def slack_installations(self) -> "OpenInstallations":
        from bot.slack.installations import open_installations

        app = self.app
        return open_installations(app.settings, app.store.redis, lambda: self.vault, self.slack_web, app.clock)

    @property
    def personal_data(self) -> PersonalData:
        redis = self.app.store.redis
        return PersonalData(
            redis,
            self.subscriptions,
            self.ledger,
            self.addresses,
            SavedPapers(redis),
            PreferenceBook(redis),
            Votes(redis, self.app.settings),
        )

    def sender(self, clock: Clock, *, on_done: Callable[[State], None] | None = None) -> Sender:
        """A sender for every platform that is configured."""
        settings = self.app.settings.delivery
        attempt = Attempt(
            self.ledger,
            self.writer,
            self.subscriptions,
            self.addresses,
            self.adapters,
            max_tries=settings.max_tries,
            last_resort=self._installer if Platform.SLACK in self.adapters else None,
        )
        return Sender(self.ledger, attempt, self.adapters, clock, concurrency=settings.concurrency, on_done=on_done)

    async def _installer(self, destination: str) -> str | None:
        from bot.slack.installer import installer_of

        return await installer_of(self.slack_installations, self.slack_web, destination)

    async def reference(self, person: str) -> str:
        """The reference of a person named on the command line: a destination, or a plain name. Raises BadInput."""
        if ":" in person:
            return await self.addresses.lookup(parse_destination(person))
        return owner_name(person)

    def check(self, destination: Destination) -> None:
        """Raises BadInput for a platform that is not configured here, and a file that cannot be written."""
        if destination.platform not in self.adapters:
            raise BadInput(_MISSING[destination.platform])
        if destination.platform is Platform.FILE:
            _check_file(Path(destination.address))


def _check_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise BadInput(f"file:{path} is in no folder that exists: make {path.parent} first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BadInput(f"file:{path} cannot be written: change its permissions, or name another")


_MISSING = {
    Platform.EMAIL: "e-mail is not set up: set PAPERBOY_EMAIL_HOST, PAPERBOY_EMAIL_SENDER and PAPERBOY_WEB_URL",
    Platform.SLACK: "Slack is not set up: set PAPERBOY_SLACK_BOT_TOKEN for one workspace, or PAPERBOY_SLACK_CLIENT_ID "
    "and PAPERBOY_SLACK_CLIENT_SECRET for all that install the app",
    Platform.DISCORD: "Discord is not set up: set PAPERBOY_DISCORD_TOKEN, of the page Bot in its developer portal",
}


@asynccontextmanager
async def open_post(app: App, *, console: IO[str] | None = None) -> AsyncIterator[Post]:
    """The post office of an open store; its adapters are closed at the end. Raises BadInput for wrong settings.

    ``console`` is where messages to ``console:NAME`` appear; default: standard output.
    """
    from bot.console.adapter import ConsoleAdapter
    from bot.file.adapter import FileAdapter

    adapters: dict[Platform, Adapter] = {Platform.CONSOLE: ConsoleAdapter(console), Platform.FILE: FileAdapter()}
    post = Post(app, adapters)
    if app.settings.email.host:
        from bot.email.adapter import EmailAdapter

        adapters[Platform.EMAIL] = EmailAdapter(app.settings, post.vault)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(post.close_slack_web)
        if app.settings.slack.can_post:
            from bot.slack.adapter import SlackAdapter

            stack.push_async_callback(post.slack_installations.close)
            adapters[Platform.SLACK] = SlackAdapter(app.settings, post.slack_installations, post.slack_web)
        if app.settings.discord.token is not None:
            from bot.discord.adapter import DiscordAdapter

            adapters[Platform.DISCORD] = DiscordAdapter(app.settings, app.store.redis)
        for adapter in adapters.values():
            stack.push_async_callback(adapter.close)
        yield post


def run_with_post(
    work: Callable[[Post], Coroutine[Any, Any, T]], *, at: str | None = None, console: IO[str] | None = None
) -> T:
    """Run a command's coroutine with the post office of the configured store. ``at`` stands for now."""

    async def run() -> T:
        async with open_app(at=at) as app, open_post(app, console=console) as post:
            return await work(post)

    return run_async(run())
