"""Real worker processes, beside the real Redis of all tests."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis

from papers.settings import Settings
from workers.broker import QueueBroker, make_broker

ROOT = Path(__file__).parents[2]
LEASE = 1.0


@pytest.fixture
def broker(redis: Redis) -> QueueBroker:
    """What a process that only queues has."""
    return make_broker(redis, lease=LEASE)


class Process:
    """A worker (or whatever else a module does) in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(line.decode().rstrip())

    async def says(self, text: str) -> None:
        await eventually(lambda: any(text in line for line in self.lines), lambda: f"{text!r} not in {self.lines}")

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def end(self, within: float = 20) -> int:
        async with asyncio.timeout(within):
            code = await self._process.wait()
            await self._reading
            return code

    async def clean_up(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._reading.cancel()


Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts ``python -m MODULE ARGS…`` and ends it with the test."""
    started: list[Process] = []

    async def start_process(module: str, *args: object) -> Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *map(str, args)),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        started.append(Process(process))
        return started[-1]

    yield start_process
    for process in started:
        await process.clean_up()


@pytest.fixture
def start_worker(start: Start, settings: Settings) -> Callable[[], Awaitable[Process]]:
    async def start_sample_worker() -> Process:
        worker = await start("tests.workers.sample_worker", settings.data_dir, LEASE)
        await worker.says("listening")
        return worker

    return start_sample_worker


async def eventually(
    happened: Callable[[], bool | Awaitable[bool]], otherwise: Callable[[], str] = str, *, within: float = 20
) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + within
    while True:
        answer = happened()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert time.monotonic() < deadline, otherwise()
        await asyncio.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
