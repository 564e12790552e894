"""paperboy worker: what it does for searches, and that its end is no harm."""

import signal

import pytest

from tests.paperboy.command import Paperboy, finish

pytestmark = pytest.mark.xdist_group("cli")


def test_a_search_answers_after_the_only_worker_was_killed(library: Paperboy) -> None:
    worker = library.start_worker()
    worker.kill()
    worker.communicate()
    finished = library.run("search", "one encoder for all point clouds", "--json")
    assert finished.json()[0]["id"] == "2603.03283"
    assert finished.err == ""


def test_a_worker_ends_when_it_is_told_to(library: Paperboy) -> None:
    worker = library.start("worker")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) in {0, -signal.SIGTERM}  # the latter if it had not yet begun
    worker.communicate()


@pytest.mark.parametrize("command", ["worker", "scheduler", "up"])
def test_a_process_without_a_redis_says_so_and_ends(sample: Paperboy, command: str) -> None:
    away = sample.having(REDIS_URL="redis://127.0.0.1:9/0")
    assert "127.0.0.1:9" in finish(away.start(command), 30).failed(1)
