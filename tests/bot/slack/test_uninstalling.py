import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.slack.erasing import Erasing
from bot.slack.leaving import Leaving
from bot.slack.stored_installations import RedisInstallations
from bot.slack.uninstalling import Uninstalling
from bot.slack.web_api import WebApi
from papers import keys
from tests.bot.slack.installing import installation, slack_settings, stored
from tests.fakes.slack import Slack, Team, slack_fake

NOW = datetime.now(UTC)
EARLIER = NOW - timedelta(days=3)


class Office:
    def __init__(self, slack: Slack, redis: Redis) -> None:
        settings = slack_settings(slack)
        self.slack = slack
        self.web = WebApi(settings)
        self.store: RedisInstallations = stored(redis, self.web, settings)
        self.erased: list[str] = []
        self.leaving = Leaving(redis)
        self.erasing = Erasing(self.store, self.web, self.leaving, self._erase)
        self.uninstalling = Uninstalling(self.store, self.web, self.leaving, self.erasing.work_off)
        self.broken: Exception | None = None

    async def _erase(self, prefix: str) -> None:
        if self.broken is not None:
            raise self.broken
        self.erased.append(prefix)

    async def install(self, team: Team, *, at: datetime = EARLIER) -> None:
        before = self.slack.grant_of(team.id)
        if before:
            before.revoked = True
        await self.store.save(installation(self.slack.add_grant(team), at=at))

    def revoke(self) -> None:
        for grant in self.slack.grants:
            grant.revoked = True

    @property
    def bots(self) -> list[str]:
        return [grant.bot_user for grant in self.slack.grants]


@asynccontextmanager
async def office(redis: Redis) -> AsyncIterator[Office]:
    async with slack_fake() as slack:
        found = Office(slack, redis)
        yield found
        await found.web.close()


async def test_uninstalling_erases_the_workspace_and_nothing_else(redis: Redis) -> None:
    async with office(redis) as here:
        team, other = here.slack.add_team(), here.slack.add_team()
        await here.install(team)
        here.revoke()
        await here.install(other)
        assert await here.uninstalling.uninstalled(team.id, None, NOW)
        assert here.erased == [f"slack:{team.id}/"]
        assert [found.team async for found in here.store.all()] == [other.id]


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["uninstalled", "revoked", "uninstalled", "revoked"]))[::5]
)
async def test_the_events_come_in_any_order_and_twice(redis: Redis, order: tuple[str, ...]) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        for event in order:
            if event == "revoked":
                await here.uninstalling.tokens_revoked(team.id, None, here.bots, NOW)
            else:
                assert await here.uninstalling.uninstalled(team.id, None, NOW)
        assert set(here.erased) == {f"slack:{team.id}/"}
        assert await here.store.at(team.id) is None


