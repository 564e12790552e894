"""How a delivery lies in its Redis hash, and how steps are written for the scripts."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from papers.delivery_models import Delivery, Kind, State, lane, short_digest
from papers.delivery_steps import Outcome, Planned

_LONGEST = 1000


def seconds(moment: datetime) -> float:
    """Seconds since 1970, to the millisecond: more digits would not survive Redis and Lua alike."""
    return round(moment.timestamp(), 3)


def moment(text: bytes | None) -> datetime | None:
    return datetime.fromtimestamp(float(text), UTC) if text else None


def from_hash(delivery_id: str, fields: Mapping[bytes, bytes] | Sequence[bytes]) -> Delivery:
    """The delivery in a hash, given as a mapping or as Redis lists it in a script's answer."""
    known = fields if isinstance(fields, Mapping) else dict(zip(fields[::2], fields[1::2], strict=True))

    def text(name: bytes) -> str:
        return known.get(name, b"").decode("utf-8", "replace")

    state = State(text(b"state"))
    return Delivery(
        id=delivery_id,
        kind=Kind(text(b"kind")),
        feed=text(b"feed"),
        destination=text(b"destination"),
        period=text(b"period"),
        due=moment(known[b"due"]) or datetime.fromtimestamp(0, UTC),
        state=state,
        tries=int(text(b"tries") or 0),
        retry_at=moment(known.get(b"from")) if state is State.FAILED else None,
        changed=moment(known.get(b"changed")),
        left=datetime.fromtimestamp(int(known[b"left"]) / 1000, UTC) if known.get(b"left") else None,
        written=moment(known.get(b"written")),
        reason=text(b"reason") or None,
        message_id=text(b"message") or None,
        papers=tuple(text(b"papers").split("\n")) if known.get(b"papers") else (),
        about=text(b"about"),
    )


def planned_json(planned: Sequence[Planned]) -> str:
    return json.dumps(
        [
            {
                "feed": one.delivery.feed,
                "expected": one.expected,
                "next": "" if one.next is None else one.next,
                "delivery": _created(one.delivery),
            }
            for one in planned
        ]
    )


def outcome_json(outcome: Outcome) -> str:
    """Only what is set: a script takes what it finds."""
    found: dict[str, Any] = {
        "state": outcome.state,
        "reason": _clean(outcome.reason),
        "message": outcome.message_id and _clean(outcome.message_id),
        "papers": "\n".join(outcome.papers),
        "told": outcome.told,
        "drop": list(outcome.drop) if outcome.told else None,
        "from": seconds(outcome.retry_at) if outcome.retry_at else None,
        "look": outcome.look,
        "pause": [outcome.pause.bucket, int(outcome.pause.length.total_seconds() * 1000)] if outcome.pause else None,
        "disable": outcome.disable.model_dump_json() if outcome.disable else None,
        "notice": _created(outcome.notice) if outcome.notice else None,
    }
    return json.dumps({name: value for name, value in found.items() if value or (name == "drop" and value is not None)})


def _clean(text: str) -> str:
    """Without half characters, which no script can read, and not longer than people read."""
    return text[:_LONGEST].encode("utf-8", "replace").decode()


def _created(delivery: Delivery) -> dict[str, str | float]:
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "feed": delivery.feed,
        "destination": delivery.destination,
        "digest": short_digest(delivery.destination),
        "lane": lane(delivery.destination),
        "period": delivery.period,
        "due": seconds(delivery.due),
        "about": delivery.about,
        "also": _told_of(delivery),
    }


def _told_of(delivery: Delivery) -> str:
    """The digest of the destination that a notice tells of."""
    if delivery.kind is not Kind.NOTICE:
        return ""
    try:
        return short_digest(json.loads(delivery.about)["destination"])
    except (ValueError, KeyError, TypeError):
        return ""  # its writer will not understand it either
