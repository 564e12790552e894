"""What comes back: delivery status notifications (RFC 3464) and complaints (RFC 5965), read from whole messages.

Anybody can write to the address where bounces go. So a report counts only by the delivery it names: its id is in the
Message-ID of the letter that is returned, and nobody but its receiver knows it. ``recipient`` is for people to read.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32

from bot.email.answers import Answer
from papers.models import Frozen

_MOST_BYTES = 1 << 20
"""Reports come first in a message; what is returned may be cut."""
_MOST_PARTS = 100
_DELIVERY = re.compile(r"<\s*([a-z2-7]{24})@[^<>\s]{1,255}\s*>")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_PASSES = {(2, 2), (3, 4)}
"""Mailbox full, letter too large: true of today, or of one letter."""
_PASSING_SUBJECTS = {4, 7}
"""Routes, and policies that may be about us (RFC 3463, section 3)."""


class Bounce(Frozen):
    delivery_id: str | None
    """Of the letter that is returned."""
    recipient: str | None
    """The address it was for, as the report has it."""
    permanent: bool
    """The address will take no mail in future either."""
    complaint: bool
    """Its reader called the letter spam."""
    reason: str
    """A line that names no address."""


def read_bounce(raw: bytes) -> Bounce | None:
    """The report in a message, whatever the bytes are; None if there is none, as in an out-of-office answer."""
    try:
        parts = list(_parts(message_from_bytes(raw[:_MOST_BYTES], policy=compat32)))
        return _complaint(parts) or _status(parts)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # the email package raises these on messages that are broken beyond its repair


def _parts(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count == _MOST_PARTS:
            return
        yield part


def _complaint(parts: list[Message]) -> Bounce | None:
    for part in parts:
        if part.get_content_type() != "message/feedback-report":
            continue
        fields = _fields(part)
        kind = fields.get("feedback-type", "").lower()
        if not kind:
            continue
        recipient = _address(fields.get("original-rcpt-to", ""))
        return Bounce(
            delivery_id=_delivery(parts),
            recipient=recipient,
            permanent=kind != "not-spam",
            complaint=kind != "not-spam",
            reason=f"its reader reported the letter: {Answer(0, kind).about(recipient or '')}",
        )
    return None


def _status(parts: list[Message]) -> Bounce | None:
    """Of several recipients the first that failed: our letters have one."""
    found = None
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            fields = {name.lower(): _text(value) for name, value in block.items()}
            bounce = _recipient_status(fields, parts)
            found = found or bounce
            if bounce is not None and bounce.permanent:
                return bounce
    return found


def _recipient_status(fields: dict[str, str], parts: list[Message]) -> Bounce | None:
    action = fields.get("action", "").strip().lower()
    if action not in {"failed", "delayed"}:
        return None
    diagnosis = fields.get("diagnostic-code", "")
    recipient = _address(fields.get("original-recipient", "")) or _address(fields.get("final-recipient", ""))
    code = _STATUS.search(fields.get("status", "")) or _STATUS.search(diagnosis)
    text = diagnosis.partition(";")[2] or diagnosis or fields.get("status", "") or action
    return Bounce(
        delivery_id=_delivery(parts),
        recipient=recipient,
        permanent=action == "failed" and code is not None and code[1] == "5" and not _passes(code),
        complaint=False,
        reason=f"the letter came back: {Answer(0, text).about(recipient or '')}",
    )


def _passes(code: re.Match[str]) -> bool:
    subject, detail = int(code[2]), int(code[3])
    return (subject, detail) in _PASSES or subject in _PASSING_SUBJECTS


def _delivery(parts: list[Message]) -> str | None:
    """The delivery in the returned letter: a whole one, or its headers alone."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            returned = message_from_string(_body(part), policy=compat32)
        elif part.get_content_type() == "message/rfc822":
            returned = next(_blocks(part), Message())
        else:
            continue
        found = _DELIVERY.search(_text(returned.get("Message-ID", "")))
        if found:
            return found[1]
    return None


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))
    elif isinstance(payload, str):
        yield message_from_string(payload, policy=compat32)


def _fields(part: Message) -> dict[str, str]:
    return {name.lower(): _text(value) for block in _blocks(part) for name, value in block.items()}


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""


def _text(value: object) -> str:
    """A header of bytes that are no ASCII comes as an object."""
    return " ".join(str(value).split())


def _address(field: str) -> str | None:
    """``rfc822; ada@example.org``, or ``<ada@example.org>``."""
    address = field.rpartition(";")[2].strip().strip("<>").strip()
    return address if "@" in address and len(address) <= 320 and address.isprintable() else None
