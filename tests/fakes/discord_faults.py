"""What can go wrong with a call of the REST API, on demand."""

from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    seconds: float = 0.0
    """It is answered so much later."""
    cut: str = ""
    """``before`` or ``after`` it was done, the connection is closed instead of an answer."""
    status: int = 0
    """It is not done; an HTTP status without a word of Discord's, as a broken server gives it."""
    done: bool = False
    """With ``status``: it is done all the same, as when a proxy's patience ends behind which it goes on."""
    code: int = 0
    """With ``status``: an error of Discord's own."""
    retry_after: float | None = None


class Faults:
    """Each is used by the next call of its route, in the order in which they were asked for.

    Routes are written as in ``POST /channels/{channel_id}/messages``.
    """

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def late(self, route: str, seconds: float) -> None:
        self._waiting[route].append(Fault(seconds=seconds))

    def cut(self, route: str, *, before: bool = False) -> None:
        self._waiting[route].append(Fault(cut="before" if before else "after"))

    def refuse(self, route: str, code: int, status: int = 403) -> None:
        """For instance 40003, with HTTP 403."""
        self._waiting[route].append(Fault(status=status, code=code))

    def too_many(self, route: str, retry_after: float = 1.0) -> None:
        self._waiting[route].append(Fault(status=429, retry_after=retry_after))

    def broken(self, route: str, status: int = 500, *, done: bool = False) -> None:
        self._waiting[route].append(Fault(status=status, done=done))

    def next(self, route: str) -> Fault | None:
        waiting = self._waiting[route]
        return waiting.popleft() if waiting else None
