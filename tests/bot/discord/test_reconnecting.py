"""How long a shard waits until it connects again."""

from typing import Any, cast

from discord.shard import Shard

from bot.discord.client import PaperboyClient
from bot.discord.reconnecting import LONGEST
from papers.settings import Settings


async def test_a_shard_waits_no_longer_than_a_minute_and_forgets_soon(settings: Settings) -> None:
    client = PaperboyClient(settings)
    client._reconnect = True  # as connect does
    waits = Shard(cast("Any", None), client, lambda item: None)._backoff
    told = [waits.delay() for _ in range(200)]
    assert max(told[:3]) <= 8
    assert 30 < max(told) <= LONGEST
    waits._last_invocation -= 200
    assert waits.delay() <= 2
