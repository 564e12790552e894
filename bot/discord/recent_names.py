"""Names that buttons were given a moment ago.

A press comes with its message as it was when it was pressed: without them, whoever presses at the same time as somebody
else would call the other's button by its old name again. All presses in a server come to one process.
"""

import time
from collections.abc import Callable, Mapping


class RecentNames:
    def __init__(self, *, seconds: float = 15.0, most: int = 1000, timer: Callable[[], float] = time.monotonic) -> None:
        """``most`` messages are remembered, each for so many ``seconds`` from its last change."""
        self._seconds, self._most, self._timer = seconds, most, timer
        self._kept: dict[int, tuple[float, dict[str, str]]] = {}

    def with_recent(self, message: int, names: Mapping[str, str]) -> Mapping[str, str]:
        """These names for a message's buttons, and those of a moment ago for the others."""
        now = self._timer()
        then, before = self._kept.pop(message, (now, {}))
        merged = {**(before if now - then <= self._seconds else {}), **names}
        self._kept[message] = (now, merged)
        while len(self._kept) > self._most or now - next(iter(self._kept.values()))[0] > self._seconds:
            self._kept.pop(next(iter(self._kept)))
        return merged
