"""Where a digest comes to, and who may have it come there, as sentences say it. Pure."""

from bot.caller import Caller
from bot.replies import Reply

BY_MESSAGE = "you alone, by direct message"
ABOVE = "the channel that this belongs to"


def target(caller: Caller) -> str:
    return caller.place or caller.person


def where(caller: Caller) -> str:
    return caller.place_name if caller.place else BY_MESSAGE


def may(caller: Caller) -> bool:
    return caller.place is None or caller.may_manage


def may_not(caller: Caller) -> Reply:
    return Reply(
        text=f"You may not subscribe {caller.place_name}: ask {caller.manager}. For a digest of your own, "
        f"write {caller.command} subscribe in a direct message to me."
    )


def may_publish(caller: Caller, destination: str) -> bool:
    return caller.may_publish and destination == caller.place


def hindered(caller: Caller, text: str) -> str:
    """The same, and what keeps Paperboy from writing in the place, or from having one."""
    told = caller.hindrance if caller.place else caller.placeless
    return f"{text}\n\n{told}" if told else text
