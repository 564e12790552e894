"""Stores for the command-line tests: one that holds the bundled sample and is only read, and empty ones."""

import shutil
import signal
from collections.abc import Iterator

import pytest

from papers.sample import sample_path
from tests.conftest import short_folder
from tests.paperboy.command import Finished, Paperboy, finish, write_lines
from tests.papers.redis.processes import guard_pids, redis_pids


@pytest.fixture(scope="session")
def replayed() -> Iterator[tuple[Paperboy, Finished]]:
    """The bundled sample, replayed once, and what the command said."""
    paperboy = Paperboy(short_folder())
    yield paperboy, paperboy.run("ingest", "--replay", sample_path(), "--json")
    _end(paperboy)


@pytest.fixture(scope="session")
def sample(replayed: tuple[Paperboy, Finished]) -> Paperboy:
    """A store that holds the bundled sample: for tests that only read."""
    assert replayed[1].code == 0, replayed[1]
    return replayed[0]


@pytest.fixture(scope="session")
def helped(sample: Paperboy) -> Iterator[Paperboy]:
    """The same sample, with a ``paperboy worker`` that embeds queries for others."""
    worker = sample.start_worker()
    yield sample
    worker.send_signal(signal.SIGTERM)
    assert finish(worker, 20).code == 0


@pytest.fixture
def paperboy() -> Iterator[Paperboy]:
    """An empty store."""
    paperboy = Paperboy(short_folder())
    yield paperboy
    _end(paperboy)


@pytest.fixture(scope="session")
def library() -> Iterator[Paperboy]:
    """A store that tests add papers of their own to. It knows how long vectors are: ready ones need no model."""
    paperboy = Paperboy(short_folder())
    file = write_lines(paperboy.data_dir / "first.jsonl", {"_id": "first", "title": "The first of the library"})
    assert paperboy.json("import", file)["embedded"] == 1
    yield paperboy
    _end(paperboy)


def _end(paperboy: Paperboy) -> None:
    paperboy.stop()
    assert redis_pids(paperboy.data_dir) == []
    assert guard_pids(paperboy.data_dir) == []
    shutil.rmtree(paperboy.data_dir)
