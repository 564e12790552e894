"""How often a call may be made (docs.slack.dev/apis/web-api/rate-limits)."""

import math
from dataclasses import dataclass, field


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
