"""What stays in memory for good."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.settling import settle


class Connection:
    """As a client of a chat, it holds what holds it."""

    def __init__(self) -> None:
        self.held_by = self


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_no_collection_looks_through_what_is_there() -> None:
    settle()
    assert gc.get_freeze_count() > 1000


def test_a_connection_that_has_ended_is_let_go_of_once_the_next_one_stands() -> None:
    connection = Connection()
    ended = weakref.ref(connection)
    settle()
    del connection
    settle()
    assert ended() is None
