"""The job that embeds what has no vector of the configured model, as after a change of the model."""

import time
from typing import Any

from papers.log import get_logger
from papers.reembedding import embed_missing as embed_papers
from workers.messages import EmbedMissing
from workers.resources import Provided

log = get_logger("workers")


async def embed_missing(payload: dict[str, Any], resources: Provided) -> None:
    message = EmbedMissing.model_validate(payload)
    if message.model != resources.encoder.model:
        # Queued before the setting was changed: nobody looks for vectors of that model any more.
        log.info("not embedded: the model is another by now", model=message.model, configured=resources.encoder.model)
        return
    start = time.monotonic()
    count = await embed_papers(resources.store, resources.encoder)
    log.info("embedded", model=message.model, papers=count, seconds=round(time.monotonic() - start, 1))
