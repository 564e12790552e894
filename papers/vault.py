"""What must not lie in Redis as it is: sealed with Fernet (AES-128-CBC and HMAC-SHA256), and signed links that expire.

The first key seals, all keys open, so a key is changed by putting a new one in front and rotating what is stored.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from papers.clock import as_utc
from papers.errors import BadInput, SecretsUnavailable
from papers.settings import Settings
from papers.token_kinds import MAKE_A_KEY
from papers.vault_key import kept_key, key_file, made_key

_LONGEST_TOKEN = 4096
_BROKEN_LINK = "this link is not whole, or not ours: open it as it was sent"


class Vault:
    """Seals and opens. Shows no key and no secret in its ``repr`` or its errors."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """``keys`` are Fernet's: 32 bytes as URL-safe base64, at least one. Raises ValueError if one is not."""
        from cryptography.fernet import Fernet, MultiFernet

        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secret: bytes) -> bytes:
        return self._fernet.encrypt(secret)

    def unseal(self, sealed: bytes) -> bytes:
        """Raises SecretsUnavailable if none of the keys sealed it, or it was changed since."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise _wrong_key() from None

    def seal_text(self, secret: str) -> bytes:
        return self.seal(secret.encode())

    def unseal_text(self, sealed: bytes) -> str:
        """Raises SecretsUnavailable, as ``unseal`` does."""
        return self.unseal(sealed).decode()

    def rotate(self, sealed: bytes) -> bytes:
        """The same secret, sealed with the first key. Raises SecretsUnavailable."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise _wrong_key() from None

    def sign(self, purpose: str, payload: Mapping[str, str], *, now: datetime) -> str:
        """A token of letters, digits, ``-`` and ``_`` that ``read`` turns back. Nobody else can make or read one."""
        body = json.dumps([purpose, dict(payload)], ensure_ascii=False, separators=(",", ":")).encode()
        return self._fernet.encrypt_at_time(body, int(as_utc(now).timestamp())).decode().rstrip("=")

    def read(self, token: str, purpose: str, *, now: datetime, max_age: timedelta | None) -> dict[str, str]:
        """The payload of a token signed for this ``purpose`` at most ``max_age`` before ``now``; None: whenever.

        Raises BadInput with a sentence for whoever opened the link.
        """
        from cryptography.fernet import InvalidToken

        # Not decrypt_at_time: it calls a token of the future forged, which any clock set back by a minute makes.
        try:
            padded = (token + "=" * (-len(token) % 4)).encode("ascii")
            body = self._fernet.decrypt(padded if len(padded) <= _LONGEST_TOKEN else b"")
            signed = datetime.fromtimestamp(self._fernet.extract_timestamp(padded), UTC)
            found, payload = json.loads(body)
        except (InvalidToken, ValueError, OverflowError, OSError):
            raise BadInput(_BROKEN_LINK) from None
        if found != purpose or not isinstance(payload, dict):
            raise BadInput(_BROKEN_LINK)
        if max_age is not None and as_utc(now) - signed > max_age:
            raise BadInput("this link has expired: ask for a new one")
        return {str(name): str(value) for name, value in payload.items()}


def open_vault(settings: Settings) -> Vault:
    """The vault of these settings. With the embedded Redis and no key set, the data folder keeps one, made once.

    Raises SecretsUnavailable without a key.
    """
    keys = [secret.get_secret_value().encode("utf-8", "replace") for secret in settings.secret.keys]
    if settings.redis.url is None:
        keys += _local_keys(settings.data_dir, make=not keys)
    if not keys:
        raise SecretsUnavailable(
            f"set PAPERBOY_SECRET_KEYS, the same for all that share this Redis; {MAKE_A_KEY} prints a key"
        )
    return Vault(keys)


def _local_keys(folder: Path, *, make: bool) -> list[bytes]:
    """The folder's key also opens what was sealed before keys were set."""
    key = made_key(folder) if make else kept_key(folder)
    if key is None:
        return []
    try:
        Vault([key])
    except ValueError:
        raise SecretsUnavailable(
            f"{key_file(folder)} holds no key any more: restore it from a backup; without it, stored addresses are lost"
        ) from None
    return [key]


def _wrong_key() -> SecretsUnavailable:
    return SecretsUnavailable(
        "something stored was encrypted with a key that is not set: add the earlier key to PAPERBOY_SECRET_KEYS"
    )
