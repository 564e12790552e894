"""What can go wrong with a call of the Web API, on demand."""

from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    seconds: float = 0.0
    """It is answered so much later."""
    cut: str = ""
    """``before`` or ``after`` it was done, the connection is closed instead of an answer."""
    status: int = 0
    """It is not done; an HTTP status other than 200."""
    retry_after: int | None = None
    error: str = ""
    """It is not done; an error of the Web API."""


class Faults:
    """Each is used by the next call of its method, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def late(self, method: str, seconds: float) -> None:
        self._waiting[method].append(Fault(seconds=seconds))

    def cut(self, method: str, *, before: bool = False) -> None:
        self._waiting[method].append(Fault(cut="before" if before else "after"))

    def refuse(self, method: str, error: str) -> None:
        """For instance ratelimited or token_revoked, with HTTP 200."""
        self._waiting[method].append(Fault(error=error))

    def too_many(self, method: str, retry_after: int = 1) -> None:
        self._waiting[method].append(Fault(status=429, retry_after=retry_after))

    def broken(self, method: str, status: int = 500) -> None:
        self._waiting[method].append(Fault(status=status))

    def waiting(self, method: str) -> int:
        """How many were not met yet."""
        return len(self._waiting[method])

    def next(self, method: str) -> Fault | None:
        waiting = self._waiting[method]
        return waiting.popleft() if waiting else None
