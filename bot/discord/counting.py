"""Has what Discord answers discord.py counted with all else: the ban is for the address, whoever asks from it."""

from types import SimpleNamespace
from typing import TYPE_CHECKING

from bot.discord.breaker import Breaker

if TYPE_CHECKING:
    import aiohttp


def counting(breaker: Breaker) -> "aiohttp.TraceConfig":
    """For discord.py's ``http_trace``: calls go on as they were made, and those that were refused are counted.

    An interaction is answered with a token of its own: a 401 there tells that its quarter of an hour is over.
    """
    import aiohttp

    async def count(
        session: aiohttp.ClientSession, context: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
    ) -> None:
        shared = ended.response.headers.get("X-RateLimit-Scope") == "shared"
        await breaker.note(ended.response.status, shared=shared, with_token="Authorization" in ended.headers)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(count)
    return trace
