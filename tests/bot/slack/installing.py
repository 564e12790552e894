"""An app that is installed in a fake Slack, for the tests of installing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.slack.installation import Installation
from bot.slack.stored_installations import RedisInstallations
from bot.slack.web_api import WebApi
from papers.clock import FixedClock
from papers.settings import Settings, SlackSettings, WebSettings, load_settings
from papers.vault import Vault
from tests.fakes.slack import Grant, Slack

KEY = Fernet.generate_key()
VAULT = Vault([KEY])
HOME = "https://papers.example.org"


def slack_settings(slack: Slack | None = None, data_dir: Path | None = None, **more: Any) -> Settings:
    """Those of an app that many workspaces can install; without a Slack, nobody answers."""
    chosen: dict[str, Any] = {"timeout": 2, "client_id": "111.222", "client_secret": "client-secret-of-the-fake"}
    if slack is not None:
        chosen |= {"api_url": slack.api_url, "client_id": slack.config.client_id}
    given: dict[str, Any] = {"slack": SlackSettings(**(chosen | more)), "web": WebSettings(url=HOME)}
    return load_settings(**given, **({"data_dir": data_dir} if data_dir else {}))


def installation(grant: Grant | None = None, *, at: datetime | None = None, **more: Any) -> Installation:
    """As it is kept after installing."""
    at = at or datetime.now(UTC)
    if grant is None:
        chosen: dict[str, Any] = {"team": "T1", "bot_token": "xoxb-secret-token", "bot_user": "U0", "installer": "U1"}
    else:
        chosen = {
            "team": grant.team,
            "enterprise": grant.enterprise,
            "bot_token": grant.token,
            "bot_user": grant.bot_user,
            "bot_id": grant.bot_id,
            "installer": grant.installer,
        }
        if grant.refresh_token:
            chosen |= {"refresh_token": grant.refresh_token, "expires_at": at + timedelta(hours=12)}
    return Installation(**({**chosen, "installed_at": at} | more))


def stored(
    redis: Redis, web: WebApi, settings: Settings, *, vault: Vault = VAULT, now: datetime | None = None
) -> RedisInstallations:
    return RedisInstallations(redis, lambda: vault, web, FixedClock(now or datetime.now(UTC)), settings)


def secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
