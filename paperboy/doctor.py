"""The checks of ``paperboy doctor``: each says what it found and, where something is wrong, how to mend it."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from errno import ENOSPC
from io import StringIO
from pathlib import Path
from tempfile import TemporaryFile

import httpx
from dotenv import dotenv_values

from paperboy.check import Check
from paperboy.doctor_delivery import examine_delivery
from paperboy.wiring import App, open_app
from papers.errors import PaperboyError
from papers.settings import PREFIX, Settings, load_settings, variables
from papers.sources.base import Source

_FREE_MEGABYTES = 500
_MAKE_ROOM = f"free some space: Paperboy wants {_FREE_MEGABYTES} MB to spare"
_CLOCK_SECONDS = 120
_UPSTREAM_SECONDS = 20


async def examine() -> AsyncIterator[Check]:
    """Every check, as it is done."""
    yield _python()
    try:
        settings = load_settings()
    except PaperboyError as error:
        yield Check("settings", False, str(error), "correct the variable")
        if (misspelt := _settings()).remedy:
            yield misspelt
        return
    settings = settings.model_copy(update={"http": settings.http.model_copy(update={"attempts": 1})})
    yield _settings()
    yield _contact(settings)
    yield _disk(settings)
    try:
        async with open_app(settings) as app:
            async for check in _store(app):
                yield check
            async for check in examine_delivery(app):
                yield check
            yield await _model(app)
            for check in await _upstreams(app):
                yield check
    except PaperboyError as error:
        yield Check("redis", False, str(error), "mend this first: everything else needs the store")


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Check("python", ok, version, "" if ok else "use Python 3.11, 3.12 or 3.13")


def _settings() -> Check:
    known = variables()
    named = {name.upper() for name in (*os.environ, *_of_the_file())}
    unknown = sorted(name for name in named if name.startswith(PREFIX) and name not in known)
    if unknown:
        return Check("settings", False, f"unknown: {', '.join(unknown)}", "see .env.example for the right names")
    ours = sorted(known & named)
    return Check("settings", True, f"set here: {', '.join(ours)}" if ours else "all at their defaults")


def _of_the_file(path: Path = Path(".env")) -> Iterable[str]:
    """The variables that the file sets; none where there is no such file."""
    return dotenv_values(stream=StringIO(path.read_text("utf-8", "replace"))) if path.is_file() else ()


def _contact(settings: Settings) -> Check:
    contact = settings.http.contact
    return Check("contact", True, contact or "none: arXiv asks for one, set PAPERBOY_HTTP_CONTACT to your address")


def _disk(settings: Settings) -> Check:
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    found = f"{settings.data_dir} is no folder that can be written to"
    remedy = "make it one, or set PAPERBOY_DATA_DIR to one that is"
    try:
        with TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free // 2**20
            found = f"{free:,} MB free for {settings.data_dir}"
            remedy = "" if free >= _FREE_MEGABYTES else _MAKE_ROOM
    except OSError as error:
        if error.errno == ENOSPC:
            found, remedy = f"no space is left for {settings.data_dir}", _MAKE_ROOM
    return Check("disk", not remedy, found, remedy)


async def _store(app: App) -> AsyncIterator[Check]:
    from papers.redis.inspection import describe

    facts = await describe(app.store.redis)
    yield Check("redis", True, ", ".join(f"{name} {value}" for name, value in facts.items()))
    server_time: list[bytes] = await app.store.redis.execute_command("TIME")
    yield _clock("clock (Redis)", datetime.fromtimestamp(int(server_time[0]), UTC))
    newest = await app.store.newest_signal(app.clock.now())
    seen = f"newest signal {newest:%Y-%m-%d %H:%M} UTC" if newest else "no signals"
    count = await app.store.count()
    yield Check("store", True, f"{count:,} papers, {seen}" if count else "empty: paperboy ingest fills it")


def _clock(name: str, reference: datetime) -> Check:
    skew = abs((datetime.now(UTC) - reference).total_seconds())
    ok = skew <= _CLOCK_SECONDS
    return Check(name, ok, f"{skew:.0f} s apart", "" if ok else "set this machine's clock (turn on NTP)")


async def _model(app: App) -> Check:
    encoder = app.encoder
    try:
        dimension = len((await encoder.encode(["a paper about papers"]))[0])
    except PaperboyError as error:
        return Check("model", False, str(error), "pip install 'paperboy[worker]', or run a worker elsewhere")
    count = await app.store.count()
    missing = 0
    async for _ in app.store.ids_without_vector():
        missing += 1
    found = f"{encoder.model}, {dimension} dimensions, {count - missing:,} of {count:,} papers embedded"
    remedy = f"run paperboy worker: it embeds the other {missing:,} in the background" if missing else ""
    return Check("model", not missing, found, remedy)


async def _upstreams(app: App) -> list[Check]:
    sources = await app.sources()
    checks = [_upstream(source) for source in sources.values()]
    return await asyncio.gather(*checks, _internet_clock(app.settings))


async def _upstream(source: Source) -> Check:
    try:
        async with asyncio.timeout(_UPSTREAM_SECONDS):
            return Check(source.name, True, await source.check())
    except TimeoutError:
        found = f"no answer in {_UPSTREAM_SECONDS} s"
    except PaperboyError as error:
        found = str(error)
    return Check(
        source.name, False, found, "check network, proxy and the base URL in .env; what is stored still serves"
    )


async def _internet_clock(settings: Settings) -> Check:
    name = "clock (internet)"
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.head(settings.huggingface.url)
        return _clock(name, parsedate_to_datetime(answer.headers["date"]))
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError, TypeError):
        return Check(name, True, "could not be compared: no answer to compare with")
