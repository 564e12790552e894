"""Recorded Daily Papers answers, played again each at its own time, through the parser that live answers use."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from papers.clock import parse_time
from papers.errors import BadInput, SourceMalformed, UnreadableFile
from papers.files import json_lines
from papers.models import Observation
from papers.skipping import Skipped
from papers.sources.recorded import parse_recorded


@dataclass(frozen=True)
class Snapshot:
    """What ``/api/daily_papers?date=…`` answered at one time."""

    fetched_at: datetime
    response: Any


class Replay:
    """Snapshots of one or more files in the order of their times."""

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        self._snapshots = sorted(snapshots, key=lambda snapshot: snapshot.fetched_at)
        self._skipped = Skipped()

    @property
    def skipped(self) -> int:
        return self._skipped.count

    @property
    def items(self) -> int:
        """How many items the snapshots hold, for a progress bar."""
        return sum(len(s.response) for s in self._snapshots if isinstance(s.response, list))

    @property
    def until(self) -> datetime | None:
        """The time of the last snapshot."""
        return self._snapshots[-1].fetched_at if self._snapshots else None

    async def observations(self) -> AsyncIterator[Observation]:
        """Every readable item of every snapshot; the others are logged and counted in ``skipped``."""
        for snapshot in self._snapshots:
            try:
                page = parse_recorded(snapshot.response, seen_at=snapshot.fetched_at)
            except SourceMalformed as error:
                self._skipped.add(str(error), snapshot=snapshot.fetched_at.isoformat())
                continue
            self._skipped.tell()
            for problem in page.problems:
                self._skipped.add(problem, snapshot=snapshot.fetched_at.isoformat())
            for observation in page.observations:
                yield observation


def read_replay(paths: Iterable[Path]) -> Replay:
    """All snapshots of the files. Raises UnreadableFile, before anything is stored, if one is not what it should be."""
    snapshots = [snapshot for path in paths for snapshot in _snapshots(path)]
    return Replay(snapshots)


def _snapshots(path: Path) -> list[Snapshot]:
    return [read_snapshot(value, f"{path}, line {number}") for number, value in json_lines(path)]


def read_snapshot(value: Any, where: str) -> Snapshot:
    """The snapshot in a recorded line; ``where`` names it in the error. Raises UnreadableFile."""
    if not isinstance(value, dict) or "response" not in value:
        raise UnreadableFile(f"{where}: not a recorded answer, which is JSON of date, fetched_at and response")
    moment = value.get("fetched_at") or value.get("date")
    try:
        return Snapshot(parse_time(str(moment), what="fetched_at"), value["response"])
    except BadInput as error:
        raise UnreadableFile(f"{where}: {error}") from None
