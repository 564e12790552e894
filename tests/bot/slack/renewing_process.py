"""Uses a workspace's token ten times at once: ``python -m tests.bot.slack.renewing_process FOLDER KEY TEAM``.

Its settings come from the environment. Prints the tokens it was given, one a line.
"""

import asyncio
import sys
from pathlib import Path

from bot.slack.installations import open_installations
from bot.slack.web_api import WebApi
from papers.clock import SystemClock
from papers.redis.connection import open_redis
from papers.settings import load_settings
from papers.vault import Vault


async def main(folder: str, key: str, team: str) -> None:
    settings = load_settings(data_dir=Path(folder))
    web = WebApi(settings)
    async with open_redis(settings) as redis:
        installations = open_installations(settings, redis, lambda: Vault([key.encode()]), web, SystemClock())
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        found = await asyncio.gather(*(installations.find(team) for _ in range(10)))
        print("\n".join(one.bot_token.get_secret_value() if one else "none" for one in found), flush=True)
        await installations.close()
    await web.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
