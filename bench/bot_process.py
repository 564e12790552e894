"""Servers of ours as their own processes: started, waited for, looked at, ended."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

_START = 60.0
"""Seconds."""


@dataclass(frozen=True)
class Running:
    url: str
    pid: int
    ready: float
    """Seconds from its start until it answered."""


@asynccontextmanager
async def running(
    *arguments: str, environment: dict[str, str] | None = None, port_option: str = ""
) -> AsyncIterator[Running]:
    """A server of ours on a free port, told by an option or by the environment."""
    port = _free_port()
    told = (port_option, str(port)) if port_option else ()
    given = {**os.environ, **(environment or {}), "PAPERBOY_WEB_PORT": str(port)}
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, *told, env=given)
    try:
        await _until_up(f"http://127.0.0.1:{port}/healthz", process)
        yield Running(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - start)
    finally:
        process.terminate()
        await process.wait()


async def _until_up(url: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(_START):
        while process.returncode is None:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
    raise RuntimeError(f"the server ended with {process.returncode} before it answered")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def cpu_seconds(pid: int) -> float:
    """Of the processor, used so far; 0 off Linux."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int, name: str) -> int:
    """Megabytes; 0 off Linux."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith(f"{name}:")), 0)
