"""paperboy discord invite: the links, for whoever has put the token into the settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.discord.permissions import ASKED, REASONS
from tests.fakes.discord import AppConfig, Discord, discord_fake
from tests.paperboy.command import Paperboy

pytestmark = pytest.mark.xdist_group("cli")


@asynccontextmanager
async def a_discord(paperboy: Paperboy, config: AppConfig | None = None) -> AsyncIterator[tuple[Discord, Paperboy]]:
    async with discord_fake(config) as discord:
        yield discord, paperboy.with_environment(**discord.environment())


async def test_both_links_are_printed_with_the_reason_of_each_permission(sample: Paperboy) -> None:
    async with a_discord(sample) as (discord, paperboy):
        finished = await asyncio.to_thread(paperboy.run, "discord", "invite")
        told = await asyncio.to_thread(paperboy.run, "discord", "invite", "--json")
    assert finished.code == 0
    found = told.json()
    assert found["application"] == discord.config.application_id
    assert f"client_id={discord.config.application_id}" in found["server"]
    assert f"permissions={ASKED}" in found["server"]
    assert "integration_type=1" in found["person"]
    for words in (found["server"], found["person"], *REASONS.values()):
        assert words in finished.out
    assert discord.config.token not in finished.out + finished.err
    assert discord.violations == []


async def test_there_is_no_link_for_oneself_where_the_application_does_not_allow_it(sample: Paperboy) -> None:
    async with a_discord(sample, AppConfig(user_installable=False)) as (_, paperboy):
        told = await asyncio.to_thread(paperboy.run, "discord", "invite", "--json")
    assert told.json()["person"] is None


def test_without_a_token_it_says_what_to_set(sample: Paperboy) -> None:
    assert "PAPERBOY_DISCORD_TOKEN" in sample.run("discord", "invite").failed(2)


async def test_a_wrong_token_is_told_and_not_shown(paperboy: Paperboy) -> None:
    async with a_discord(paperboy) as (_, set_up):
        wrong = set_up.having(DISCORD_TOKEN="wrong-and-secret")
        finished = await asyncio.to_thread(wrong.run, "discord", "invite")
    assert finished.code == 1
    assert finished.log[-1].startswith("paperboy: Discord does not take the bot's token: set PAPERBOY_DISCORD_TOKEN")
    assert "Traceback" not in finished.err
    assert "wrong-and-secret" not in finished.err
