"""One app for many workspaces, and for whole organizations."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.slack.installation import Installation
from papers.settings import Settings
from tests.bot.slack.office import Office, office
from tests.fakes.slack import Team, words
from tests.fakes.slack_state import Grant

AT = datetime(2026, 3, 1, tzinfo=UTC)


class Kept:
    """Installations in memory."""

    def __init__(self) -> None:
        self.by: dict[str, Installation] = {}
        self.asked = 0

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        self.asked += 1
        return self.by.get(team or "") or self.by.get(enterprise or "")

    async def save(self, installation: Installation) -> None:
        self.by[installation.where] = installation

    async def remove(self, where: str, found: Installation | None) -> bool:
        return self.by.pop(where, None) is not None

    async def all(self) -> AsyncIterator[Installation]:
        for one in self.by.values():
            yield one

    async def close(self) -> None:
        pass

    def add(self, grant: Grant) -> None:
        one = Installation(
            team=grant.team,
            enterprise=grant.enterprise,
            bot_token=SecretStr(grant.token),
            bot_user=grant.bot_user,
            bot_id=grant.bot_id,
            installed_at=AT,
        )
        self.by[one.where] = one


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def here(redis: Redis, settings: Settings, monkeypatch: pytest.MonkeyPatch, kept: Kept) -> AsyncIterator[Office]:
    async with office(redis, settings.data_dir, monkeypatch, installations=kept) as here:
        kept.add(here.slack.bot_of(here.team.id))
        yield here
        assert here.slack.violations == []


def _installed(here: Office, kept: Kept, name: str) -> Team:
    team = here.slack.add_team(name)
    kept.add(here.slack.add_grant(team))
    return team


async def test_nobody_of_another_workspace_sees_or_changes_what_is_subscribed(here: Office, kept: Kept) -> None:
    other = _installed(here, kept, "Elsewhere")
    eve = here.slack.add_user(other, "eve")
    theirs = here.slack.add_channel(other, "papers", eve)
    form = await (await here.slack.command(here.ada, here.papers, "/papers", "subscribe")).form("zone")
    await here.slack.submit(form)
    (mine,) = await here.desk.subscriptions.of_destination(f"slack:{here.team.id}/{here.papers.id}")

    listed = await (await here.slack.command(eve, theirs, "/papers", "following")).message()
    assert "Nothing yet" in words(listed)
    for verb in ("remove", "pause", "change"):
        # The same button, forged into a message of theirs.
        shown = await (await here.slack.command(eve, theirs, "/papers", "help")).message()
        element = {"type": "button", "action_id": f"{verb}|{mine.id}", "text": {"type": "plain_text", "text": "x"}}
        shown.blocks = [{"type": "actions", "elements": [element]}]
        answer = await here.slack.press(shown, verb, eve)
        if verb == "change":
            await answer.told("not there any more")
        else:
            assert "not there any more" in words(await answer.message())
    assert await here.desk.subscriptions.get(mine.id) == mine


async def test_each_is_answered_with_its_own_token(here: Office, kept: Kept) -> None:
    other = _installed(here, kept, "Elsewhere")
    eve = here.slack.add_user(other, "eve")
    here.slack.add_channel(other, "papers", eve)
    await (await here.slack.direct_message(here.ada, "help")).message()
    await (await here.slack.direct_message(eve, "help")).message()
    tokens = [call.token for call in here.slack.calls_of("chat.postMessage")]
    assert tokens == [here.slack.bot_of(team.id).token for team in (here.team, other)]


async def test_a_workspace_of_an_organization_is_served_by_its_installation(here: Office, kept: Kept) -> None:
    team = here.slack.add_team("Part", enterprise="E0ORG")
    kept.add(here.slack.add_grant(None, enterprise="E0ORG"))
    una = here.slack.add_user(team, "una")
    channel = here.slack.add_channel(team, "papers", una)
    form = await (await here.slack.command(una, channel, "/papers", "subscribe")).form("zone")
    await here.slack.submit(form)
    assert await here.desk.subscriptions.of_destination(f"slack:{team.id}/{channel.id}")
    mention = await (await here.slack.mention(una, channel, "help")).message()
    assert mention.seen_by == una.id


async def test_an_installation_is_looked_up_once_and_not_after_its_end(here: Office, kept: Kept) -> None:
    for _ in range(3):
        await (await here.slack.command(here.ada, here.papers, "/papers", "help")).message()
    assert kept.asked == 1
    kept.by.clear()
    await here.slack.revoke(here.team)
    answer = await here.slack.command(here.ada, here.papers, "/papers", "help")
    assert "not installed here any more" in str(answer.ack.body)
