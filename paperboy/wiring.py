"""The composition root: every client, store and encoder is built here, and nowhere else."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from papers.clock import Clock, FixedClock, parse_time
from papers.errors import BadInput, NotFound
from papers.log import get_logger
from papers.settings import Settings, load_settings

if TYPE_CHECKING:
    from papers.embedding import SentenceTransformerEncoder
    from papers.encoder import Encoder
    from papers.search import Search
    from papers.sources.base import Source
    from papers.store import PaperStore

T = TypeVar("T")
_FIRST_YEAR = 1900


@dataclass
class App:
    """What a command works with: the settings, the clock, and an open store."""

    settings: Settings
    clock: Clock
    store: "PaperStore"
    _stack: AsyncExitStack

    @cached_property
    def encoder(self) -> "SentenceTransformerEncoder":
        """The configured model in this process, for all that a command does; it is loaded with the first text."""
        return self.new_encoder()

    def new_encoder(self) -> "SentenceTransformerEncoder":
        """Another copy of the model, on a thread of its own."""
        from papers.embedding import SentenceTransformerEncoder

        encoder = SentenceTransformerEncoder(
            self.settings.embedding.model, batch_size=self.settings.embedding.batch_size
        )
        self._stack.callback(encoder.close)
        return encoder

    def search(self, encoder: "Encoder | None") -> "Search":
        from papers.search import Search

        return Search(self.store.redis, encoder, self.settings)

    async def sources(self, names: Sequence[str] | None = None) -> "dict[str, Source]":
        """The sources of these names, all of them without. Raises BadInput for a name there is no source of."""
        from papers.sources.http import open_http
        from papers.sources.registry import choose, sources

        _tell_of_retries()
        http = await self._stack.enter_async_context(open_http(self.settings))
        found = sources(self.settings, self.store.redis, http, self.clock)
        try:
            return found if names is None else {source.name: source for source in choose(found, tuple(names))}
        except NotFound as error:
            raise BadInput(str(error)) from None  # here a name is an option or a setting


@asynccontextmanager
async def open_app(settings: Settings | None = None, *, at: str | None = None) -> AsyncIterator[App]:
    """The store with everything around it. ``at`` stands for now. Raises BadInput, StoreError."""
    from papers.redis.connection import open_redis
    from papers.store import PaperStore

    settings = settings or load_settings()
    clock = FixedClock(parse_time(at, what="--at")) if at else settings.clock
    if clock.now().year < _FIRST_YEAR:
        raise BadInput(f"{clock.now():%Y-%m-%d} is too long ago: choose a time since {_FIRST_YEAR}")
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(settings))
        store = PaperStore(redis, settings)
        await store.check_schema()
        yield App(settings, clock, store, stack)


def _tell_of_retries() -> None:
    """One tidy line for each retry, in place of the retry library's own."""
    import stamina.instrumentation

    log = get_logger("sources")

    def tell(details: stamina.instrumentation.RetryDetails) -> None:
        log.warning("asked again", in_seconds=round(details.wait_for, 1), reason=str(details.caused_by))

    stamina.instrumentation.set_on_retry_hooks([tell])


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine to its end."""
    return asyncio.run(work)
