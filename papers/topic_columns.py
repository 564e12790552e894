"""Topics side by side in memory, one row a topic: what matching works on."""

import sys
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from papers.following import Subscription
from papers.layout import Vector
from papers.topic_rules import Rules

_NEVER = np.float32(np.inf)
"""The threshold of a row that nothing can be similar enough to: an empty one, or one without a vector."""
_SMALLEST = 64


class TopicColumns:
    """A table that grows. Rows of removed topics are used again; ``size`` counts them too."""

    def __init__(self) -> None:
        self.size = 0
        self.vectors: Vector = np.empty((0, 0), np.float32)
        """float32[capacity, dim] of unit length; zeros where there is none."""
        self.thresholds: Vector = np.empty(0, np.float32)
        self.created: npt.NDArray[np.float64] = np.empty(0)
        """Seconds since 1970."""
        self.revisions: npt.NDArray[np.bool_] = np.empty(0, np.bool_)
        self.ruled: npt.NDArray[np.bool_] = np.empty(0, np.bool_)
        """Whether ``rules`` has this row."""
        self.ids: npt.NDArray[np.object_] = np.empty(0, object)
        self.feeds: npt.NDArray[np.object_] = np.empty(0, object)
        self.rules: dict[int, Rules] = {}
        self.by_author: dict[str, set[int]] = defaultdict(set)
        """Rows that follow authors only, by the keys under which these are found."""
        self._rows: dict[str, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, topic: str) -> bool:
        return topic in self._rows

    @property
    def dimension(self) -> int | None:
        """Length of the vectors; None as long as there are none."""
        return self.vectors.shape[1] or None

    def reserve(self, rows: int) -> None:
        """Make room for so many topics at once, which takes less memory than growing to them."""
        if rows > len(self.thresholds):
            self._resize(rows)

    def put(self, subscription: Subscription, vector: Vector | None) -> None:
        """Add a topic or change it. ``vector``: float32[dim] of unit length; None if only authors are followed, or
        if it is not known yet. The first vector says how long all are; raises ValueError for another length."""
        topic = subscription.topic
        if topic is None:
            raise ValueError(f"the subscription {subscription.id} is no topic")
        if vector is not None and self.dimension not in {None, len(vector)}:
            raise ValueError(f"a vector of {len(vector)} numbers among others of {self.dimension}")
        if vector is not None and self.dimension is None:
            self.vectors = np.zeros((len(self.thresholds), len(vector)), np.float32)
        row = self._row(subscription.id)
        self.vectors[row] = 0.0 if vector is None else vector
        self.thresholds[row] = _NEVER if vector is None else topic.threshold
        self.created[row] = subscription.created.timestamp()
        self.revisions[row] = topic.revisions
        self.feeds[row] = sys.intern(subscription.feed)
        self._forget_rules(row)
        rules = Rules.of(topic)
        self.ruled[row] = rules is not None
        if rules is not None:
            self.rules[row] = rules
            if not (topic.text or topic.like):
                for key in rules.author_keys:
                    self.by_author[key].add(row)

    def remove(self, topic: str) -> None:
        """Does nothing if it is not there."""
        row = self._rows.pop(topic, None)
        if row is not None:
            self.thresholds[row] = _NEVER
            self._forget_rules(row)
            self.ruled[row] = False
            self._free.append(row)

    def topics(self) -> list[str]:
        """All ids."""
        return list(self._rows)

    def _row(self, topic: str) -> int:
        row = self._rows.get(topic)
        if row is None:
            if self._free:
                row = self._free.pop()
            else:
                if self.size == len(self.thresholds):
                    self._resize(max(_SMALLEST, self.size + self.size // 4))
                row, self.size = self.size, self.size + 1
            self._rows[topic] = row
            self.ids[row] = topic
        return row

    def _resize(self, capacity: int) -> None:
        for name in ("vectors", "thresholds", "created", "revisions", "ruled", "ids", "feeds"):
            old = getattr(self, name)
            new = np.empty((capacity, *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)

    def _forget_rules(self, row: int) -> None:
        rules = self.rules.pop(row, None)
        for key in rules.author_keys if rules else ():
            rows = self.by_author.get(key)
            if rows:
                rows.discard(row)
                if not rows:
                    del self.by_author[key]
