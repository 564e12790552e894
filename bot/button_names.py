"""New names for the buttons of a message that everybody sees, by people who press at the same time.

A press comes with its message as it was when it was pressed: who presses at the same time as somebody else would call
the other's button by its old name again, and of two changes under way the earlier could arrive last. All presses on a
message are expected to come to one process.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class ButtonNames:
    def __init__(self, *, seconds: float = 15.0, most: int = 1000, timer: Callable[[], float] = time.monotonic) -> None:
        """``most`` messages are remembered, each for so many ``seconds`` from its last change."""
        self._seconds, self._most, self._timer = seconds, most, timer
        self._kept: dict[Hashable, tuple[float, dict[str, tuple[int, str]]]] = {}
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        self._waiting: set[Hashable] = set()

    async def change(
        self,
        message: Hashable,
        names: Mapping[str, str],
        write: Callable[[Mapping[str, str], bool], Awaitable[T]],
        *,
        at: int = 0,
    ) -> T | None:
        """``write`` a message with these names and those of a moment ago, one after another.

        ``at``: of two names for one button that with the higher number holds, whichever comes first.

        It also hears whether the message may be older than it is now: then it is to be written even where it has these
        names. None: it is not called, since who waits for their turn already writes these names too.
        """
        older = self._keep(message, {button: (at, name) for button, name in names.items()})
        if message in self._waiting:
            return None
        turn = self._turns.setdefault(message, asyncio.Lock())
        self._waiting.add(message)
        try:
            await turn.acquire()
        finally:
            self._waiting.discard(message)
        try:
            kept = self._kept.get(message)
            return await write({button: name for button, (_, name) in kept[1].items()} if kept else names, older)
        finally:
            turn.release()

    def _keep(self, message: Hashable, names: Mapping[str, tuple[int, str]]) -> bool:
        """Whether there are names of a moment ago."""
        now = self._timer()
        then, before = self._kept.pop(message, (now, {}))
        recent = before if now - then <= self._seconds else {}
        later = {button: new for button, new in names.items() if button not in recent or new[0] >= recent[button][0]}
        self._kept[message] = (now, {**recent, **later})
        while len(self._kept) > self._most or now - next(iter(self._kept.values()))[0] > self._seconds:
            self._kept.pop(next(iter(self._kept)))
        return bool(recent)
