"""A flood in one workspace, and what another feels of it."""

import asyncio

import pytest

from tests.bot.slack.stage import on_stage
from tests.fakes.slack import until

pytestmark = pytest.mark.slow
_FLOOD = 20
"""People who write to the app at the same time, each as much as takes its turns to answer."""
_EACH = 6


async def test_while_one_workspace_is_answered_in_its_turns_another_is_answered_at_once() -> None:
    async with on_stage("http") as stage:
        slack = stage.slack
        noisy = [stage.person() for _ in range(_FLOOD)]
        bob = stage.person(team=slack.add_team("Quiet"))
        assert (await slack.install(f"{stage.url}/slack/install", bob)).status == 200
        papers = stage.channel(bob)
        await asyncio.gather(*(slack.direct_message(person, "help") for person in noisy for _ in range(_EACH)))

        form = await (await slack.command(bob, papers, "/papers", "subscribe")).form("cadence")
        await (await slack.command(bob, papers, "/papers", "help")).message()

        conversations = [slack.direct(person.id, slack.bot_of(stage.team.id).bot_user) for person in noisy]

        def answered() -> int:
            return sum(message.bot_id is not None for at in conversations for message in slack.in_channel(at))

        assert answered() < _FLOOD * _EACH, "the flood was over before anybody could feel it"
        assert form.blocks
        await until(lambda: answered() == _FLOOD * _EACH, answered, 60)
        assert slack.violations == []
