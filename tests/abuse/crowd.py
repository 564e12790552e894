"""More connections than the bot takes, which never come to their point: for how long nobody else is let in."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.web_patience import HEAD_SECONDS
from tests.abuse.watched import megabytes, unexpected
from tests.abuse.wire import FORM, Line, signed
from tests.bot.slack.stage import LOG, Stage, on_stage
from tests.fakes import slack_payloads
from tests.fakes.slack import Channel, User
from tests.fakes.slack_lines import encoded

_HEAD = b"POST /slack/events HTTP/1.1\r\nHost: papers.example\r\n"
_IDLE = 250
"""More of them ask once before, and stay."""
_WHOLE = b"GET /healthz HTTP/1.1\r\nHost: papers.example\r\n\r\n"
_BEGINNINGS = [b"", b"PO", _HEAD, _HEAD + b"X-A: b"]
_GRACE = 2.0
"""Seconds over those that a head may take."""


@dataclass
class Crowded:
    connections: int
    shut_out: float = 0.0
    """Seconds until Slack was let in again."""
    memory: tuple[float, float] = (0.0, 0.0)
    wrong: list[str] = field(default_factory=list)

    def told(self) -> list[str]:
        before, after = self.memory
        return [
            f"{self.connections} connections that ask nothing, after {_IDLE} idle ones: Slack was shut out for "
            f"{self.shut_out:.1f} s; memory {before} MB before, {after} MB after"
        ]


async def crowd(connections: int) -> Crowded:
    verdict = Crowded(connections)
    async with on_stage("http") as stage:
        user = stage.person()
        channel = stage.channel(user)
        port, before = urlsplit(stage.url).port or 80, megabytes(stage.process.pid)
        idle = [await _idle(port) for _ in range(_IDLE)]
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
        writers = [writer for _, writer in lines]
        began = time.monotonic()
        dribbling = asyncio.create_task(_dribble(writers))
        while await _asked(stage, user, channel, port) != 200:
            if time.monotonic() - began > 4 * HEAD_SECONDS:
                break
            await asyncio.sleep(0.1)
        verdict.shut_out = time.monotonic() - began
        verdict.memory = before, megabytes(stage.process.pid)
        dribbling.cancel()
        for writer in (*idle, *writers):
            writer.close()
        if verdict.shut_out > HEAD_SECONDS + _GRACE:
            verdict.wrong.append(f"Slack was shut out for {verdict.shut_out:.1f} s")
        verdict.wrong += unexpected(stage.data_dir / LOG)[:20]
    return verdict


async def _idle(port: int) -> asyncio.StreamWriter:
    """A connection that is kept after an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_WHOLE)
    await reader.readuntil(b"\r\n\r\n")
    return writer


async def _dribble(writers: list[asyncio.StreamWriter]) -> None:
    """A byte now and then, so that each seems to be about to ask."""
    for number, writer in enumerate(writers):
        writer.write(_BEGINNINGS[number % len(_BEGINNINGS)])
    while True:
        await asyncio.sleep(1)
        for writer in (*writers[2::4], *writers[3::4]):
            with suppress(OSError):
                writer.write(b"x")


async def _asked(stage: Stage, user: User, channel: Channel, port: int) -> int:
    body = encoded("slash_commands", slack_payloads.command(stage.slack, user, channel, "/papers", "help"))
    line = Line(port)
    try:
        return await line.send(signed(body, FORM, stage.slack.config.signing_secret.encode(), int(time.time())))
    finally:
        await line.close()
