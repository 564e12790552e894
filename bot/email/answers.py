"""What an SMTP server's answer means: is the letter, the address, or our own set-up at fault, and will it pass?

Codes are RFC 5321's (section 4.2), and the enhanced codes of RFC 3463, where there are any, say it better: 550 5.1.1
is an address that does not exist, 550 5.7.1 may be a server that does not want to hear from us.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papers.display import one_line, shorten
from papers.errors import DeliveryError, DestinationGone, MessageRefused, TryLater

if TYPE_CHECKING:
    from aiosmtplib import SMTPResponseException

_LONGEST = 200
_SHORTEST_NAME = 3
"""Shorter ones are words of the answer more often than a name, and tell nobody."""
_ENHANCED = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>\"'(),:;=]+@[^\s<>\"'(),:;=]+")
_NO_ADDRESS = {550, 551, 553}
_ADDRESS_GONE = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}
"""Bad mailbox, system or syntax, moved, null MX (RFC 7505); mailbox disabled."""
_OUR_SENDER = {(1, 7), (1, 8)}
_RELAY = re.compile(r"\b(?:relay|authenticat|block(?:ed|list)|blacklist|spamhaus|reputation|policy)", re.IGNORECASE)

_SERVER_PAUSE, _SETUP_PAUSE = 30.0, 300.0
"""Seconds for which all letters wait when the server is away, and when somebody must mend a setting."""


@dataclass(frozen=True)
class Answer:
    """``text`` names no address, so that it may be kept with the delivery."""

    code: int
    message: str

    @classmethod
    def of(cls, error: "SMTPResponseException") -> "Answer":
        return cls(error.code, error.message)

    @property
    def enhanced(self) -> tuple[int, int] | None:
        """The last two numbers of its enhanced code."""
        found = _ENHANCED.match(self.message)
        return (int(found[2]), int(found[3])) if found else None

    @property
    def text(self) -> str:
        return shorten(_ADDRESS.sub("(address)", one_line(self.message)), _LONGEST)

    def __str__(self) -> str:
        return f"{self.code or ''} {self.text}".strip()

    def about(self, address: str) -> str:
        """The answer without what tells the recipient: not even the part before the @, which some servers echo."""
        name = address.partition("@")[0]
        if len(name) < _SHORTEST_NAME:
            return str(self)
        return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "(address)", str(self), flags=re.IGNORECASE)


def server_trouble(reason: str) -> TryLater:
    """The server is away or busy: all letters wait."""
    return TryLater(reason, seconds=_SERVER_PAUSE, scope="platform")


def sure_to_fail(reason: str) -> TryLater:
    """Whoever runs this installation must mend something; the destination is fine."""
    return TryLater(reason, seconds=_SETUP_PAUSE, scope="platform")


def refused_sender(answer: Answer) -> DeliveryError:
    """What MAIL FROM was answered with."""
    if answer.code == 552 or answer.enhanced == (3, 4):
        return MessageRefused(f"the letter is too large for the SMTP server: {answer}")
    if answer.code == 421:
        return server_trouble(f"the SMTP server is not available: {answer}")
    if 400 <= answer.code < 500:
        return TryLater(f"the SMTP server does not take the letter now: {answer}")
    return sure_to_fail(f"the SMTP server refuses our address: {answer}; see PAPERBOY_EMAIL_SENDER and _BOUNCES")


def refused_recipient(answer: Answer, to: str) -> DeliveryError:
    """What RCPT TO, or DATA in place of 354, was answered with."""
    text = answer.about(to)
    if answer.code == 421:
        return server_trouble(f"the SMTP server is not available: {text}")
    if answer.code < 500 or answer.code >= 600:
        return TryLater(f"the SMTP server does not take the letter now: {text}")
    if answer.enhanced is not None:
        gone = answer.enhanced in _ADDRESS_GONE
    else:
        gone = answer.code in _NO_ADDRESS and not _RELAY.search(answer.message)
    if gone:
        return DestinationGone(f"the address takes no mail: {text}")
    if answer.enhanced == (3, 4) or (answer.code == 552 and answer.enhanced is None):
        return MessageRefused(f"the letter is too large: {text}")
    # 5.7.x, relaying denied, login wanted: were these taken for the address's fault, a server that does not like us
    # would disable every address there is.
    return TryLater(f"the SMTP server does not deliver for us: {text}")


def refused_at_end(answer: Answer, to: str) -> DeliveryError:
    """What the whole letter was answered with: any answer but 250 says that it was not taken."""
    text = answer.about(to)
    if answer.code == 421:
        return server_trouble(f"the SMTP server did not take the letter: {text}")
    if answer.code < 500 or answer.code >= 600:
        return TryLater(f"the SMTP server did not take the letter: {text}")
    if answer.enhanced in _ADDRESS_GONE:
        return DestinationGone(f"the address takes no mail: {text}")
    return MessageRefused(f"the SMTP server refuses the letter: {text}")
