"""A supervisor of sample parts: ``python -m tests.workers.sample_tree NAME=CODE…``, CODE being Python."""

import asyncio
import sys

from papers.logs import configure_logs
from papers.settings import LogSettings
from workers.process import run_process
from workers.supervisor import RestartPolicy, run_tree

HEARTBEAT = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"


async def main(stop: asyncio.Event) -> int:
    parts = {}
    for argument in sys.argv[1:]:
        name, code = argument.split("=", 1)
        parts[name] = [sys.executable, "-c", code]
    policy = RestartPolicy(first_wait=0.05, give_up_after=4)
    return await run_tree(parts, stop, policy=policy, end_within=2)


if __name__ == "__main__":
    configure_logs(LogSettings())
    sys.exit(run_process(main, end_within=15))
