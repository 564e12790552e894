"""A shard that waited for its turn is not said to be slow; one that is slow is."""

import logging

import pytest
from discord.gateway import KeepAliveHandler

from bot.discord.late_acks import LateAcks


class Socket:
    thread_id = 0
    _max_heartbeat_timeout = 60.0


def late(shard: int) -> None:
    """discord.py hears the answer to a heartbeat of twenty seconds ago."""
    beating = KeepAliveHandler(ws=Socket(), interval=1, shard_id=shard)  # type: ignore[arg-type]
    beating._last_send -= 20
    beating.ack()


def test_only_a_shard_that_just_had_its_turn_is_not_said_to_be_slow(caplog: pytest.LogCaptureFixture) -> None:
    clock = [100.0]
    acks = LateAcks(lambda: clock[0])
    acks.begin()
    try:
        with caplog.at_level(logging.WARNING, "discord.gateway"):
            acks.had_its_turn(3)
            late(3)
            assert caplog.messages == []
            late(4)
            clock[0] += 60
            late(3)
    finally:
        acks.end()
    assert [message[:33] for message in caplog.messages] == [
        "Can't keep up, shard ID 4 websock",
        "Can't keep up, shard ID 3 websock",
    ]
