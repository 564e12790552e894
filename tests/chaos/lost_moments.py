"""A claim that Redis forgot, of a sender that is still at it: the next one gets another turn."""

import os
import signal
from collections.abc import Mapping

from papers.adapters import Limits, NotOurs
from papers.destinations import Platform
from papers.planning import plan_due
from tests.chaos.outages import answering, append_only
from tests.chaos.stage import Cast, staged
from tests.chaos.verdict import Verdict
from tests.papers.redis.processes import guard_pids, redis_pids


async def forgotten_claim() -> Verdict:
    """Both would commit, were both in the same turn."""
    verdict = Verdict("a claim that Redis forgot", kills=1, deliveries=1)
    async with staged() as stage:
        ledger, now = stage.post.ledger, stage.clock.now()
        limits: Mapping[Platform, Limits] = {Platform.SLACK: {}}
        await stage.subscribe(Cast(chats=1))
        await plan_due(stage.redis, ledger, stage.post.app.settings, now)
        await ledger.claim("a sender that comes too early", {Platform.CONSOLE: {}}, 1, now)  # the ledger is in use
        size = append_only(stage)[-1].stat().st_size
        (first,) = (await ledger.claim("first", limits, 1, now)).claims
        guards = guard_pids(stage.data_dir)
        for guard in guards:
            os.kill(guard, signal.SIGSTOP)
        for server in redis_pids(stage.data_dir):
            os.kill(server, signal.SIGKILL)
        os.truncate(append_only(stage)[-1], size)
        for guard in guards:
            os.kill(guard, signal.SIGCONT)
        await answering(stage)
        (second,) = (await ledger.claim("second", limits, 1, now)).claims
        for claim in (first, second):
            try:
                await ledger.commit(claim, (), now)
            except NotOurs:
                continue
            verdict.once += 1
    verdict.twice = max(verdict.once - 1, 0)
    return verdict
