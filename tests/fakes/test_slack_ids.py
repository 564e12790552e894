"""What Slack never gives twice, two fakes never give alike: an app may meet both with the same memory."""

from tests.fakes import slack_payloads
from tests.fakes.slack import Slack, slack_fake


async def _ids() -> tuple[str, str]:
    async with slack_fake() as slack:
        return _of(slack)


def _of(slack: Slack) -> tuple[str, str]:
    team = slack.add_team()
    ada = slack.add_user(team)
    channel = slack.add_channel(team, "papers", ada)
    command = slack_payloads.command(slack, ada, channel, "/papers", "help")
    event = slack_payloads.event(slack, team.id, {"type": "app_home_opened"})
    return str(command["trigger_id"]), str(event["event_id"])


async def test_triggers_and_events_of_two_fakes_are_never_the_same() -> None:
    one, other = await _ids(), await _ids()
    assert not set(one) & set(other)
