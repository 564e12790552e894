"""Channels that several workspaces share, and organizations: which installation of the app is meant there.

https://docs.slack.dev/apis/slack-connect
"""

from tests.fakes.slack_state import Channel, Grant, Message, User
from tests.fakes.slack_world import World


def serves(world: World, grant: Grant, team: str) -> bool:
    """Whether an installation is of this workspace, or of the organization that it belongs to."""
    if grant.team is not None:
        return grant.team == team
    return team in world.teams and world.teams[team].enterprise == grant.enterprise


def members_in(world: World, channel: Channel) -> list[Grant]:
    """The installations whose bot is in a channel, the one that was installed last at the end."""
    return [grant for grant in world.grants if grant.bot_user in channel.members and not grant.revoked]


def met_by(world: World, user: User, channel: Channel) -> Grant:
    """The app as a person finds it in a channel: that of their own workspace if it is there, else another's."""
    there = members_in(world, channel)
    own = [grant for grant in there if serves(world, grant, user.team)]
    found = [*there, *own] or [grant for grant in map(world.grant_of, (user.team, channel.team)) if grant]
    assert found, f"the app is not in {channel.id}"
    return found[-1]


def told_of(world: World, user: User, channel: Channel) -> Grant:
    """The installation that an event of a channel names: of several that are there the last, whoever is meant.

    https://github.com/slackapi/bolt-js/issues/2008, https://github.com/slackapi/bolt-python/issues/1107
    """
    return (members_in(world, channel) or [met_by(world, user, channel)])[-1]


def workspace_in(world: World, grant: Grant, channel: Channel) -> str:
    """The workspace through which an installation is in a channel."""
    if grant.team is not None:
        return grant.team
    sharing = (channel.team, *sorted(channel.shared_with))
    return next((team for team in sharing if serves(world, grant, team)), channel.team)


def wrote(world: World, message: Message) -> Grant | None:
    """The installation that a message is of; None of a person's."""
    return next((grant for grant in world.grants if message.bot_id and grant.bot_id == message.bot_id), None)
