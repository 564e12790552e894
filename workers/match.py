"""The job that matches new papers with followed topics."""

import time
from typing import Any

from papers.inbox import put_matches
from papers.log import get_logger
from papers.matching import match_arrivals
from papers.topic_embedding import embed_topics
from workers.messages import MatchTopics
from workers.resources import Provided

log = get_logger("workers")


async def match_topics(payload: dict[str, Any], resources: Provided) -> None:
    MatchTopics.model_validate(payload)
    start, now = time.monotonic(), resources.clock.now()
    await resources.book.refresh()
    await embed_topics(resources.book, resources.subscriptions, resources.query_encoder, resources.store, now)
    count = await match_arrivals(
        resources.store,
        resources.book,
        now,
        lambda matches: put_matches(resources.redis, resources.ledger, matches, now),
    )
    if count:
        log.info("matched", papers=count, seconds=round(time.monotonic() - start, 1))
