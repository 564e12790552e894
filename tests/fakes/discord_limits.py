"""How often a call may be made (discord.com/developers/docs/topics/rate-limits).

Discord tells the limits of a bucket in headers only, and does not publish them: those here are near what it announces.
"""

from collections import deque
from dataclasses import dataclass, field

from tests.fakes.discord_state import Json

INVALID_SECONDS = 600.0

BUCKETS: dict[str, tuple[int, float]] = {
    # route -> calls, in seconds; counted for each channel, server or webhook
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "GET /channels/{channel_id}/messages": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "POST /channels/{channel_id}/messages/{message_id}/crosspost": (10, 3600.0),
    "POST /channels/{channel_id}/threads": (10, 300.0),
    "POST /users/@me/channels": (20, 10.0),
    "PUT /applications/{application_id}/commands": (2, 10.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": (5, 2.0),
}
_OTHERS = (50, 10.0)
EXEMPT = ("/interactions/", "/webhooks/")
"""Not counted for the 50 a second of the whole app."""


@dataclass
class Window:
    """``most`` calls from the first one on, until its time is over."""

    most: int
    seconds: float
    used: int = 0
    ends: float = 0.0
    refused_until: float = 0.0

    def take(self, now: float) -> float:
        """0, or the seconds after which there is room again."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.seconds
        if self.used < self.most:
            self.used += 1
            return 0.0
        self.refused_until = self.ends
        return self.ends - now


@dataclass(frozen=True)
class Taken:
    """What came of asking whether a call may be made."""

    wait: float = 0.0
    everywhere: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    hasty: bool = False
    """It was told to wait, and did not."""
    blocked: bool = False

    @property
    def body(self) -> Json:
        return {"message": "You are being rate limited.", "retry_after": round(self.wait, 3), "global": self.everywhere}


@dataclass
class Limits:
    per_second: int = 50
    """Of all calls together, but for answers to interactions."""
    invalid: int = 10_000
    """Answers of 401, 403 and 429 in ten minutes, after which the address is shut out."""
    buckets: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(BUCKETS))
    dms: tuple[int, float] = (60, 60.0)
    """Direct messages that may be opened anew, in seconds."""
    refused: deque[float] = field(default_factory=deque)
    """When such answers were given."""
    _windows: dict[str, Window] = field(default_factory=dict)
    _all: Window = field(default_factory=lambda: Window(50, 1.0))

    def take(self, route: str, major: str, now: float) -> Taken:
        """``major``: the channel, server or webhook that it is about."""
        if self.count_refused(now) >= self.invalid:
            return Taken(blocked=True, wait=INVALID_SECONDS)
        path = route.partition(" ")[2]
        if path.startswith("/interactions/"):
            return Taken()
        if not path.startswith(EXEMPT):
            self._all.most = self.per_second
            hasty = now < self._all.refused_until
            wait = self._all.take(now)
            if wait:
                return Taken(wait, True, {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, hasty)
        most, seconds = self.buckets.get(route, _OTHERS)
        key = f"{route} {major}"
        window = self._windows.setdefault(key, Window(most, seconds))
        hasty = now < window.refused_until
        wait = window.take(now)
        headers = {
            "X-RateLimit-Limit": str(window.most),
            "X-RateLimit-Remaining": str(window.most - window.used),
            "X-RateLimit-Reset": f"{window.ends:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, window.ends - now):.3f}",
            "X-RateLimit-Bucket": bucket_name(route),
        }
        if wait:
            headers["X-RateLimit-Scope"] = "user"
        return Taken(wait, False, headers, hasty)

    def refuse(self, now: float) -> None:
        """An answer of 401, 403 or 429 was given."""
        self.refused.append(now)

    def count_refused(self, now: float) -> int:
        while self.refused and self.refused[0] <= now - INVALID_SECONDS:
            self.refused.popleft()
        return len(self.refused)


def bucket_name(route: str) -> str:
    """A name that tells nothing, as Discord's."""
    import hashlib

    return hashlib.sha256(route.encode()).hexdigest()[:32]
