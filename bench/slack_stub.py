"""A Slack that says yes to everything at once, and notes when each question was answered."""

import time
from collections import Counter
from typing import Any

from bench.chat_http import Answer, Request

_TS = "1772712000.{:06d}"


class SlackStub:
    """``answer`` is an application of bench.chat_http. A question's response_url is ``/answers/NUMBER``."""

    def __init__(self) -> None:
        self.answered: dict[int, float] = {}
        """Question -> when its first answer came, by time.perf_counter."""
        self.calls: Counter[str] = Counter()

    def answer(self, request: Request) -> Answer:
        _, kind, name = request.path.split("/", 2)
        if kind == "answers":
            self.answered.setdefault(int(name), time.perf_counter())
            self.calls["response_url"] += 1
            return Answer(200, {"ok": True})
        self.calls[name] += 1
        return Answer(200, {"ok": True, **self._more(name)})

    def _more(self, method: str) -> dict[str, Any]:
        if method == "users.info":
            return {"user": {"id": "U1", "tz": "Europe/Berlin", "locale": "en-US"}}
        if method == "conversations.open":
            return {"channel": {"id": "D1"}}
        return {"channel": "C1", "ts": _TS.format(self.calls.total())}
