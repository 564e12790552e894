"""A short run of what ``make abuse`` does for a few minutes."""

import pytest

from tests.abuse.fuzz import fuzz
from tests.abuse.mutated import mutated

pytestmark = pytest.mark.slow


async def test_of_requests_that_slack_did_not_send_none_is_taken() -> None:
    found = await mutated(2000, seed=2, connections=50)
    assert found.wrong == []
    assert found.accepted == 0
    assert found.taken == found.good > found.done > 0, "the good ones among them are taken, each once"


async def test_whatever_is_asked_is_answered() -> None:
    found = await fuzz(500, seed=2, workspaces=20)
    assert found.wrong == []
    assert len(found.answered) > 200
