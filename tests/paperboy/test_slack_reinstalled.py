"""Installing the app anew enables what its old token had disabled."""

import asyncio

import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette

from bot.slack.answers import TOKEN_GONE
from paperboy.post import open_post
from paperboy.slack_app import open_slack, slack_routes
from paperboy.wiring import open_app
from papers.delivery_models import Disabled
from papers.settings import Settings
from tests.bot.slack.installing import slack_settings
from tests.bot.slack.test_oauth import CONFIG, Browser
from tests.fakes.slack import slack_fake, until
from tests.paperboy.test_doctor_slack import NOW, hand_made

WHY = Disabled(reason=sorted(TOKEN_GONE)[0], at=NOW)


async def test_from_the_install_page(redis: Redis, settings: Settings) -> None:
    async with slack_fake(CONFIG) as slack:
        ada = slack.add_user(slack.add_team())
        chosen = slack_settings(slack, settings.data_dir, signing_secret="s")
        async with open_app(chosen) as app, open_post(app) as post, open_slack(post) as served:
            place = f"slack:{ada.team}/C1"
            await post.ledger.disable(place, WHY)
            answer = await Browser(Starlette(routes=slack_routes(post, served)), slack).install(ada)
            assert answer.status_code == 200
            assert await post.ledger.disabled(place) is None


@pytest.mark.parametrize("good", [True, False])
async def test_with_a_new_token_in_the_settings(redis: Redis, settings: Settings, good: bool) -> None:
    async with slack_fake() as slack:
        grant = slack.add_grant(slack.add_team())
        grant.revoked = not good
        chosen = hand_made(slack, settings, bot_token=grant.token)
        async with open_app(chosen) as app, open_post(app) as post:
            place = f"slack:{grant.team}/C1"
            await post.ledger.disable(place, WHY)
            async with open_slack(post):
                await until(lambda: slack.calls_of("auth.test"), lambda: slack.calls)
                await asyncio.sleep(0.2)
            assert (await post.ledger.disabled(place) is None) is good
