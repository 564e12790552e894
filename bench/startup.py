"""How long a person waits: light commands, a search that loads the model, and one that a worker embeds.

Whole processes are timed, the quickest of several. Goals: ``search_to_encoder`` 1.3 or less (a search against
loading the encoder and nothing else, both cold, 5,000 papers, the embedded Redis started too);
``search_with_worker_over_help_ms`` under 150; ``help_s`` and ``show_s`` under 0.5. The limit of a cold search is the
import of torch and sentence-transformers.
"""

import os
import subprocess
import sys
import time
from typing import Any

from bench.corpus import observations, papers
from bench.scratch import scratch_settings
from papers.ingestion import Ingestion
from papers.redis.connection import open_redis
from papers.settings import Settings
from papers.store import PaperStore

PAPERBOY = (sys.executable, "-m", "paperboy")
QUERY = "graph neural networks for molecules"
_LOAD = "from papers.embedding import load_model; load_model({model!r}).encode(['x'])"
_WORKER_START = 60.0


async def run(count: int = 5000) -> dict[str, Any]:
    """Measure on a store of ``count`` papers."""
    with scratch_settings() as settings:
        async with open_redis(settings) as redis:
            await Ingestion(PaperStore(redis, settings), None).run(observations(count, embedded=True))
        environment = {**os.environ, "PAPERBOY_DATA_DIR": str(settings.data_dir), "PAPERBOY_REDIS_URL": ""}
        return {"bench": "startup", "papers": count, **_measure(settings, environment)}


def _measure(settings: Settings, environment: dict[str, str]) -> dict[str, Any]:
    some_id = next(papers(1)).id
    load = (sys.executable, "-c", _LOAD.format(model=settings.embedding.model))
    figures = {
        "help_s": _quickest(5, environment, *PAPERBOY, "--help"),
        "show_s": _quickest(5, environment, *PAPERBOY, "show", some_id),
    }
    # In turns, so that a machine that slows down slows both.
    loads, searches = [], []
    for number in range(3):
        loads.append(_seconds(environment, *load))
        searches.append(_seconds(environment, *PAPERBOY, "search", f"{QUERY} {number}"))
    figures |= {"load_encoder_s": min(loads), "cold_search_s": min(searches)}
    worker = subprocess.Popen((*PAPERBOY, "worker"), env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for_worker(environment)
        figures["search_with_worker_s"] = min(
            _seconds(environment, *PAPERBOY, "search", f"{QUERY} again {number}") for number in range(5)
        )
        figures["show_with_worker_s"] = _quickest(5, environment, *PAPERBOY, "show", some_id)
    finally:
        worker.terminate()
        worker.wait()
    return {
        **{name: round(seconds, 3) for name, seconds in figures.items()},
        "search_to_encoder": round(figures["cold_search_s"] / figures["load_encoder_s"], 2),
        "search_with_worker_over_help_ms": round(1000 * (figures["search_with_worker_s"] - figures["help_s"])),
        "limit": "importing torch and sentence-transformers",
    }


def _wait_for_worker(environment: dict[str, str]) -> None:
    """Until a search is answered without the model being loaded here, which takes seconds."""
    give_up = time.monotonic() + _WORKER_START
    while time.monotonic() < give_up:
        if _seconds(environment, *PAPERBOY, "search", f"{QUERY} {time.monotonic()}") < 1:
            return


def _quickest(times: int, environment: dict[str, str], *command: str) -> float:
    return min(_seconds(environment, *command) for _ in range(times))


def _seconds(environment: dict[str, str], *command: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start
