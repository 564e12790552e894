"""A process that ends in one way or another: ``python -m tests.workers.sample_process orderly|busy-thread|stuck``."""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from workers.process import run_process

pool = ThreadPoolExecutor(1)


async def main(stop: asyncio.Event) -> int:
    if sys.argv[1] == "busy-thread":
        pool.submit(time.sleep, 30)
    print("ready", flush=True)
    await stop.wait()
    if sys.argv[1] == "stuck":
        await asyncio.sleep(30)
    print("ended in order", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_process(main, end_within=1))
