"""Real processes for the tests: Paperboy users of a data folder, and a look at who is alive."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]
PRELUDE = """
import asyncio, os, sys, structlog
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
from papers.redis.connection import open_redis
from papers.settings import load_settings
settings = load_settings()
say = lambda *words: print(*words, flush=True)
hear = lambda: asyncio.to_thread(sys.stdin.readline)
async def main():
"""


class User:
    """A Python process that uses the folder's Redis; ``body`` is the inside of an async function."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @property
    def pid(self) -> int:
        return self.process.pid

    @classmethod
    async def start(cls, data_dir: Path, body: str, **environment: str) -> "User":
        indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            f"{PRELUDE}{indented}\nasyncio.run(main())",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "PAPERBOY_DATA_DIR": str(data_dir),
                **environment,
            },
        )
        return cls(process)

    @classmethod
    async def attached(cls, data_dir: Path, **environment: str) -> "User":
        """A user that has Redis open and waits; ``write`` and ``leave`` steer it."""
        user = await cls.start(data_dir, STEERED, **environment)
        assert await user.line() == "open", await user.ending()
        return user

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await asyncio.wait_for(self.process.stdout.readline(), 30)).decode().strip()

    async def ask(self, order: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{order}\n".encode())
        await self.process.stdin.drain()
        return await self.line()

    async def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert await asyncio.wait_for(self.process.wait(), 30) == 0

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def ending(self) -> str:
        """What it wrote until it ended."""
        out, err = await asyncio.wait_for(self.process.communicate(), 30)
        return out.decode() + err.decode()


STEERED = """
async with open_redis(settings) as redis:
    say("open")
    while order := (await hear()).split():
        say(await redis.execute_command(*order))
"""


def redis_pids(data_dir: Path) -> list[int]:
    """Servers of this folder that run; one that has ended but was not yet waited for does not count."""
    return _pids(lambda words: "redis-server" in words[0] and str(data_dir) in " ".join(words))


def guard_pids(data_dir: Path) -> list[int]:
    return _pids(lambda words: "papers.redis.guard" in " ".join(words) and str(data_dir / "redis") in words)


def _pids(matches: Callable[[list[str]], bool]) -> list[int]:
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{entry}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
        except OSError:
            continue
        if matches(words):
            found.append(int(entry))
    return found


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.01)


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
