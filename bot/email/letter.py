"""A letter as it travels: an EmailMessage with the headers that mail programs and receivers look for."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime

from bot.email.server import Sender
from papers.clock import as_utc
from papers.display import one_line, shorten

_LONGEST_SUBJECT = 150


class _Unbroken(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # combined as the registry does
    """A header whose value is for machines: folding would encode it in pieces that no mail program reads."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("List-Id", "List-Unsubscribe", "Message-ID"):
    _HEADERS.map_to_type(_name, _Unbroken)
_POLICY = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True)
class Rendered:
    """A letter as it reads."""

    subject: str
    text: str
    """Plain text; lines end with a newline."""
    html: str


@dataclass(frozen=True)
class Outside:
    """What is written on the envelope, so to speak."""

    delivery_id: str
    due: datetime
    to: str
    """An e-mail address."""
    unsubscribe: str | None
    """The link of RFC 8058; None for a letter that nobody can unsubscribe from: it comes once."""


def message_id(delivery_id: str, sender: Sender) -> str:
    """The same for the same delivery, whoever sends it and however often."""
    return f"<{delivery_id}@{sender.domain}>"


def compose(letter: Rendered, outside: Outside, sender: Sender) -> EmailMessage:
    """The whole message: the same bytes for the same input.

    Nothing that comes from papers reaches a header but the subject, as one line of visible characters.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender.header
    message["To"] = Address(addr_spec=outside.to)
    message["Subject"] = subject_line(letter.subject)
    message["Date"] = format_datetime(as_utc(outside.due))
    message["Message-ID"] = message_id(outside.delivery_id, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    if outside.unsubscribe:
        message["List-Id"] = f"Paperboy <paperboy.{sender.domain}>"
        message["List-Unsubscribe"] = f"<{outside.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Precedence"] = "bulk"
    # Quoted-printable: pure ASCII, and no line that a server would have to break.
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for part in message.iter_parts():
        del part["MIME-Version"]  # the whole message has it
    message.set_boundary(f"=_{outside.delivery_id}")
    return message


def subject_line(text: str) -> str:
    """At most 150 visible characters. ``=?`` would begin an encoded word (RFC 2047), which is decoded when read."""
    return shorten(one_line(text), _LONGEST_SUBJECT).replace("=?", "= ?") or "Papers"
