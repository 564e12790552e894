"""How often a call may be made (docs.slack.dev/apis/web-api/rate-limits)."""

import math
from dataclasses import dataclass, field

A_MINUTE = {
    # method -> calls that one workspace may make in a minute, as its tier says (3: 50, 4: 100); at least so many
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "chat.postMessage": 300,  # "several hundred messages per minute" in a workspace, beside one a second in a channel
    "chat.unfurl": 50,
    "chat.update": 50,
    "conversations.info": 50,
    "conversations.members": 100,
    "conversations.open": 50,
    "users.info": 100,
    "views.open": 100,
    "views.publish": 100,
    "views.push": 100,
    "views.update": 100,
}


@dataclass
class Pace:
    """``burst`` at once, then one each ``every`` seconds."""

    every: float
    burst: int
    tokens: float = field(init=False)
    at: float = field(default=-math.inf)
    closed_until: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def take(self, now: float) -> int:
        """0, or the whole seconds of a Retry-After."""
        if now > self.at:
            passed = (now - self.at) / self.every
            self.tokens = min(self.burst, self.tokens + passed)
            self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0
        wait = math.ceil((1 - self.tokens) * self.every)
        self.closed_until = now + wait
        return wait
