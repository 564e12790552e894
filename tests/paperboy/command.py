"""The command as people and other programs meet it: a process with arguments, an environment, two streams, a code."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from papers import keys, layout
from papers.redis.connection import open_redis
from papers.settings import Settings, load_settings
from tests.conftest import NOWHERE

PATIENCE = 60
ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or reverses what is read; a tab or a line's end does not."""
_UPSTREAMS = ("HUGGINGFACE_URL", "ARXIV_API_URL", "ARXIV_FEED_URL", "ARXIV_OAI_URL")
_OUTSIDE = ("PAPERBOY_", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "PYTHONIOENCODING", "PYTHONUTF8")


@dataclass(frozen=True)
class Finished:
    """What a command has left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Its one JSON document; anything else on standard output fails."""
        assert self.code == 0, self
        return json.loads(self.out)

    def failed(self, code: int) -> str:
        """The one line of a command that failed, without its ``paperboy: ``."""
        assert self.code == code, self
        assert self.out == "", self
        assert self.err.startswith("paperboy: "), self
        assert self.err.count("\n") == 1, self
        assert self.err.endswith("\n"), self
        assert not ESCAPE.search(self.err), self
        return self.err.removeprefix("paperboy: ").strip()

    @property
    def log(self) -> list[str]:
        return self.err.splitlines()


@dataclass(frozen=True)
class Paperboy:
    """The command on one data folder, run where no ``.env`` lies, with upstreams that point nowhere."""

    data_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def having(self, **settings: str) -> "Paperboy":
        """The same with more settings, named without their prefix."""
        named = {f"PAPERBOY_{name}": value for name, value in settings.items()}
        return Paperboy(self.data_dir, {**self.settings, **named})

    def with_environment(self, **variables: str) -> "Paperboy":
        return Paperboy(self.data_dir, {**self.settings, **variables})

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OUTSIDE)}
        nowhere = {f"PAPERBOY_{name}": NOWHERE for name in _UPSTREAMS}
        folder = {"PAPERBOY_DATA_DIR": str(self.data_dir), "PAPERBOY_REDIS_LINGER": "5"}
        return {**kept, **nowhere, **folder, **self.settings}

    def start(
        self, *arguments: str | bytes | Path, python: Sequence[str] = (), log: IO[bytes] | None = None
    ) -> "subprocess.Popen[bytes]":
        """The command, running; ``python`` are options of the interpreter. ``log`` takes its standard error."""
        return subprocess.Popen(
            [sys.executable, *python, "-m", "paperboy", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log or subprocess.PIPE,
            env=self.environment(),
            cwd=self.data_dir if self.data_dir.is_dir() else self.data_dir.parent,
        )

    def run(self, *arguments: str | bytes | Path, python: Sequence[str] = (), seconds: float = PATIENCE) -> Finished:
        """The command, finished."""
        return finish(self.start(*arguments, python=python), seconds)

    def json(self, *arguments: str | bytes | Path) -> Any:
        return self.run(*arguments, "--json").json()

    def modules(self, *arguments: str | bytes | Path) -> set[str]:
        """Every module that a successful run of the command imports."""
        finished = self.run(*arguments, python=("-X", "importtime"))
        assert finished.code == 0, finished
        return {line.rpartition("|")[2].strip() for line in finished.log if line.startswith("import time:")}

    def stored(self) -> dict[str, dict[str, float]]:
        """Every paper in the store by its id, with all its signals and their times."""
        return asyncio.run(_stored(self.data_dir))

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """``paperboy worker``, ready to embed queries for others."""
        worker = self.start("worker")
        try:
            asyncio.run(_worker_is_ready(self.data_dir))
        except BaseException:
            worker.kill()
            worker.communicate()
            raise
        return worker

    def stop(self) -> None:
        """End the Redis that lingers in the folder."""
        asyncio.run(_stop(self.data_dir))


def finish(process: "subprocess.Popen[bytes]", seconds: float = PATIENCE) -> Finished:
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"it does not end; it said: {out.decode()} {err.decode()}") from None
    return Finished(process.returncode, out.decode(), err.decode())


def write_lines(path: Path, *records: object) -> Path:
    """A file of JSON lines; a string is a line as it is."""
    lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _lingering(data_dir: Path) -> Settings:
    return load_settings(data_dir=data_dir, redis={"linger": 5})


async def _stop(data_dir: Path) -> None:
    async with open_redis(load_settings(data_dir=data_dir)):
        pass  # without linger, the last one out stops the server


async def _stored(data_dir: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    async with open_redis(_lingering(data_dir)) as redis:
        async for key in redis.scan_iter(match=f"{keys.PAPER_PREFIX}*", count=1000):
            paper_id = keys.paper_id(key.decode())
            signals = await redis.execute_command("ZRANGE", keys.signals(paper_id), 0, -1, "WITHSCORES")
            members = (member.decode() for member in signals[::2])
            found[paper_id] = dict(zip(members, map(float, signals[1::2]), strict=True))
    return found


async def _worker_is_ready(data_dir: Path) -> None:
    settings = _lingering(data_dir)
    alive = keys.embed_alive(layout.model_slug(settings.embedding.model))
    async with asyncio.timeout(PATIENCE), open_redis(settings) as redis:
        while not await redis.exists(alive):  # noqa: ASYNC110 - no event is sent
            await asyncio.sleep(0.05)
