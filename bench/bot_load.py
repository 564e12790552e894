"""Sends a bot what Slack sends, at a steady rate, and notes when it was acknowledged."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
import numpy as np

from bench.slack_traffic import Interaction
from bot.slack.signatures import sign


@dataclass
class Measured:
    """Of interactions sent at a steady rate."""

    acknowledged: list[float] = field(default_factory=list)
    """Milliseconds, of those that were answered 200."""
    sent: dict[int, float] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)


async def load(url: str, traffic: Sequence[Interaction], rate: float, secret: str) -> Measured:
    """Send them at a steady rate a second, whether or not the ones before were acknowledged."""
    measured = Measured()
    timeout = aiohttp.ClientTimeout(total=3)  # Slack's own
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session,
        asyncio.TaskGroup() as group,
    ):
        start = time.perf_counter()
        for place, one in enumerate(traffic):
            await asyncio.sleep(max(0.0, start + place / rate - time.perf_counter()))
            group.create_task(_send(session, f"{url}/slack/events", one, secret, measured))
    return measured


async def _send(session: aiohttp.ClientSession, url: str, one: Interaction, secret: str, measured: Measured) -> None:
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": one.content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(timestamp, one.body, secret),
    }
    measured.kinds[one.number] = one.kind
    measured.sent[one.number] = sent = time.perf_counter()
    try:
        async with session.post(url, data=one.body, headers=headers) as answer:
            await answer.read()
            if answer.status == 200:
                measured.acknowledged.append(1000 * (time.perf_counter() - sent))
            else:
                measured.errors[str(answer.status)] += 1
    except (aiohttp.ClientError, TimeoutError) as error:
        measured.errors[type(error).__name__] += 1


def percentile(values: Sequence[float], percent: float) -> float:
    """To a tenth; 0 of nothing."""
    return round(float(np.percentile(values, percent)), 1) if values else 0.0
