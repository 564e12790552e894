"""Destinations that nothing is sent to any more, and how their owners hear of it."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime

from papers.deliveries import Ledger
from papers.delivery_models import Delivery, Disabled, Kind, delivery_id
from papers.delivery_steps import Planned
from papers.subscriptions import Subscriptions

LastResort = Callable[[str], Awaitable[str | None]]
"""Where somebody can be told who keeps the place of a destination, as the installer of an app does; None: nobody."""


async def notice_for(
    subscriptions: Subscriptions, destination: str, reason: str, now: datetime, last_resort: LastResort | None = None
) -> Delivery | None:
    """The message that tells the owner, elsewhere, that a destination was disabled; None if there is no elsewhere.

    ``now`` is when it was disabled. One a day for a destination, so that a place that is enabled and fails again and
    again is no nuisance. ``last_resort`` is asked where whoever set it up cannot be reached.
    """
    elsewhere = await subscriptions.elsewhere(destination)
    if elsewhere is None and last_resort is not None:
        elsewhere = await last_resort(destination)
    if elsewhere is None or elsewhere == destination:
        return None
    return _notice(elsewhere, destination, reason, now)


async def passed_on(notice: Delivery, now: datetime, last_resort: LastResort | None) -> Delivery | None:
    """The same notice for the last resort, since whom it was for cannot be reached either; None if there is nobody."""
    about: dict[str, str] = json.loads(notice.about)
    elsewhere = await last_resort(about["destination"]) if last_resort is not None else None
    if elsewhere is None or elsewhere in {notice.destination, about["destination"]}:
        return None
    return _notice(elsewhere, about["destination"], about["reason"], now)


def _notice(elsewhere: str, destination: str, reason: str, now: datetime) -> Delivery:
    today = now.date().isoformat()
    return Delivery(
        id=delivery_id(destination=elsewhere, feed=destination, period=today, kind=Kind.NOTICE),
        kind=Kind.NOTICE,
        destination=elsewhere,
        period=today,
        due=now,
        about=json.dumps({"destination": destination, "reason": reason}),
    )


async def disable(ledger: Ledger, subscriptions: Subscriptions, destination: str, reason: str, now: datetime) -> None:
    """Send nothing there any more, as after a bounce or a complaint, and tell the owner. May be repeated."""
    await ledger.disable(destination, Disabled(reason=reason, at=now))
    # What was disabled before is told as it was then: that is one notice, however many letters come back.
    known = await ledger.disabled(destination) or Disabled(reason=reason, at=now)
    notice = await notice_for(subscriptions, destination, known.reason, known.at)
    if notice is not None:
        await ledger.plan([Planned(notice)], now)
