"""Which digest of a place is meant by what somebody asks for, and the question where nobody can tell. Pure.

What tells the digests of a place apart is their rhythm and their categories.
"""

from collections.abc import Sequence

from bot.actions import Verb, action
from bot.caller import Caller
from bot.category_field import CATEGORIES, read_categories
from bot.forms import Filled, Mistake
from bot.permission import may_change
from bot.replies import Button, Card, Reply, Style
from bot.rhythm_fields import CADENCE
from bot.wish_cards import short_name, standing
from bot.wishes import describe
from papers.following import Subscription
from papers.shown import Shown

MOST_SHOWN = 10


def fitting(asked: Filled, there: Sequence[Subscription]) -> list[Subscription]:
    """Those that have the rhythm and the categories that were named; what was not named fits all."""
    cadence = (asked.one(CADENCE) or "").partition("-")[0]
    categories = read_categories(asked)
    named = categories if CATEGORIES in asked.values and not isinstance(categories, Mistake) else None
    return [
        one
        for one in there
        if one.digest is not None
        if not cadence or one.schedule.cadence == cadence
        if named is None or _told_apart(named) == _told_apart(one.digest.categories)
    ]


def question(caller: Caller, where: str, there: Sequence[Shown], key: str, *, fits: bool) -> Reply:
    """Which of these is to be changed; if none ``fits`` what was asked, also whether it is to be another one.

    ``key``: of what was asked (papers/asked.py).
    """
    if fits:
        text = f"Several digests come to {where}: which of them is to be changed?"
    elif len(there) == 1:
        text = (
            f"This comes to {where} already. Is it to be changed into what you ask now, or shall that come beside it?"
        )
    else:
        text = f"These come to {where} already. Is one to be changed into what you ask now, or shall that come too?"
    another = Button(label="Add it beside", action=action(Verb.BESIDE, key), hint="Add it as another digest")
    return Reply(
        text=text,
        cards=tuple(_card(caller, shown, key) for shown in there[:MOST_SHOWN]),
        buttons=() if fits else (another,),
        notes=() if len(there) <= MOST_SHOWN else (f"All of them: {caller.command} following",),
    )


def _card(caller: Caller, shown: Shown, key: str) -> Card:
    one = shown.subscription
    change = Button(
        label="Change this one",
        action=action(Verb.INSTEAD, one.id, key),
        hint=f"Change {short_name(one)}",
        style=Style.PRIMARY,
    )
    zone = caller.zone or one.schedule.zone
    return Card(
        title=describe(one),
        text=standing(shown, zone, caller.language or "en"),
        buttons=(change,) if may_change(caller, one) else (),
    )


def _told_apart(categories: Sequence[str]) -> list[str]:
    return sorted(category.lower() for category in categories)
