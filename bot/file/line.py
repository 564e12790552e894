"""A message as one line of JSON: ``delivery_id`` first, then what it is and what it tells of."""

import json
from typing import Any

from papers.adapters import Parcel
from papers.contents import ConfirmationContent, Content, DigestContent, NoticeContent, TopicsContent
from papers.export import paper_json, trending_json
from papers.following import Subscription

# JSON may hold these as they are, but some readers take them for a line's end.
_LINE_ENDS = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}


def message_line(parcel: Parcel) -> bytes:
    """UTF-8 with its line's end."""
    delivery = parcel.delivery
    document = {
        "delivery_id": delivery.id,
        "kind": delivery.kind,
        "destination": str(parcel.destination),
        "period": delivery.period,
        "due": delivery.due.isoformat(),
        **_body(parcel.content),
    }
    return json.dumps(document, ensure_ascii=False).translate(_LINE_ENDS).encode("utf-8", "replace") + b"\n"


def delivery_mark(delivery: str) -> bytes:
    """What a delivery's line, and only its line, begins with."""
    return b'{"delivery_id": "' + delivery.encode() + b'"'


def _body(content: Content) -> dict[str, Any]:
    if isinstance(content, DigestContent):
        return {
            "at": content.at.isoformat(),
            "window": content.window,
            "papers": [trending_json(paper, explain=True) for paper in content.chart],
            "note": content.note,
        }
    if isinstance(content, TopicsContent):
        topics = {s.id: _topic(s) for s in content.subscriptions}
        return {
            "at": content.at.isoformat(),
            "papers": [
                {**paper_json(m.paper), "score": m.score, "topics": [topics[t] for t in m.topics]}
                for m in content.matches
            ],
            "more": content.more,
        }
    if isinstance(content, NoticeContent):
        return {"disabled": content.destination, "reason": content.reason}
    assert isinstance(content, ConfirmationContent)
    return {"subscriptions": [s.id for s in content.subscriptions]}


def _topic(subscription: Subscription) -> dict[str, Any]:
    topic = subscription.topic
    authors = [author.name for author in topic.authors] if topic else []
    return {"id": subscription.id, "text": topic.text if topic else "", "authors": authors}
