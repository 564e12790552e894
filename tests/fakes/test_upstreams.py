"""The stand-alone fake upstreams, as a whole Paperboy would be run against them."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.fakes.huggingface import item

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("replayed", [True, False])
def test_they_print_the_settings_that_point_at_them(tmp_path: Path, same_day: None, replayed: bool) -> None:
    day = datetime(2025, 5, 6, tzinfo=UTC).date()
    recording = tmp_path / "2025-05.jsonl"
    recording.write_text(json.dumps({"date": f"{day}", "fetched_at": f"{day}T08:00:00Z", "response": [item(1, day)]}))
    options = ["--replay", str(recording)] if replayed else []
    command = [sys.executable, "-m", "tests.fakes.upstreams", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        settings = dict(process.stdout.readline().strip().split("=", 1) for _ in range(4))
        today = datetime.now(UTC).date()
        listed = httpx.get(f"{settings['PAPERBOY_HUGGINGFACE_URL']}/api/daily_papers?date={today}").json()
        headers = {"Accept": "application/atom+xml", "User-Agent": "Test/1 (+nobody)"}
        feed = httpx.get(f"{settings['PAPERBOY_ARXIV_FEED_URL']}/cs.LG", headers=headers).text
        process.send_signal(signal.SIGTERM)
        last = process.stdout.read()
        assert process.wait(20) == 0
    if replayed:
        assert listed[0]["paper"]["submittedOnDailyAt"].startswith(f"{today}T02:01")
        assert "Made-up paper 1 of 2025-05-06" in feed
    else:
        assert "<title>Made-up preprint" in feed
    assert "answered 1 requests as Hugging Face, 1 as arXiv (0 refused" in last
