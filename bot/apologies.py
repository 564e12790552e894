"""What is said when something was asked wrongly, is not there, or does not work. Nothing of the inside is told."""

from contextlib import suppress

from bot.replies import Reply
from bot.wording import sentence
from papers.errors import EncoderUnavailable, PaperboyError, SecretsUnavailable, StoreError, StoreUnavailable
from papers.log import get_logger
from papers.redis.failures import REDIS_FAILS

_NO_MEMORY = "Paperboy cannot reach its memory at the moment: try again in a minute."
_UNFIT_MEMORY = "Paperboy’s memory is not as it should be: whoever runs Paperboy can mend it, its log says how."
_NO_SECRETS = "Paperboy has no key to keep this safely: whoever runs Paperboy can set one, its log says how."
_NO_ENCODER = (
    "Paperboy cannot compare papers by meaning at the moment, because no worker answers: try again in a minute, or "
    "search by words."
)
_UNEXPECTED = (
    "Something went wrong inside Paperboy, and is in the log of whoever runs it. Try again; if it fails again, ask in "
    "another way."
)
_NOT_UNDERSTOOD = "Paperboy could not do this: ask for it in another way."

_AWAY = (StoreUnavailable, OSError, *REDIS_FAILS)

log = get_logger("apologies")


def apology(error: Exception) -> Reply:
    """A sentence that says what to do, for the person alone. Logs what its operator should know. Never raises."""
    try:
        return Reply(text=_text(error))
    except Exception as untold:  # noqa: BLE001 - an error that cannot even be told
        _unexpected(untold)
        return Reply(text=_UNEXPECTED)


def _text(error: Exception) -> str:
    if isinstance(error, _AWAY):
        _note("memory_unreachable", error)
        return _NO_MEMORY
    if isinstance(error, StoreError):
        _note("memory_unfit", error)
        return _UNFIT_MEMORY
    if isinstance(error, SecretsUnavailable):
        _note("no_secrets", error)
        return _NO_SECRETS
    if isinstance(error, EncoderUnavailable):
        _note("encoder_unavailable", error)
        return _NO_ENCODER
    if isinstance(error, PaperboyError):
        return sentence(str(error), _NOT_UNDERSTOOD)
    _unexpected(error)
    return _UNEXPECTED


def _unexpected(error: Exception) -> None:
    with suppress(Exception):
        log.error("answer_failed", exc_info=error)


def _note(event: str, error: Exception) -> None:
    """Known, so without a traceback."""
    with suppress(Exception):
        log.warning(event, error=f"{type(error).__name__}: {error}"[:300])
