"""One child process of the tree, and where its lines go."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from typing import TextIO

from workers.process import end_with_parent

_COLOURS = (36, 35, 32, 33, 34)
_LONGEST_LINE = 64 * 1024


class Output:
    """Lines of several processes on one stream, each with its process's name before it."""

    def __init__(self, stream: TextIO, names: Sequence[str]) -> None:
        """``names`` are those that are prefixed; none means lines pass as they are."""
        self._stream = stream
        width = max(map(len, names), default=0)
        coloured = stream.isatty()
        self._prefixes = {
            name: f"\x1b[{_COLOURS[i % len(_COLOURS)]}m{name:{width}} |\x1b[0m " if coloured else f"{name:{width}} | "
            for i, name in enumerate(names)
        }

    def write(self, name: str, line: str) -> None:
        try:
            self._stream.write(f"{self._prefixes.get(name, '')}{line}\n")
            self._stream.flush()
        except OSError:
            # Whoever read our output is gone; the parts must go on all the same.
            return


class Part:
    """A child process that may be started again and again."""

    def __init__(self, name: str, argv: Sequence[str], output: Output) -> None:
        self.name = name
        self.last_line = "(none)"
        self._argv = argv
        self._output = output
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def run(self) -> int:
        """Start it and pass its lines on until it ends. Returns its exit code, negative for a signal."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=_LONGEST_LINE,
            # A Ctrl-C in the terminal goes to us alone; we tell the parts, in our order and once.
            process_group=0,
            preexec_fn=end_with_parent(os.getpid()),
        )
        self._reading = asyncio.create_task(self._pass_on(process))
        code = await process.wait()
        await self._read_rest()
        return code

    async def end(self, deadline: float) -> None:
        """Ask it to end, and kill it at ``deadline`` (monotonic seconds)."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0)):
                await process.wait()
        except TimeoutError:
            self._output.write(self.name, "did not end in time and is killed")
            process.kill()
            await process.wait()
        await self._read_rest()

    async def _read_rest(self) -> None:
        """Pass on the last lines. A grandchild may hold the pipe open for good, so this has an end."""
        if self._reading is not None:
            await asyncio.wait({self._reading}, timeout=0.3)
            self._reading.cancel()

    async def _pass_on(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await _read_line(process.stdout):
            self.last_line = line.decode("utf-8", "replace").rstrip("\r\n")
            self._output.write(self.name, self.last_line)


async def _read_line(stream: asyncio.StreamReader) -> bytes:
    """The next line, or as much of it as is read at once; empty at the end."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as rest:
        return rest.partial
    except asyncio.LimitOverrunError:
        return await stream.read(_LONGEST_LINE)
