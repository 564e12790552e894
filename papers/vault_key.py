"""The key that an installation without settings makes for itself: a file in the data folder, for its owner alone."""

import os
import tempfile
from pathlib import Path

from papers.errors import SecretsUnavailable

_MODE = 0o600


def key_file(folder: Path) -> Path:
    return folder / "secret.key"


def kept_key(folder: Path) -> bytes | None:
    """The key that is there, or None. Raises SecretsUnavailable if it cannot be read."""
    try:
        return key_file(folder).read_bytes().strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(folder, error) from None


def made_key(folder: Path) -> bytes:
    """The key that is there, else one made now; processes that come at once agree on one.

    Raises SecretsUnavailable if the folder cannot be used.
    """
    key = kept_key(folder)
    if key is not None:
        return key
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make(folder)
        key = kept_key(folder)
    except OSError as error:
        raise _unusable(folder, error) from None
    if key is None:
        raise SecretsUnavailable(f"{key_file(folder)} was removed by somebody else: run this again")
    return key


def _make(folder: Path) -> None:
    """The file appears whole, by a link that fails if another process was quicker."""
    from cryptography.fernet import Fernet

    descriptor, name = tempfile.mkstemp(prefix=".secret.key.", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), _MODE)
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, key_file(folder))
        except FileExistsError:
            return
        _sync(folder)
    finally:
        os.unlink(name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unusable(folder: Path, error: OSError) -> SecretsUnavailable:
    reason = (error.strerror or str(error)).lower()
    return SecretsUnavailable(f"{key_file(folder)}: {reason}; mend it, or set PAPERBOY_SECRET_KEYS")
