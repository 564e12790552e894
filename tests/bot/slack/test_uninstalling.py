import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.slack.erasing import Erasing
from bot.slack.installation import Installation
from bot.slack.leaving import Leaving, Left
from bot.slack.stored_installations import RedisInstallations
from bot.slack.uninstalling import Uninstalling
from bot.slack.web_api import WebApi
from papers import keys
from tests.bot.slack.installing import VAULT, installation, slack_settings, stored
from tests.fakes.slack import AppConfig, Slack, Team, slack_fake

NOW = datetime.now(UTC)
EARLIER = NOW - timedelta(days=3)


class Watch:
    """A clock that is put forward by hand."""

    time = NOW

    def now(self) -> datetime:
        return self.time


class Office:
    def __init__(self, slack: Slack, redis: Redis) -> None:
        settings = slack_settings(slack)
        self.slack = slack
        self.web = WebApi(settings)
        self.store: RedisInstallations = stored(redis, self.web, settings)
        self.erased: list[str] = []
        self.leaving = Leaving(redis)
        self.clock = Watch()
        self.erasing = Erasing(self.store, self.web, self.leaving, self.erase, self.clock)
        self.uninstalling = Uninstalling(self.store, self.leaving, self.erasing.work_off)
        self.broken: Exception | None = None

    async def erase(self, prefix: str) -> None:
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
async def office(redis: Redis, config: AppConfig | None = None) -> AsyncIterator[Office]:
    async with slack_fake(config) as slack:
        found = Office(slack, redis)
        yield found
        await found.web.close()


async def test_uninstalling_erases_the_workspace_and_nothing_else(redis: Redis) -> None:
    async with office(redis) as here:
        team, other = here.slack.add_team(), here.slack.add_team()
        await here.install(team)
        here.revoke()
        await here.install(other)
        await here.uninstalling.uninstalled(team.id, None, NOW)
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
                await here.uninstalling.uninstalled(team.id, None, NOW)
        assert set(here.erased) == {f"slack:{team.id}/"}
        assert await here.store.at(team.id) is None


