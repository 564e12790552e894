"""Stores for the command-line tests: one that holds the bundled sample and is only read, one to add to, empty ones."""

import fcntl
import os
import pickle
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from papers.sample import sample_path
from tests.conftest import short_folder
from tests.paperboy.command import Finished, Paperboy, finish
from tests.papers.redis.processes import guard_pids, redis_pids


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    """A data folder into which the bundled sample was replayed, for copies, and what the command said.

    It is made once, also where several processes share the tests.
    """
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, said = root / "sample", root / "sample.said"
    with (root / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            paperboy = Paperboy(short_folder())
            finished = paperboy.run("ingest", "--replay", sample_path(), "--json")
            paperboy.stop()
            shutil.move(paperboy.data_dir, folder)
            said.write_bytes(pickle.dumps(finished))
    return folder, pickle.loads(said.read_bytes())


@pytest.fixture(scope="session")
def sample(recorded: tuple[Path, Finished]) -> Iterator[Paperboy]:
    """A store that holds the bundled sample: for tests that only read."""
    yield from _copy_of(recorded[0])


@pytest.fixture(scope="session")
def library(recorded: tuple[Path, Finished]) -> Iterator[Paperboy]:
    """Another, to which tests add papers of their own. It knows how long vectors are: ready ones need no model."""
    yield from _copy_of(recorded[0])


@pytest.fixture(scope="session")
def helped(sample: Paperboy) -> Iterator[Paperboy]:
    """The sample, with a ``paperboy worker`` that embeds queries for others."""
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


def _copy_of(folder: Path) -> Iterator[Paperboy]:
    copy = short_folder()
    shutil.copytree(folder, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock", "*.lock"))
    paperboy = Paperboy(copy)
    yield paperboy
    _end(paperboy)


def _end(paperboy: Paperboy) -> None:
    paperboy.stop()
    assert redis_pids(paperboy.data_dir) == []
    assert guard_pids(paperboy.data_dir) == []
    shutil.rmtree(paperboy.data_dir)


@pytest.fixture(autouse=True)
def _ctrl_c_is_heeded() -> Iterator[None]:
    """Where tests run in a shell's background, SIGINT is ignored, and every child would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