async def test_revoked_tokens_alone_erase_nothing(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        assert await here.uninstalling.tokens_revoked(team.id, None, here.bots, NOW)
        assert await here.store.at(team.id) is None
        assert here.erased == []


async def test_other_peoples_tokens_are_none_of_ours(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        for bots in ([], ["U0SOMEBODY"]):
            assert not await here.uninstalling.tokens_revoked(team.id, None, bots, NOW)
        assert await here.store.at(team.id) is not None


async def test_an_event_that_comes_after_it_was_installed_again_changes_nothing(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        await here.install(team, at=NOW)
        late = NOW - timedelta(minutes=1)
        assert not await here.uninstalling.uninstalled(team.id, None, late)
        assert not await here.uninstalling.tokens_revoked(team.id, None, here.bots, late)
        assert await here.store.at(team.id) is not None
        assert here.erased == []


async def test_a_clock_of_ours_that_is_slow_erases_nothing_while_the_token_works(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team, at=NOW - timedelta(minutes=5))
        assert not await here.uninstalling.uninstalled(team.id, None, NOW)
        assert not await here.uninstalling.tokens_revoked(team.id, None, here.bots, NOW)
        assert here.erased == []


async def test_without_slacks_word_the_times_decide(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        for _ in range(4):
            here.slack.faults.broken("auth.test", 503)
        assert not await here.uninstalling.uninstalled(team.id, None, EARLIER - timedelta(seconds=1))
        assert await here.uninstalling.uninstalled(team.id, None, NOW)


async def test_of_an_organization_all_workspaces_are_erased(redis: Redis) -> None:
    async with office(redis) as here:
        grant = here.slack.add_grant(None, enterprise="E1")
        await here.store.save(installation(grant, at=EARLIER))
        for team in ("T1", "T2"):
            assert await here.store.find(team, "E1") is not None
        here.revoke()
        assert await here.uninstalling.tokens_revoked(None, "E1", here.bots, NOW)
        assert await here.uninstalling.uninstalled(None, "E1", NOW)
        assert here.erased == ["slack:T1/", "slack:T2/", "slack:E1/"]
        assert await redis.keys("pb:slack:*") == []


async def test_an_organizations_end_may_be_told_by_one_of_its_workspaces(redis: Redis) -> None:
    async with office(redis) as here:
        grant = here.slack.add_grant(None, enterprise="E1")
        await here.store.save(installation(grant, at=EARLIER))
        for team in ("T1", "T2"):
            await here.store.find(team, "E1")
        assert not await here.uninstalling.uninstalled("T1", "E1", NOW)
        here.slack.faults.broken("auth.test", 503)
        assert not await here.uninstalling.uninstalled("T1", "E1", NOW)
        assert here.erased == []
        here.revoke()
        assert await here.uninstalling.uninstalled("T1", "E1", NOW)
        assert here.erased == ["slack:T1/", "slack:T2/", "slack:E1/"]


async def test_a_damaged_entry_can_be_uninstalled_too(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        await redis.set(keys.slack_installation(team.id), b"broken")
        assert await here.uninstalling.uninstalled(team.id, None, NOW)
        assert await redis.keys("pb:slack:*") == []


async def test_a_workspace_with_an_installation_of_its_own_outlives_its_organizations(redis: Redis) -> None:
    async with office(redis) as here:
        own, other = here.slack.add_team(enterprise="E1"), here.slack.add_team(enterprise="E1")
        grant = here.slack.add_grant(None, enterprise="E1")
        await here.store.save(installation(grant, at=EARLIER))
        for team in (own, other):
            await here.store.find(team.id, "E1")
        await here.install(own)
        grant.revoked = True
        assert await here.uninstalling.uninstalled(None, "E1", NOW)
        assert here.erased == [f"slack:{other.id}/", "slack:E1/"]
        assert await here.store.find(own.id) is not None


async def test_a_workspace_that_its_organization_still_serves_loses_only_its_own_installation(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team(enterprise="E1")
        await here.install(team)
        await here.store.save(installation(here.slack.add_grant(None, enterprise="E1"), at=EARLIER))
        own = here.slack.grant_of(team.id)
        assert own is not None
        own.revoked = True
        assert await here.uninstalling.uninstalled(team.id, "E1", NOW)
        assert here.erased == []
        assert await here.store.at(team.id) is None
        assert (found := await here.store.find(team.id)) is not None
        assert found.where == "E1"
        assert await here.leaving.all() == ()


async def test_what_a_crash_leaves_is_erased_after_the_next_start(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        here.broken = ConnectionError("as if the process had died")
        with pytest.raises(ConnectionError):
            await here.uninstalling.uninstalled(team.id, None, NOW)
        assert await here.store.at(team.id) is None
    async with office(redis) as here:
        running = asyncio.create_task(here.erasing.run())
        await here.erasing.begin()
        running.cancel()
        assert here.erased == [f"slack:{team.id}/"]
        assert await redis.keys("pb:slack:*") == []


async def test_one_that_is_installed_again_before_it_was_erased_keeps_what_it_had(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        for again in (NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)):
            await here.leaving.add([team.id], NOW)
            await here.install(team, at=again)
            assert await here.leaving.all() == ()
        await here.leaving.add([team.id], NOW)
        assert await here.erasing.work_off() == 0
        assert (here.erased, await here.leaving.all()) == ([], ())


async def test_a_workspace_taken_out_of_an_organizations_installation_is_erased(redis: Redis) -> None:
    async with office(redis) as here:
        await here.store.save(installation(here.slack.add_grant(None, enterprise="E1"), at=EARLIER))
        own = here.slack.add_team(enterprise="E1")
        for team in ("T1", "T2", own.id):
            await here.store.find(team, "E1")
        await here.install(own)
        await here.uninstalling.access_revoked(["T1", own.id], "E1", NOW)
        assert here.erased == ["slack:T1/"]
        assert await here.store.find("T1") is None
        assert await here.store.find("T2") is not None
        assert set(await here.store.workspaces("E1")) == {"T2", own.id}


@pytest.mark.parametrize("taken_out", [False, True])
async def test_another_organizations_end_is_not_that_of_a_workspace_it_does_not_serve(
    redis: Redis, taken_out: bool
) -> None:
    async with office(redis) as here:
        ours = here.slack.add_grant(None, enterprise="E1")
        theirs = here.slack.add_grant(None, enterprise="E2")
        for grant in (ours, theirs):
            await here.store.save(installation(grant, at=EARLIER))
        await here.store.find("T1", "E1")
        await redis.sadd(keys.slack_workspaces("E2"), "T1")  # as an older version may have noted
        theirs.revoked = True
        if taken_out:
            await here.uninstalling.access_revoked(["T1"], "E2", NOW)
        else:
            assert await here.uninstalling.uninstalled(None, "E2", NOW)
        assert "slack:T1/" not in here.erased
        assert (found := await here.store.find("T1")) is not None
        assert found.where == "E1"
