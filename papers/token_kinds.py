"""Tokens that were copied into the wrong setting, known by how they look: what each holds, and where it belongs.

Only what is certainly another thing is refused; how a good token looks may change.
Sources: https://docs.slack.dev/authentication/tokens, and the pages of Discord's developer portal.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping

from pydantic import SecretStr

FERNET_KEY = 32
"""Bytes: https://github.com/fernet/spec/blob/master/Spec.md"""
MAKE_A_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
"""What people type."""

_USER = "holds a user's token: copy the Bot User OAuth Token, which begins with xoxb-"
_NOT_FOR_BOT = {
    r"xapp-": "holds an app-level token (xapp-): that belongs into PAPERBOY_SLACK_APP_TOKEN, here the one with xoxb-",
    r"(xoxe\.)?xoxp-": _USER,
}
_NOT_FOR_APP = {
    r"(xoxe\.)?xox[bp]-": "holds no app-level token: copy the one that begins with xapp- (Basic Information)",
}
_NOT_FOR_DISCORD = {
    r"\d{15,21}$": "holds the application's id: copy the token, of the page Bot (Reset Token)",
    r"[0-9a-f]{64}$": "holds the application's public key: copy the token, of the page Bot (Reset Token)",
    r"Bot ": "begins with the word Bot: leave that out",
}


def slack_bot_token(secret: SecretStr) -> SecretStr:
    """Raises ValueError for what is another kind of Slack's tokens."""
    return _checked(secret, _NOT_FOR_BOT)


def slack_app_token(secret: SecretStr) -> SecretStr:
    """Raises ValueError for what is another kind of Slack's tokens."""
    return _checked(secret, _NOT_FOR_APP)


def discord_token(secret: SecretStr) -> SecretStr:
    """Raises ValueError for what else stands on the pages of an application."""
    return _checked(secret, _NOT_FOR_DISCORD)


def fernet_keys(secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Raises ValueError for what Fernet would not take: noticed when it is set, not when first something is sealed."""
    for secret in secrets:
        try:
            key = urlsafe_b64decode(secret.get_secret_value().encode("ascii"))
        except ValueError:
            key = b""
        if len(key) != FERNET_KEY:
            raise ValueError(f"each key must be {FERNET_KEY} bytes as URL-safe base64; {MAKE_A_KEY} prints one")
    return secrets


def _checked(secret: SecretStr, wrong: Mapping[str, str]) -> SecretStr:
    for pattern, sentence in wrong.items():
        if re.match(pattern, secret.get_secret_value()):
            raise ValueError(sentence)
    return secret
