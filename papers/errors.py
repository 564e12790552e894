"""Every error Paperboy raises on purpose. Each knows its sentence for people.

PaperboyError
├── BadInput                what was asked cannot be understood            (exit code 2)
├── NotFound                no such paper, source, …
├── UnreadableFile          a file that is not what it should be
├── SourceError             an upstream did not give what was asked
│   ├── SourceUnavailable   it could not be reached, or asked us to wait
│   └── SourceMalformed     it answered something that cannot be read
├── StoreError              Redis is missing, unreachable or not fit for use
│   ├── EmbeddedRedisError  the embedded Redis could not be started
│   ├── StoreUnavailable    no answer, or an answer that says "not now"
│   └── SchemaMismatch      the store was written by another version
├── EncoderUnavailable      no model can be loaded, or nobody answered in time
├── SecretsUnavailable      no key to encrypt or read addresses with, or the wrong one
└── DeliveryError           a message did not get where it should
    ├── TryLater            nothing was sent; later it may be
    ├── AnswerLost          it was handed over, and nobody said whether it was taken
    ├── Incomplete          it is there, and not all that follows it
    ├── MessageRefused      this message will never be taken, others may
    └── DestinationGone     nothing will ever be taken there, until somebody mends it
"""


class PaperboyError(Exception):
    """Base of all. ``str(error)`` is one line that a person can act on."""

    exit_code = 1


class BadInput(PaperboyError):
    """What was asked cannot be understood; the sentence names the value and what would do."""

    exit_code = 2


class NotFound(PaperboyError):
    """The thing asked for is not in the store."""


class UnreadableFile(PaperboyError):
    """A file is missing, cut short or not in the promised format."""


class SourceError(PaperboyError):
    """An upstream service did not give what was asked. Nothing stored is touched."""

    def __init__(self, source: str, message: str) -> None:
        super().__init__(f"{source}: {message}")
        self.source = source


class SourceUnavailable(SourceError):
    """The upstream could not be reached, timed out, or asked us to wait longer than we would."""


class SourceMalformed(SourceError):
    """The upstream answered something that is not what its documentation promises."""


class StoreError(PaperboyError):
    """Redis is missing, unreachable, or lacks something Paperboy needs."""


class EmbeddedRedisError(StoreError):
    """The embedded Redis could not be started; the sentence says what to change."""


class StoreUnavailable(StoreError):
    """Redis does not answer, or answers that it cannot serve now (LOADING, OOM, READONLY …)."""


class SchemaMismatch(StoreError):
    """The store holds a schema version this code does not know."""


class EncoderUnavailable(PaperboyError):
    """No embedding can be had: the model does not load, or no worker answered in time."""


class SecretsUnavailable(PaperboyError):
    """There is no key for what is kept encrypted, or it is not the one that was used."""


class DeliveryError(PaperboyError):
    """A message did not get where it should. Raised by adapters; the sentence is kept with the delivery."""


class TryLater(DeliveryError):
    """Nothing was sent, and nothing is wrong with the message: the platform is busy, away, or asks us to wait."""

    def __init__(self, reason: str, *, seconds: float | None = None, scope: str = "channel") -> None:
        """``seconds`` is a Retry-After, which holds for the ``scope``: channel, workspace or platform."""
        super().__init__(reason)
        self.seconds = seconds
        self.scope = scope


class AnswerLost(DeliveryError):
    """The message was handed over, but no answer came: it is there, or it is not. Look before sending again."""


class Incomplete(DeliveryError):
    """The message is there, and something that follows it is not, or may not be: what is missing is added later."""

    def __init__(self, reason: str, *, message_id: str, seconds: float | None = None, scope: str = "channel") -> None:
        """``seconds`` and ``scope`` are those of a Retry-After, as in TryLater."""
        super().__init__(reason)
        self.message_id = message_id
        self.seconds = seconds
        self.scope = scope


class MessageRefused(DeliveryError):
    """The platform will never take this message (too long, malformed); the destination is fine."""


class DestinationGone(DeliveryError):
    """Nothing is taken there any more: deleted, archived, no permission, no such address. Disables the destination."""
