"""A recorded month, delivered day by day by the command itself, which is killed again and again."""

import asyncio
import json
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from papers.ingestion import Ingestion
from papers.redis.connection import open_redis
from papers.replay import read_replay
from papers.sample import sample_path
from papers.settings import load_settings
from papers.store import PaperStore
from tests.chaos.verdict import Verdict
from tests.conftest import short_folder
from tests.paperboy.command import Paperboy

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "hf_daily" / "2025-08.jsonl.gz"
_ZONES = ("UTC", "Europe/Berlin", "Africa/Nairobi", "Europe/Lisbon")
_MOST_KILLS = 2
"""In a day."""
_LONGEST = 1.2
"""Seconds after which a kill comes at the latest."""


async def month(*, destinations: int, days: int, seed: int = 4, recorded: Path = RECORDED) -> Verdict:
    """Each file gets exactly one message a day: a line on a quiet day too, for that is how it is asked for."""
    if not recorded.exists():
        recorded = sample_path()
    folder = short_folder()
    paperboy = Paperboy(folder)
    try:
        first = await _ingest(folder, recorded)
        dates = [first + timedelta(days=n) for n in range(days)]
        started = time.monotonic()
        files = [folder / f"reader{n}.jsonl" for n in range(destinations)]
        await asyncio.to_thread(_subscribe, paperboy, files, first)
        kills = await asyncio.to_thread(_deliver, paperboy, dates, random.Random(seed))
        verdict = _judge(files, dates)
    finally:
        await asyncio.to_thread(paperboy.stop)
        shutil.rmtree(folder, ignore_errors=True)
    verdict.kills, verdict.seconds = kills, time.monotonic() - started
    return verdict


async def _ingest(folder: Path, recorded: Path) -> date:
    """Without the model, which no digest needs. Returns the first day."""
    settings, replay = load_settings(data_dir=folder), read_replay([recorded])
    async with open_redis(settings) as redis:
        await Ingestion(PaperStore(redis, settings), None).run(replay.observations())
    assert replay.until is not None
    last = replay.until.date()
    return last.replace(day=1) if recorded == RECORDED else last - timedelta(days=4)


def _subscribe(paperboy: Paperboy, files: Sequence[Path], first: date) -> None:
    before = paperboy.having(NOW=f"{first - timedelta(days=1)}T12:00Z")
    for number, file in enumerate(files):
        zone = _ZONES[number % len(_ZONES)]
        done = before.run("subscribe", "--to", f"file:{file}", "--daily", "--tz", zone, "--say-when-empty")
        assert done.code == 0, done


def _deliver(paperboy: Paperboy, dates: Sequence[date], chance: random.Random) -> int:
    kills = 0
    for day in dates:
        at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=9, minutes=5)
        send = ("digest", "send", "--at", at.isoformat())
        for _ in range(chance.randint(0, _MOST_KILLS)):
            command = paperboy.start(*send)
            time.sleep(chance.uniform(0.3, _LONGEST))
            command.send_signal(signal.SIGKILL)
            command.communicate()
            kills += command.returncode == -signal.SIGKILL
        done = paperboy.run(*send)
        assert done.code == 0, done
    return kills


def _judge(files: Sequence[Path], dates: Sequence[date]) -> Verdict:
    expected = {(file.name, day.isoformat()) for file in files for day in dates}
    verdict = Verdict(f"{len(dates)} days to {len(files)} files by `paperboy digest send`", deliveries=len(expected))
    received: Counter[tuple[str, str]] = Counter()
    for file in files:
        with suppress(FileNotFoundError):
            received.update((file.name, json.loads(line)["period"]) for line in file.read_text().splitlines())
    verdict.once = sum(received[one] == 1 for one in expected)
    verdict.lost = sum(received[one] == 0 for one in expected)
    verdict.twice = sum(max(count - 1, 0) for count in received.values())
    verdict.wrong = [f"a message of no day: {one}" for one in received if one not in expected]
    return verdict
