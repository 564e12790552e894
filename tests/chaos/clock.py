"""The application's clock of all processes of a scenario: it runs like any other, and jumps when it is told to."""

import os
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LAYOUT = struct.Struct("<2d")


class SharedClock:
    """Implements papers.clock.Clock over a file: what it showed at a moment of the system's clock."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)

    def set(self, at: datetime) -> None:
        os.pwrite(self._file, _LAYOUT.pack(at.timestamp(), time.time()), 0)

    def jump(self, seconds: float) -> None:
        self.set(self.now() + timedelta(seconds=seconds))

    def now(self) -> datetime:
        shown, since = _LAYOUT.unpack(os.pread(self._file, _LAYOUT.size, 0))
        return datetime.fromtimestamp(shown + time.time() - since, UTC)
