"""The job that computes the charts."""

import time
from typing import Any

from papers import charts
from papers.log import get_logger
from workers.messages import RefreshCharts
from workers.resources import Provided

log = get_logger("workers")


async def refresh_charts(payload: dict[str, Any], resources: Provided) -> None:
    RefreshCharts.model_validate(payload)
    start = time.monotonic()
    await charts.refresh(resources.store, resources.clock)
    log.info("charts refreshed", seconds=round(time.monotonic() - start, 1))
