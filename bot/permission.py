"""What a person may see and change of what is subscribed. Whatever a button or a form says, this decides. Pure."""

from bot.caller import Caller
from papers.errors import NotFound
from papers.following import Subscription


def may_see(caller: Caller, subscription: Subscription) -> bool:
    """Their own, and what is subscribed for the place they are in, or for the channel that it is a part of."""
    return _is_own(caller, subscription) or _is_of_place(caller, subscription)


def may_change(caller: Caller, subscription: Subscription) -> bool:
    """Their own, and that of the place if they may manage it."""
    return _is_own(caller, subscription) or (_is_of_place(caller, subscription) and caller.may_manage)


def none_such(caller: Caller) -> NotFound:
    """What is said of a subscription that is not there, and of one that is none of the caller's business: the same."""
    return NotFound(
        f"That is not there any more, or not yours to change: write {caller.command} following to see what there is."
    )


def _is_own(caller: Caller, subscription: Subscription) -> bool:
    return caller.person in {subscription.owner, subscription.destination}


def _is_of_place(caller: Caller, subscription: Subscription) -> bool:
    return caller.place is not None and subscription.destination in {caller.place, caller.parent}
