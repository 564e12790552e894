"""Subscriptions as cards: what comes, when it comes next, and the buttons that change it. Pure."""

from collections.abc import Sequence

from bot.actions import Verb, action
from bot.caller import Caller
from bot.dates import local_moment
from bot.permission import may_change
from bot.replies import Button, Card, Style
from bot.wishes import describe, topic_name
from bot.wording import reason_told
from papers.destinations import Platform
from papers.display import one_line, shorten
from papers.following import Subscription
from papers.schedule import Cadence
from papers.shown import Shown

_OFTEN = {Cadence.NOW: "", Cadence.DAILY: "daily ", Cadence.WEEKDAYS: "weekday ", Cadence.WEEKLY: "weekly "}
_LONGEST_CATEGORIES = 30
_KNOWN_BY_IDS = (Platform.SLACK, Platform.DISCORD)
"""An address there tells people nothing."""


def wish_card(caller: Caller, shown: Shown, *, page: int | None = None) -> Card:
    """One subscription. ``page`` is the offset of the list it stands in, None where alone."""
    one = shown.subscription
    return Card(
        title=describe(one),
        byline=_where(caller, shown),
        text=standing(shown, caller.zone or one.schedule.zone, caller.language or "en"),
        buttons=_buttons(caller, shown, () if page is None else (str(page),)),
    )


def standing(shown: Shown, zone: str, language: str = "en") -> str:
    """How it stands, in sentences: when it comes next, or why it does not."""
    if shown.state == "active":
        if shown.next_due is not None:
            return f"Next: {local_moment(shown.next_due, zone, language).removesuffix('.')}."
        at_once = shown.subscription.schedule.cadence is Cadence.NOW
        return "Comes as soon as there is something." if at_once else "Comes when it is due."
    if shown.state == "paused":
        return "Paused: nothing comes until you resume it."
    if shown.state == "unconfirmed":
        return "Not confirmed yet: nothing comes before that."
    reason = reason_told(shown.state.removeprefix("disabled: "))
    return f"Stopped, because a message could not be delivered: {reason}. Mend that, then resume it."


def short_name(subscription: Subscription) -> str:
    """As it is called in a sentence: ``“protein folding”``, ``the weekly digest``, ``the daily digest of cs.CL``."""
    if subscription.topic:
        return f"“{topic_name(subscription.topic)}”"
    categories = subscription.digest.categories if subscription.digest else ()
    narrowed = f" of {shorten(one_line(', '.join(categories)), _LONGEST_CATEGORIES)}" if categories else ""
    return f"the {_OFTEN[subscription.schedule.cadence]}digest{narrowed}"


def _where(caller: Caller, shown: Shown) -> str:
    destination = shown.subscription.destination
    if destination == caller.person:
        return "To you, by direct message"
    if destination == caller.place:
        return f"In {caller.place_name}"
    if destination == caller.parent:
        return "In the channel that this belongs to"
    chat = next((name for name in _KNOWN_BY_IDS if destination.startswith(f"{name}:")), None)
    return f"Elsewhere on {chat.title()}" if chat else f"To {one_line(shown.destination)}"


def _told_apart(caller: Caller, one: Subscription) -> str:
    """For hints: one may have a digest of one's own, and the same in a channel."""
    if one.topic or one.destination != caller.place:
        return short_name(one)
    return f"{short_name(one)} in {caller.place_name}"


def _buttons(caller: Caller, shown: Shown, page: Sequence[str]) -> tuple[Button, ...]:
    one = shown.subscription
    if not may_change(caller, one):
        return ()
    name, hinted = short_name(one), _told_apart(caller, one)
    stopped = shown.state not in {"active", "unconfirmed"}
    turned = "Resume" if stopped else "Pause"
    turn = action(Verb.RESUME if stopped else Verb.PAUSE, one.id, *page)
    return (
        Button(label="Change", action=action(Verb.CHANGE, one.id), hint=f"Change {hinted}"),
        Button(label=turned, action=turn, hint=f"{turned} {hinted}"),
        Button(
            label="Remove",
            action=action(Verb.REMOVE, one.id, *page),
            hint=f"Remove {hinted}",
            style=Style.DANGER,
            confirm=f"Remove {name}? It is gone for good; what was sent stays.",
        ),
    )
