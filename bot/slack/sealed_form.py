"""An installation as the text that is sealed: JSON with its tokens in the clear, which nobody else may see."""

import json

from pydantic import SecretStr, ValidationError

from bot.slack.installation import Installation
from papers.errors import SecretsUnavailable


def write_installation(installation: Installation) -> bytes:
    """The only place where tokens leave their SecretStr to be kept."""
    shown = installation.model_dump(mode="json")
    for name in ("bot_token", "refresh_token"):
        secret: SecretStr | None = getattr(installation, name)
        shown[name] = secret.get_secret_value() if secret else None
    shown["scopes"] = sorted(installation.scopes)
    return json.dumps(shown, separators=(",", ":")).encode()


def read_installation(where: str, text: bytes) -> Installation:
    """Raises SecretsUnavailable for one that is damaged, or of another workspace than it is kept for."""
    try:
        found = Installation.model_validate(json.loads(text))
    except (ValidationError, ValueError):
        raise _damaged(where) from None  # its reason would show the tokens
    if found.where != where:
        raise _damaged(where)
    return found


def _damaged(where: str) -> SecretsUnavailable:
    return SecretsUnavailable(f"what is kept of the installation in {where} is damaged: install the app there again")
