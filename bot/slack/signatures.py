"""Whether a request comes from Slack: its own check, which says no to anything and raises for nothing.

https://docs.slack.dev/authentication/verifying-requests-from-slack. slack_sdk's verifier raises on a timestamp that is
no number and on a signature that is not ASCII.
"""

import hmac
import re
from datetime import datetime
from hashlib import sha256

from papers.models import Frozen

MOST_SECONDS_APART = 300
"""Slack's advice: an older request may be a recorded one."""
REMEMBERED_SECONDS = 2 * MOST_SECONDS_APART + 5
"""How long a signature can be valid, from a clock that is ahead of ours to the end."""
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class Signed(Frozen):
    """What the headers of a request claim."""

    timestamp: str
    signature: str


def claim(timestamps: list[str], signatures: list[str], now: datetime) -> Signed | None:
    """The claim of both headers' values, if they could be Slack's at this time; else None."""
    if len(timestamps) != 1 or len(signatures) != 1:
        return None
    timestamp, signature = timestamps[0], signatures[0]
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return None
    if abs(now.timestamp() - int(timestamp)) > MOST_SECONDS_APART:
        return None
    return Signed(timestamp=timestamp, signature=signature)


def is_true(signed: Signed, body: bytes, secret: str) -> bool:
    """Whether the holder of the secret signed this body. Takes as long for any wrong signature."""
    return hmac.compare_digest(sign(signed.timestamp, body, secret).encode(), signed.signature.encode())


def sign(timestamp: str, body: bytes, secret: str) -> str:
    """Slack's signature, version 0: HMAC-SHA256 of ``v0:{timestamp}:{body}``."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, sha256).hexdigest()
