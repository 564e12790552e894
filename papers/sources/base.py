"""The contract of a source: it turns an upstream's answers into observations, and keeps to its limits."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from papers.models import Observation


class Source(Protocol):
    """An upstream. ``since`` and ``until`` are UTC dates, both included.

    Methods raise SourceUnavailable or SourceMalformed when the upstream as a whole fails, StoreUnavailable when
    Redis, which keeps the pace, does. A single item that cannot be read is logged and counted in ``skipped``, which
    only grows, and the others go on.
    """

    name: str
    skipped: int

    def fetch(self, since: date, until: date) -> AsyncIterator[Observation]:
        """What the upstream says of papers new or listed in these days. No papers at all is not an error."""
        ...

    async def fetch_ids(self, ids: Sequence[str]) -> list[Observation]:
        """What the upstream says of these papers; unknown ids are left out."""
        ...

    async def check(self) -> str:
        """One cheap request; a sentence for ``paperboy doctor``. Raises SourceError."""
        ...


JsonObject = Mapping[str, Any]
