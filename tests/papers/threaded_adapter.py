"""A platform for tests where a thread follows each message."""

from collections import Counter
from typing import Any

from papers.adapters import Commit, Parcel
from papers.contents import Content
from papers.errors import Incomplete
from tests.papers.fake_adapter import FakeAdapter


class ThreadedAdapter(FakeAdapter):
    """Implements papers.adapters.Adapter and Completes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.cut_short = False
        """Messages are there, and their threads are not."""
        self.fails: Exception | None = None
        """What happens when a thread is completed."""
        self.completed: Counter[str] = Counter()
        self.said: list[Content] = []
        """What was sent, and what was to be completed."""

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        self.said.append(parcel.content)
        message_id = await super().send(parcel, commit)
        if self.cut_short:
            raise Incomplete("the thread broke off", message_id=message_id)
        return message_id

    async def complete(self, parcel: Parcel, message_id: str) -> None:
        assert message_id == f"message of {parcel.delivery.id}"
        self.said.append(parcel.content)
        await parcel.still_ours()
        if self.fails is not None:
            raise self.fails
        self.completed[parcel.delivery.id] += 1
