"""kill -9 of senders in the seconds in which they write the threads of digests, on a fake Slack that keeps count."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import time, timedelta

from papers import keys
from papers.delivery_models import State
from papers.following import DigestOptions
from papers.ingestion import Ingestion
from papers.models import Observation, Paper, Signal
from papers.schedule import Schedule
from papers.store import PaperStore
from papers.wishes import digest_subscription
from tests.chaos.stage import START, Stage, staged
from tests.chaos.verdict import Verdict
from tests.fakes.slack import Channel, Slack, slack_fake

PAPERS = 20
"""Of a digest: three messages stand below it."""
_LONGEST_PAUSE = 1.3
"""Seconds after a message was seen until a sender is killed: two parts are a second apart."""


async def threads(digests: int, count: int, *, seed: int = 5, lease: float = 8.0) -> Verdict:
    """``count`` kills while so many digests and what stands below them go out; one goes out undisturbed before."""
    chance = random.Random(seed)
    verdict = Verdict("kill -9 while threads are written", deliveries=digests)
    async with slack_fake() as slack, staged(lease=lease) as stage:
        team = slack.add_team()
        stage.slack_url, stage.slack_token = slack.api_url, slack.add_grant(team).token
        await _publish(stage.post.app.store)
        channels = [slack.add_channel(team, f"papers{n}") for n in range(digests + 1)]
        stage.start("planner")
        senders = [stage.start("sender") for _ in range(2)]
        await stage.ready()
        await _subscribe(stage, channels[:1])
        await stage.finish(1, hurry=False)
        whole = _parts(slack, channels[0])
        await _subscribe(stage, channels[1:])
        while verdict.kills < count and not await _done(stage, digests + 1):
            await _more_messages(slack, chance.uniform(0.0, _LONGEST_PAUSE))
            victims = chance.choice((1, len(senders)))
            for victim in senders[:victims]:
                await victim.kill()
            senders = [*senders[victims:], *(stage.start("sender") for _ in range(victims))]
            verdict.kills += victims
        await stage.finish(digests + 1, patience=240)
        for one in await stage.deliveries():
            if one.state is not State.SENT:
                verdict.wrong.append(f"{one.destination} is {one.state}: {one.reason}")
        for channel in channels[1:]:
            _weigh(verdict, whole, _parts(slack, channel))
        verdict.wrong += slack.violations
    if len(whole) < 3:
        verdict.wrong.append(f"a digest is {len(whole)} messages")
    return verdict


async def _publish(store: PaperStore) -> None:
    async def seen() -> AsyncIterator[Observation]:
        for number in range(PAPERS):
            paper = Paper(
                id=f"2603.1{number:04d}",
                title=f"Threads of many parts, number {number}",
                abstract="We show how it is done. It is done well. Others do it less well than we do.",
                categories=("cs.TH",),
                published=START,
            )
            votes = tuple(
                Signal(name="upvotes", value=30.0 + number + hours, at=START + timedelta(hours=hours))
                for hours in (-20, -4)
            )
            yield Observation(source="chaos", seen_at=START - timedelta(hours=20), paper=paper, signals=votes)

    await Ingestion(store, None).run(seen())


async def _subscribe(stage: Stage, channels: list[Channel]) -> None:
    """All of them are due at once."""
    now = stage.clock.now()
    for channel in channels:
        place = f"slack:{channel.team}/{channel.id}"
        wish = digest_subscription(
            owner=place,
            destination=place,
            schedule=Schedule(at=time(9)),
            options=DigestOptions(top=PAPERS, categories=("cs.TH",)),
            now=now,
        )
        await stage.post.subscriptions.save(wish, now)
        await stage.redis.zadd(keys.FEEDS, {wish.feed: int(now.timestamp())})


async def _done(stage: Stage, expected: int) -> bool:
    return (await stage.post.ledger.counts())[State.SENT] >= expected


async def _more_messages(slack: Slack, pause: float) -> None:
    """Waits for another message, for a while, and then some more."""
    before = len(slack.messages)
    for _ in range(100):
        if len(slack.messages) > before:
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(pause)


def _parts(slack: Slack, channel: Channel) -> list[int]:
    """Numbers of the parts that are there, in the order in which they came."""
    return [one.metadata["event_payload"]["part"] for one in slack.in_channel(channel) if one.metadata]


def _weigh(verdict: Verdict, whole: list[int], there: list[int]) -> None:
    verdict.once += there == whole
    verdict.lost += len(set(whole) - set(there))
    verdict.twice += len(there) - len(set(there))
    if there != sorted(there):
        verdict.wrong.append(f"parts came in the order {there}")
