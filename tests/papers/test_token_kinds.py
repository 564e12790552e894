"""What was copied into the wrong setting is told from how it looks, and where it belongs."""

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from papers.errors import BadInput
from papers.settings import load_settings
from papers.token_kinds import fernet_keys

KEY = "A" * 43 + "="
"""32 bytes, all of them zero."""


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-A1-2-abc", "PAPERBOY_SLACK_APP_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxp-1-2-abc", "Bot User OAuth Token"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxp-1-abc", "Bot User OAuth Token"),
        ("SLACK_APP_TOKEN", "xoxb-1-2-abc", "begins with xapp-"),
        ("DISCORD_TOKEN", "1234567890123456789", "application's id"),
        ("DISCORD_TOKEN", "0123456789abcdef" * 4, "public key"),
        ("DISCORD_TOKEN", "Bot MTAw.a.token", "leave that out"),
        ("SECRET_KEYS", "abc", "32 bytes"),
        ("SECRET_KEYS", f"{KEY},zzz", "32 bytes"),
        ("SECRET_KEYS", "schlüssel", "32 bytes"),
    ],
)
def test_what_belongs_elsewhere_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"PAPERBOY_{name}", value)
    with pytest.raises(BadInput, match=f"PAPERBOY_{name}") as caught:
        load_settings()
    assert told in str(caught.value)
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-1-2-abc"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-abc"),
        ("SLACK_BOT_TOKEN", "of-a-kind-that-comes-later"),
        ("SLACK_APP_TOKEN", "xapp-1-A1-2-abc"),
        ("DISCORD_TOKEN", "MTAwMDAwMDAwMDAwMDAwMDAx.abcdef.a-token"),
    ],
)
def test_what_may_be_right_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"PAPERBOY_{name}", value)
    load_settings()


def test_the_keys_that_fernet_makes_are_taken() -> None:
    keys = tuple(SecretStr(Fernet.generate_key().decode()) for _ in range(20))
    assert fernet_keys(keys) == keys


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SLACK_TIMEOUT", "soon", "must be a number"),
        ("WEB_PORT", "http", "must be a whole number"),
        ("EMAIL_PORT", "2.5", "must be a whole number"),
    ],
)
def test_what_is_no_number_is_told_in_words(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(f"PAPERBOY_{name}", value)
    with pytest.raises(BadInput, match=told):
        load_settings()
