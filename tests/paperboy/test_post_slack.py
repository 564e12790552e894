"""The post office delivers to Slack where it is set up, and says what to set where it is not."""

import pytest

from paperboy.post import open_post
from paperboy.wiring import open_app
from papers.destinations import Platform, parse_destination
from papers.errors import BadInput
from papers.settings import load_settings
from tests.fakes.slack import slack_fake
from tests.papers.ledger_builders import message, put
from tests.papers.subscription_builders import digest

PLACE = parse_destination("slack:T024BE7LD/C0123ABCD")


async def test_without_a_token_it_says_what_to_set(redis: object, redis_server: object) -> None:
    async with open_app(load_settings(data_dir=redis_server)) as app, open_post(app) as post:
        assert Platform.SLACK not in post.adapters
        with pytest.raises(BadInput, match="PAPERBOY_SLACK_BOT_TOKEN"):
            post.check(PLACE)


@pytest.mark.parametrize(
    "names", [("BOT_TOKEN",), ("CLIENT_ID", "CLIENT_SECRET")], ids=["one workspace", "all that install it"]
)
async def test_with_a_token_or_a_way_to_one_it_can_be_subscribed(
    redis: object, redis_server: object, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    for name in names:
        monkeypatch.setenv(f"PAPERBOY_SLACK_{name}", "xoxb-1")
    async with open_app(load_settings(data_dir=redis_server)) as app, open_post(app) as post:
        post.check(PLACE)


async def test_a_notice_goes_out_with_the_token_of_the_settings_and_connections_are_closed(
    redis: object, redis_server: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with slack_fake() as slack:
        team = slack.add_team()
        ada = slack.add_user(team)
        grant = slack.add_grant(team, installer=ada)
        for name, value in slack.environment(grant).items():
            monkeypatch.setenv(name, value)
        async with open_app(load_settings(data_dir=redis_server)) as app, open_post(app) as post:
            gone = f'{{"destination": "slack:{team.id}/C0GONE", "reason": "the channel is archived"}}'
            now = app.clock.now()
            await post.subscriptions.save(digest(f"slack:{team.id}/C0GONE"), now)
            told = message(f"slack:{team.id}/{ada.id}", due=now)
            await put(post.ledger, told.model_copy(update={"kind": "notice", "about": gone}), now=now)
            counts = await post.sender(app.clock).drain(now, patience=2)
        assert counts == {"sent": 1}
        [shown] = slack.in_channel(slack.direct(ada.id, grant.bot_user))
        assert "the channel is archived" in str(shown.blocks)
        assert slack.violations == []
