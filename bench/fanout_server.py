"""The platform of bench.fanout: one that keeps its limits, with some channels that never answer or always fail."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.chat_http import Answer, HangUp, Request, Silence
from bench.chat_platform import ChatPlatform, parse_limits, serve_until_told

HANGING, GONE, BROKEN = "CH", "CG", "CB"
"""How the ids of channels begin that never answer, are gone (404 channel_not_found), and always fail (500)."""


class PartlyBroken(ChatPlatform):
    def post(self, message: Mapping[str, str], request: Request) -> Answer | HangUp | Silence:
        channel = message["channel"]
        if channel.startswith(HANGING):
            return Silence()
        if channel.startswith(GONE):
            return Answer(404, {"error": "channel_not_found"})
        if channel.startswith(BROKEN):
            return Answer(500, {"error": "internal_error"})
        return super().post(message, request)


if __name__ == "__main__":
    platform = PartlyBroken(parse_limits(sys.argv[2]), Path(sys.argv[1]))
    asyncio.run(serve_until_told(platform.answer, 0))