async def test_revoked_tokens_alone_erase_nothing(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        await here.uninstalling.tokens_revoked(team.id, None, here.bots, NOW)
        assert await here.store.at(team.id) is None
        assert here.erased == []


async def test_other_peoples_tokens_are_none_of_ours(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        for bots in ([], ["U0SOMEBODY"]):
            await here.uninstalling.tokens_revoked(team.id, None, bots, NOW)
        assert await here.store.at(team.id) is not None
        assert await here.leaving.all() == ()


async def test_an_event_that_comes_after_it_was_installed_again_changes_nothing(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        await here.install(team, at=NOW)
        late = NOW - timedelta(minutes=1)
        await here.uninstalling.uninstalled(team.id, None, late)
        await here.uninstalling.tokens_revoked(team.id, None, here.bots, late)
        assert await here.store.at(team.id) is not None
        assert (here.erased, await here.leaving.all()) == ([], ())


async def test_a_clock_of_ours_that_is_slow_erases_nothing_while_the_token_works(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team, at=NOW - timedelta(minutes=5))
        await here.uninstalling.uninstalled(team.id, None, NOW)
        await here.uninstalling.tokens_revoked(team.id, None, here.bots, NOW)
        here.clock.time += timedelta(minutes=11)
        assert await here.erasing.work_off(), "nobody asks about it any more"
        here.revoke()
        assert await here.erasing.work_off()
        assert here.erased == []
        assert await here.store.at(team.id) is not None


@pytest.mark.parametrize("minutes", [0, 1, 9])
@pytest.mark.parametrize("uninstalled", [True, False])
async def test_a_token_that_lives_for_a_while_after_the_event_ends_it_all_the_same(
    redis: Redis, minutes: int, uninstalled: bool
) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        if uninstalled:
            await here.uninstalling.uninstalled(team.id, None, NOW)
        else:
            await here.uninstalling.tokens_revoked(team.id, None, here.bots, NOW)
        here.clock.time += timedelta(minutes=minutes)
        assert not await here.erasing.work_off()
        assert (here.erased, await here.store.find(team.id) is not None) == ([], True)
        here.revoke()
        assert await here.erasing.work_off()
        assert here.erased == ([f"slack:{team.id}/"] if uninstalled else [])
        assert await here.store.at(team.id) is None


@pytest.mark.parametrize("uninstalled", [True, False])
async def test_while_slack_cannot_be_asked_nothing_is_erased_and_no_token_thrown_away(
    redis: Redis, uninstalled: bool
) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.slack.faults.broken("auth.test", 503)
        if uninstalled:
            await here.uninstalling.uninstalled(team.id, None, NOW)
        else:
            await here.uninstalling.tokens_revoked(team.id, None, here.bots, NOW)
        assert (here.erased, await here.store.find(team.id) is not None) == ([], True)
        here.revoke()
        assert await here.erasing.work_off()
        assert await here.store.at(team.id) is None
        assert here.erased == ([f"slack:{team.id}/"] if uninstalled else [])


class Anew(RedisInstallations):
    """Is told of a new installation between the look at the old one and its end."""

    new: Installation | None = None

    async def remove(self, where: str, found: Installation | None) -> bool:
        if self.new is not None:
            await self.save(self.new)
        return await super().remove(where, found)


@pytest.mark.parametrize("uninstalled", [True, False])
async def test_one_that_is_installed_again_while_slack_is_asked_keeps_what_it_had(
    redis: Redis, uninstalled: bool
) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        here.revoke()
        settings = slack_settings(here.slack)
        store = Anew(redis, lambda: VAULT, here.web, here.clock, settings)
        store.new = installation(here.slack.add_grant(team), at=NOW + timedelta(seconds=2))
        erasing = Erasing(store, here.web, here.leaving, here.erase, here.clock)
        await here.leaving.add(Left(where=team.id, at=NOW, erases=uninstalled))
        assert await erasing.work_off()
        assert (here.erased, await here.store.at(team.id)) == ([], store.new)
        assert [found async for found in here.store.all()] == [store.new]


async def test_what_is_looked_into_does_not_hide_what_happened_since(redis: Redis) -> None:
    first, second = Left(where="T1", at=NOW), Left(where="T1", at=NOW + timedelta(minutes=1))
    leaving = Leaving(redis)
    await leaving.add(first)
    await leaving.add(second)
    await leaving.add(Left(where="T1", at=NOW, erases=False))
    await leaving.done(first)
    assert await leaving.all() == (second,)
    await leaving.done(second)
    assert await leaving.all() == ()


async def test_what_an_earlier_version_noted_is_done_too(redis: Redis) -> None:
    await redis.hset(keys.SLACK_LEAVING, "T1", '{"where":"T1","at":"2026-03-31T12:00:00Z","enterprise":null}')
    async with office(redis) as here:
        assert await here.erasing.work_off()
        assert (here.erased, await here.leaving.all()) == (["slack:T1/"], ())


async def test_an_idle_workspace_whose_token_has_expired_is_not_taken_for_one_that_left(redis: Redis) -> None:
    async with office(redis, AppConfig(rotates=True)) as here:
        team = here.slack.add_team()
        grant = here.slack.add_grant(team)
        grant.expires_at = here.slack.now() - 60
        kept = installation(grant, at=EARLIER, expires_at=NOW - timedelta(minutes=1))
        await here.store.save(kept)
        await here.uninstalling.uninstalled(team.id, None, NOW)
        assert (here.erased, await here.store.find(team.id) is not None) == ([], True)


async def test_of_an_organization_all_workspaces_are_erased(redis: Redis) -> None:
    async with office(redis) as here:
        grant = here.slack.add_grant(None, enterprise="E1")
        await here.store.save(installation(grant, at=EARLIER))
        for team in ("T1", "T2"):
            assert await here.store.find(team, "E1") is not None
        here.revoke()
        await here.uninstalling.tokens_revoked(None, "E1", here.bots, NOW)
        await here.uninstalling.uninstalled(None, "E1", NOW)
        assert here.erased == ["slack:T1/", "slack:T2/", "slack:E1/"]
        assert await redis.keys("pb:slack:*") == []


async def test_an_organizations_end_may_be_told_by_one_of_its_workspaces(redis: Redis) -> None:
    async with office(redis) as here:
        grant = here.slack.add_grant(None, enterprise="E1")
        await here.store.save(installation(grant, at=EARLIER))
        for team in ("T1", "T2"):
            await here.store.find(team, "E1")
        await here.uninstalling.uninstalled("T1", "E1", NOW)
        here.slack.faults.broken("auth.test", 503)
        await here.uninstalling.uninstalled("T1", "E1", NOW)
        assert here.erased == []
        here.revoke()
        await here.uninstalling.uninstalled("T1", "E1", NOW)
        assert here.erased == ["slack:T1/", "slack:T2/", "slack:E1/"]


async def test_a_damaged_entry_can_be_uninstalled_too(redis: Redis) -> None:
    async with office(redis) as here:
        team = here.slack.add_team()
        await here.install(team)
        await redis.set(keys.slack_installation(team.id), b"broken")
        await here.uninstalling.uninstalled(team.id, None, NOW)
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
        await here.uninstalling.uninstalled(None, "E1", NOW)
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
        await here.uninstalling.uninstalled(team.id, "E1", NOW)
        assert here.erased == []
        assert await here.store.at(team.id) is None
        assert (found := await here.store.find(team.id)) is not None
        assert found.where == "E1"
        here.clock.time += timedelta(minutes=11)
        assert await here.erasing.work_off()


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
            await here.leaving.add(Left(where=team.id, at=NOW))
            await here.install(team, at=again)
            assert await here.leaving.all() == ()
        await here.install(team, at=NOW + timedelta(minutes=1))
        await here.leaving.add(Left(where=team.id, at=NOW))
        assert await here.erasing.work_off()
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
            await here.uninstalling.uninstalled(None, "E2", NOW)
        assert "slack:T1/" not in here.erased
        assert (found := await here.store.find("T1")) is not None
        assert found.where == "E1"
