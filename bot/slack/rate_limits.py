"""Waiting a little when Slack asks to: for answers to people, which nobody sends again.

What is delivered waits in the ledger instead, where others take its place meanwhile.
"""

from collections.abc import Mapping, Sequence

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

LONGEST = 8
"""Seconds of a Retry-After that are waited for: an errand has twenty in all."""
_TRIES = 2


class ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Tries again after a Retry-After that is short; nothing was done, so nothing is done twice."""

    def __init__(self) -> None:
        super().__init__(max_retry_count=_TRIES)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return response is not None and response.status_code == 429 and _asked(response.headers) <= LONGEST


def _asked(headers: Mapping[str, Sequence[str]]) -> float:
    """Seconds; too many where nothing is said that could be waited for."""
    values = next((values for name, values in headers.items() if name.lower() == "retry-after"), ())
    said = next(iter(values), "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else LONGEST + 1


def short_waits() -> list[AsyncRetryHandler]:
    return [ShortWaits()]
