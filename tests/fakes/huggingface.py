"""Hugging Face as far as Daily Papers go: dates, pages, ETags, the quota of calls, single papers."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.fakes.server import Upstream

Item = dict[str, Any]
WINDOW = 300


def item(number: int, day: date, *, upvotes: int = 5, **paper: Any) -> Item:
    """An item as it is answered today; its text says that it is made up."""
    listed = datetime.combine(day, time(2, number % 60), UTC)
    published = listed - timedelta(hours=20)
    return {
        "paper": {
            "id": f"{published:%y%m}.{90000 + number:05d}",
            "title": f"Made-up paper {number} of {day}",
            "summary": f"This abstract number {number}\nof a fake upstream says nothing.",
            "authors": [{"name": "Ada Lovelace", "hidden": False}, {"name": "Hidden One", "hidden": True}],
            "publishedAt": f"{published:%Y-%m-%dT%H:%M:%S}.000Z",
            "submittedOnDailyAt": f"{listed:%Y-%m-%dT%H:%M:%S}.000Z",
            "upvotes": upvotes,
            **paper,
        },
        "title": f"Made-up paper {number} of {day}",
        "publishedAt": f"{published - timedelta(hours=5):%Y-%m-%dT%H:%M:%S}.000Z",
        "numComments": 1,
        "isAuthorParticipating": False,
    }


def days_of_items(last: date, days: int, per_day: int) -> dict[date, list[Item]]:
    """Lists of the working days among the ``days`` up to ``last``."""
    dates = (last - timedelta(days=n) for n in range(days))
    return {
        day: [item(day.day * 100 + n, day, upvotes=3 * n) for n in range(per_day)] for day in dates if day.weekday() < 5
    }


class FakeHuggingFace(Upstream):
    """``lists`` maps a day to its items; a day without is empty, or the day before's if ``answers_earlier``."""

    def __init__(self, lists: Mapping[date, Sequence[Item]], *, today: date, calls: int = 500) -> None:
        super().__init__()
        self.lists = dict(lists)
        self.today = today
        self.calls = calls
        self.left = calls
        self.answers_earlier = False
        self.token: str | None = None

    def refuse(self, request: Request) -> Response | None:
        if self.left <= 0:
            refusal = Response("rate limited", 429, self._limits())
            refusal.headers["Retry-After"] = str(WINDOW)
            return refusal
        self.left -= 1
        wanted = f"Bearer {self.token}" if self.token else None
        if wanted and request.headers.get("Authorization") != wanted:
            return self._json(request, {"error": "Invalid credentials"}, 401)
        return None

    def answer(self, request: Request) -> Response:
        if request.path == "/api/daily_papers":
            return self._daily(request)
        name = request.path.removeprefix("/api/papers/")
        for items in self.lists.values():
            for found in items:
                if found.get("paper", {}).get("id") == name:
                    return self._json(request, {**found["paper"], "numTotalModels": 0})
        return self._json(request, {"error": "Paper not found"}, 404)

    def _daily(self, request: Request) -> Response:
        try:
            day = date.fromisoformat(request.args.get("date", self.today.isoformat()))
            page, limit = int(request.args.get("p", 0)), int(request.args.get("limit", 50))
        except ValueError:
            return self._json(request, {"error": "invalid query"}, 400)
        if limit > 100 or day > self.today:
            return self._json(request, {"error": "limit above 100 or a date to come"}, 400)
        items = list(self.lists.get(day, ()))
        if not items and self.answers_earlier:
            items = list(self.lists[max(known for known in self.lists if known < day)])
        return self._json(request, items[page * limit : (page + 1) * limit])

    def _json(self, request: Request, payload: object, status: int = 200) -> Response:
        body = json.dumps(payload).encode()
        etag = hashlib.sha256(body).hexdigest()[:20]
        if request.if_none_match.contains(etag):
            return Response(status=304, headers={"ETag": f'"{etag}"', **self._limits()})
        return Response(body, status, {"ETag": f'"{etag}"', **self._limits()}, content_type="application/json")

    def _limits(self) -> dict[str, str]:
        return {
            "RateLimit": f'"api";r={self.left};t={WINDOW}',
            "RateLimit-Policy": f'"fixed window";"api";q={self.calls};w={WINDOW}',
        }
