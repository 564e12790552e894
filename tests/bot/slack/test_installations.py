import logging

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.slack.installations import open_installations
from bot.slack.web_api import WebApi
from papers import keys
from papers.clock import SystemClock
from papers.errors import SecretsUnavailable
from papers.scripts import Script
from papers.vault import Vault
from tests.bot.slack.installing import KEY, VAULT, installation, secret, slack_settings, stored
from tests.fakes.slack import slack_fake

NOBODY = slack_settings()


async def test_what_is_kept_is_found_again_with_its_token(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    kept = installation(team="T1", scopes=frozenset({"commands", "chat:write"}))
    await store.save(kept)
    assert await store.find("T1") == kept
    assert secret(kept.bot_token) == "xoxb-secret-token"
    assert await store.find("T2") is None
    assert [found async for found in store.all()] == [kept]


async def test_nothing_of_an_installation_lies_in_redis_in_the_clear(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    await store.save(installation(refresh_token="xoxe-1-secret", installer="U0INSTALLER"))
    sealed = await redis.get(keys.slack_installation("T1"))
    assert isinstance(sealed, bytes)
    assert b"secret" not in sealed
    assert b"U0INSTALLER" not in sealed


def test_no_token_is_in_a_repr() -> None:
    shown = repr(installation(refresh_token="xoxe-1-secret")) + str(installation(refresh_token="xoxe-1-secret"))
    assert "secret-token" not in shown
    assert "xoxe-1" not in shown


async def test_a_workspace_is_served_by_its_own_installation_before_its_organizations(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    whole = installation(team=None, enterprise="E1", bot_token="xoxb-of-all")
    own = installation(team="T1", enterprise="E1", bot_token="xoxb-own")
    await store.save(whole)
    assert await store.find("T1", "E1") == whole
    await store.save(own)
    assert await store.find("T1", "E1") == own
    assert await store.find("T2", "E1") == whole
    assert await store.find(None, "E1") == whole


async def test_the_organization_of_a_workspace_is_remembered(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    whole = installation(team=None, enterprise="E1")
    await store.save(whole)
    assert await store.find("T1") is None
    assert await store.find("T1", "E1") == whole
    assert await store.find("T1") == whole
    assert await store.workspaces("E1") == ("T1",)
    await store.forget_workspaces("E1")
    assert await store.find("T1") is None


async def test_a_workspace_keeps_its_organization_while_that_has_the_app_whatever_is_said(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    for organization in ("E1", "E2"):
        await store.save(installation(team=None, enterprise=organization))
    assert await store.find("T1", "E1") is not None
    for said in ("E2", "E3", None):
        found = await store.find("T1", said)
        assert found is not None
        assert found.where == "E1", said
    assert (await store.workspaces("E1"), await store.workspaces("E2")) == (("T1",), ())
    await store.remove("E1", await store.at("E1"))
    assert (found := await store.find("T1", "E2")) is not None
    assert found.where == await store.organization("T1") == "E2", "it has moved"
    assert (await store.workspaces("E1"), await store.workspaces("E2")) == ((), ("T1",))


async def test_a_removed_installation_is_gone(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    kept = installation()
    await store.save(kept)
    assert await store.remove("T1", kept)
    assert not await store.remove("T1", kept)
    assert await store.find("T1") is None
    assert [found async for found in store.all()] == []


async def test_what_was_installed_anew_since_somebody_looked_stays(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    old, new = installation(), installation(bot_token="xoxb-new")
    await store.save(new)
    assert not await store.remove("T1", old)
    assert not await store.remove("T1", None), "it can be read"
    assert await store.find("T1") == new
    assert [found async for found in store.all()] == [new]


async def test_what_cannot_be_read_can_be_removed(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    await store.save(installation())
    await redis.set(keys.slack_installation("T1"), b"broken")
    assert await store.remove("T1", None)
    assert [where async for where in store.places()] == []


async def test_the_wrong_key_is_told_and_touches_nothing(redis: Redis) -> None:
    await stored(redis, WebApi(NOBODY), NOBODY).save(installation())
    other = stored(redis, WebApi(NOBODY), NOBODY, vault=Vault([Fernet.generate_key()]))
    with pytest.raises(SecretsUnavailable, match="add the earlier key to PAPERBOY_SECRET_KEYS"):
        await other.find("T1")
    assert await stored(redis, WebApi(NOBODY), NOBODY).find("T1") is not None


@pytest.mark.parametrize(
    "damaged",
    [b"", b"gAAAA", VAULT.seal(b"{"), VAULT.seal(b'{"team":"T1"}'), VAULT.seal(b"[]"), VAULT.seal(b"\xff\xfe")],
    ids=["nothing", "cut short", "no JSON", "no installation", "a list", "no text"],
)
async def test_a_damaged_entry_concerns_its_workspace_only(
    redis: Redis, caplog: pytest.LogCaptureFixture, damaged: bytes
) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    await store.save(installation(team="T1"))
    await store.save(installation(team="T2"))
    await redis.set(keys.slack_installation("T1"), damaged)
    with pytest.raises(SecretsUnavailable):
        await store.find("T1")
    assert await store.find("T2") is not None
    assert [found.team async for found in store.all()] == ["T2"]


async def test_one_workspaces_entry_under_anothers_name_is_not_taken(redis: Redis) -> None:
    store = stored(redis, WebApi(NOBODY), NOBODY)
    await store.save(installation(team="T1"))
    await redis.copy(keys.slack_installation("T1"), keys.slack_installation("T2"))
    with pytest.raises(SecretsUnavailable, match="T2 is damaged"):
        await store.find("T2")


async def test_resealing_leaves_nothing_under_the_old_key(redis: Redis) -> None:
    new = Fernet.generate_key()
    await stored(redis, WebApi(NOBODY), NOBODY).save(installation(team="T1"))
    await stored(redis, WebApi(NOBODY), NOBODY).save(installation(team=None, enterprise="E1"))
    assert await stored(redis, WebApi(NOBODY), NOBODY, vault=Vault([new, KEY])).rotate() == 2
    only_new = stored(redis, WebApi(NOBODY), NOBODY, vault=Vault([new]))
    assert await only_new.find("T1") is not None
    assert await only_new.find(None, "E1") is not None


async def test_resealing_goes_on_after_one_that_cannot_be_opened(redis: Redis) -> None:
    new = Fernet.generate_key()
    for team in ("T1", "T2", "T3"):
        await stored(redis, WebApi(NOBODY), NOBODY).save(installation(team=team))
    await redis.set(keys.slack_installation("T2"), Vault([Fernet.generate_key()]).seal(b"{}"))
    with pytest.raises(SecretsUnavailable):
        await stored(redis, WebApi(NOBODY), NOBODY, vault=Vault([new, KEY])).rotate()
    only_new = stored(redis, WebApi(NOBODY), NOBODY, vault=Vault([new]))
    assert [await only_new.find(team) is not None for team in ("T1", "T3")] == [True, True]


async def test_the_token_of_the_settings_serves_its_own_workspace_only(redis: Redis) -> None:
    async with slack_fake() as slack:
        own, other = slack.add_team("Own"), slack.add_team("Other")
        grant = slack.add_grant(own)
        slack.add_grant(other)
        settings = slack_settings(slack, bot_token=grant.token, client_id="", client_secret=None)
        web = WebApi(settings)
        found = open_installations(settings, redis, no_vault, web, SystemClock())
        serving = await found.find(own.id)
        assert serving is not None
        assert (serving.bot_user, serving.bot_id, serving.scopes) == (grant.bot_user, grant.bot_id, grant.scopes)
        assert await found.find(other.id) is None
        assert len(slack.calls_of("auth.test")) == 1
        await web.close()


async def test_both_ways_together_serve_each_workspace_with_its_own_token(redis: Redis) -> None:
    async with slack_fake() as slack:
        own, other = slack.add_team("Own"), slack.add_team("Other")
        grant, others = slack.add_grant(own), slack.add_grant(other)
        settings = slack_settings(slack, bot_token=grant.token)
        web = WebApi(settings)
        both = open_installations(settings, redis, lambda: VAULT, web, SystemClock())
        await both.save(installation(others))
        tokens = {team.id: secret(found.bot_token) for team in (own, other) if (found := await both.find(team.id))}
        assert tokens == {own.id: grant.token, other.id: others.token}
        assert {found.where async for found in both.all()} == {own.id, other.id}
        await web.close()


async def test_slack_being_away_stops_nobody_whose_token_is_kept(redis: Redis) -> None:
    settings = slack_settings(bot_token="xoxb-own")
    web = WebApi(settings)
    both = open_installations(settings, redis, lambda: VAULT, web, SystemClock())
    await both.save(installation(team="T1"))
    assert await both.find("T1") is not None
    await web.close()


async def test_no_secret_gets_into_the_logs(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with slack_fake() as slack:
        settings = slack_settings(slack, bot_token="xoxb-wrong-secret-token")
        web = WebApi(settings)
        both = open_installations(settings, redis, lambda: VAULT, web, SystemClock())
        await redis.sadd(keys.SLACK_INSTALLATIONS, "T1")
        await redis.set(keys.slack_installation("T1"), VAULT.seal(b'{"bot_token":"xoxb-other-secret"}'))
        assert [found async for found in stored(redis, web, settings).all()] == []
        with pytest.raises(Exception, match="PAPERBOY_SLACK_BOT_TOKEN"):
            await both.find("T2")
        await web.close()
    assert "secret" not in caplog.text.replace("client_secret", "").replace("client-secret", "")


def no_vault() -> Vault:
    raise AssertionError("nobody needs a key for a token in the settings")


async def test_forgetting_leaves_alone_what_was_changed_or_forgotten_meanwhile(redis: Redis) -> None:
    forget = Script("forget_unchanged")
    await redis.hset("h", "f", "now")
    await redis.set("s", "now")
    assert await forget.run(redis, ["h"], ["before", "f"]) == 0
    assert await forget.run(redis, ["h"], ["now", "gone"]) == 0
    assert await forget.run(redis, ["s"], ["before"]) == 0
    assert await redis.hgetall("h") == {b"f": b"now"}
    assert await forget.run(redis, ["h"], ["now", "f"]) == await forget.run(redis, ["s"], ["now"]) == 1
    assert not await redis.exists("h", "s")
