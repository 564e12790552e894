"""Installations in Redis: each sealed as a whole, its token renewed in time.

An entry that cannot be read (another key, damaged) concerns its workspace only.
"""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from bot.slack.installation import Installation
from bot.slack.leaving import Leaving
from bot.slack.refreshing import Refreshing, due, usable
from bot.slack.sealed_form import read_installation, write_installation
from bot.slack.web_api import WebApi
from papers import keys
from papers.clock import Clock
from papers.errors import SecretsUnavailable
from papers.log import get_logger
from papers.scripts import Script
from papers.settings import Settings
from papers.vault import Vault

if TYPE_CHECKING:
    from redis.asyncio import Redis

_BATCH = 500
_TRIES = 5
_replace = Script("reseal_address")
_forget = Script("forget_unchanged")

log = get_logger("slack")


class RedisInstallations:
    """The installations of any number of workspaces, for all processes. Raises what ``Installations`` does."""

    def __init__(
        self, redis: "Redis", vault: Callable[[], Vault], web: WebApi, clock: Clock, settings: Settings
    ) -> None:
        """``vault`` is called once, when the first installation is read or kept."""
        self._redis = redis
        self._vault_factory = vault
        self._opened: Vault | None = None
        self._clock = clock
        self._leaving = Leaving(redis)
        self._refreshing = Refreshing(redis, self, web, clock, settings)

    async def find(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        found = await self.kept(team, enterprise)
        now = self._clock.now()
        if found is not None and due(found, now):
            found = await self._refreshing.refreshed(found)
        return found if found is not None and usable(found, self._clock.now()) else None

    async def kept(self, team: str | None, enterprise: str | None = None) -> Installation | None:
        """As ``find``, with its token as it is kept, which may have expired."""
        if team and (own := await self.at(team)) is not None:
            return own
        remembered = await self.organization(team) if team else None
        if remembered is not None and (found := await self.at(remembered)) is not None:
            return found  # what is said of another organization counts for nothing while its installation stands
        found = await self.at(enterprise) if enterprise else None
        if team and found is not None:
            await self._remember(team, found.where, remembered)
        return found

    async def at(self, where: str) -> Installation | None:
        sealed: bytes | None = await self._redis.execute_command("GET", keys.slack_installation(where))
        return None if sealed is None else self._read(where, sealed)

    async def save(self, installation: Installation) -> None:
        where = installation.where
        await self._redis.execute_command("SET", keys.slack_installation(where), self._sealed(installation))
        await self._redis.execute_command("SADD", keys.SLACK_INSTALLATIONS, where)
        await self._leaving.forget(where)

    async def replace(self, before: Installation, after: Installation) -> bool:
        """Keep ``after`` where still ``before`` is kept, under whatever key. Returns whether it was."""
        key = keys.slack_installation(before.where)
        for _ in range(_TRIES):
            sealed: bytes | None = await self._redis.execute_command("GET", key)
            if sealed is None or self._read(before.where, sealed) != before:
                return False
            if await _replace.run(self._redis, [key], [sealed, self._sealed(after)]):
                return True
        return False

    async def remove(self, where: str, found: Installation | None) -> bool:
        """Its tokens go; which workspaces an organization has stays known until ``forget_workspaces``."""
        key = keys.slack_installation(where)
        for _ in range(_TRIES):
            sealed: bytes | None = await self._redis.execute_command("GET", key)
            if sealed is None or self._read_if_whole(where, sealed) != found:
                return False
            if await _forget.run(self._redis, [key], [sealed]):
                await self._redis.execute_command("SREM", keys.SLACK_INSTALLATIONS, where)
                if await self._redis.execute_command("EXISTS", key):  # it is installed again at this moment
                    await self._redis.execute_command("SADD", keys.SLACK_INSTALLATIONS, where)
                return True
        return False

    async def workspaces(self, organization: str) -> tuple[str, ...]:
        found = await self._redis.execute_command("SMEMBERS", keys.slack_workspaces(organization))
        return tuple(sorted(_text(team) for team in found))

    async def forget_workspaces(self, organization: str) -> None:
        for team in await self.workspaces(organization):
            if await self.organization(team) == organization:
                await self._redis.execute_command("DEL", keys.slack_organization(team))
        await self._redis.execute_command("DEL", keys.slack_workspaces(organization))

    async def forget_organization(self, team: str) -> None:
        organization = await self.organization(team)
        if organization is not None:
            await self._redis.execute_command("SREM", keys.slack_workspaces(organization), team)
            await self._redis.execute_command("DEL", keys.slack_organization(team))

    async def all(self) -> AsyncIterator[Installation]:
        async for where in self.places():
            try:
                found = await self.at(where)
            except SecretsUnavailable as error:
                log.warning("an installation cannot be read", where=where, reason=str(error))
                continue
            if found is not None:
                yield found

    async def places(self) -> AsyncIterator[str]:
        cursor: int | bytes = 0
        while True:
            cursor, found = await self._redis.execute_command(
                "SSCAN", keys.SLACK_INSTALLATIONS, cursor, "COUNT", _BATCH
            )
            for where in found:
                yield _text(where)
            if int(cursor) == 0:
                return

    async def rotate(self) -> int:
        count, unreadable = 0, None
        async for where in self.places():
            try:
                count += await self._reseal(keys.slack_installation(where))
            except SecretsUnavailable as error:
                unreadable = error
        if unreadable is not None:
            raise unreadable
        return count

    async def close(self) -> None:
        await self._refreshing.close()

    async def _reseal(self, key: str) -> int:
        for _ in range(_TRIES):
            sealed: bytes | None = await self._redis.execute_command("GET", key)
            if sealed is None:
                return 0
            if await _replace.run(self._redis, [key], [sealed, self._vault().rotate(sealed)]):
                break
        return 1

    async def organization(self, team: str) -> str | None:
        found = await self._redis.execute_command("GET", keys.slack_organization(team))
        return None if found is None else _text(found)

    async def _remember(self, team: str, organization: str, before: str | None) -> None:
        await self._redis.execute_command("SADD", keys.slack_workspaces(organization), team)
        await self._redis.execute_command("SET", keys.slack_organization(team), organization)
        if before is not None and before != organization:
            await self._redis.execute_command("SREM", keys.slack_workspaces(before), team)

    def _read_if_whole(self, where: str, sealed: bytes) -> Installation | None:
        try:
            return self._read(where, sealed)
        except SecretsUnavailable:
            return None

    def _read(self, where: str, sealed: bytes) -> Installation:
        return read_installation(where, self._vault().unseal(sealed))

    def _sealed(self, installation: Installation) -> bytes:
        return self._vault().seal(write_installation(installation))

    def _vault(self) -> Vault:
        if self._opened is None:
            self._opened = self._vault_factory()
        return self._opened


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
