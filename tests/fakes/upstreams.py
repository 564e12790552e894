"""Both fake upstreams on one port, for a whole Paperboy to run against.

``python -m tests.fakes.upstreams --port 8800`` prints the settings that point at it. With ``--replay`` it serves
recorded days (lines of {date, fetched_at, response}), the last of them as today's unless ``--as-recorded``;
otherwise it makes papers up.
"""

import argparse
import gzip
import json
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.fakes.arxiv import Entry, FakeArxiv, generated
from tests.fakes.huggingface import FakeHuggingFace, Item, days_of_items
from tests.fakes.server import serve

_TIMES = ("publishedAt", "submittedOnDailyAt")


def recorded(paths: list[Path]) -> dict[date, list[Item]]:
    """The recorded lists by day; what a later snapshot of a day tells of a paper is laid over the earlier ones."""
    lists: dict[date, dict[str, Item]] = {}
    for path in paths:
        raw = path.read_bytes()
        for line in (gzip.decompress(raw) if path.suffix == ".gz" else raw).splitlines():
            value = json.loads(line)
            day = lists.setdefault(date.fromisoformat(value["date"]), {})
            for item in value["response"]:
                known = day.get(item["paper"]["id"], {"paper": {}})
                day[item["paper"]["id"]] = {**known, **item, "paper": {**known["paper"], **item["paper"]}}
    return {day: list(items.values()) for day, items in lists.items()}


def moved(lists: dict[date, list[Item]], last: date) -> dict[date, list[Item]]:
    """The same lists with all their dates, so that the newest is ``last``'s."""
    shift = last - max(lists)
    return {day + shift: [_moved(item, shift) for item in items] for day, items in lists.items()}


def _moved(item: Item, shift: timedelta) -> Item:
    def times(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for name in _TIMES:
            if isinstance(found.get(name), str):
                yield name, (datetime.fromisoformat(found[name]) + shift).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    return {**item, **dict(times(item)), "paper": {**item["paper"], **dict(times(item["paper"]))}}


def entries_of(lists: dict[date, list[Item]], today: date) -> list[Entry]:
    """arXiv's records of the listed papers."""
    return [
        Entry(
            id=paper["id"],
            title=paper["title"],
            abstract=paper.get("summary") or "",
            authors=tuple(author["name"] for author in paper.get("authors") or ()),
            published=datetime.fromisoformat(paper["publishedAt"]),
            announced="new" if day == today else "",
        )
        for day, items in lists.items()
        for paper in (item["paper"] for item in items)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--replay", type=Path, nargs="+", default=[])
    parser.add_argument("--as-recorded", action="store_true", help="keep the recorded dates")
    parser.add_argument("--interval", type=float, default=3.0, help="seconds between two requests to arXiv")
    parser.add_argument("--per-day", type=int, default=30)
    options = parser.parse_args()

    today = datetime.now(UTC).date()
    lists = recorded(options.replay) or days_of_items(today, 14, options.per_day)
    if options.replay and not options.as_recorded:
        lists = moved(lists, today)
    entries = entries_of(lists, today) if options.replay else generated(today, 14, options.per_day)
    huggingface = FakeHuggingFace(lists, today=today, calls=10**6)
    arxiv = FakeArxiv(entries, today=today, interval=options.interval)
    application = DispatcherMiddleware(NotFound(), {"/hf": huggingface, "/arxiv": arxiv})

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serve(application, huggingface, arxiv, port=options.port) as url:
        print(f"PAPERBOY_HUGGINGFACE_URL={url}/hf")
        print(f"PAPERBOY_ARXIV_API_URL={url}/arxiv/api/query")
        print(f"PAPERBOY_ARXIV_FEED_URL={url}/arxiv/atom")
        print(f"PAPERBOY_ARXIV_OAI_URL={url}/arxiv/oai", flush=True)
        stop.wait()
    print(f"answered {len(huggingface.asked)} requests as Hugging Face, {len(arxiv.asked)} as arXiv", end="")
    print(f" ({arxiv.refused} refused for coming too soon or together)")


if __name__ == "__main__":
    main()
