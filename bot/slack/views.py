"""Opens and changes views: modals, and the Home tab. A modal must be opened within three seconds of a press."""

from typing import TYPE_CHECKING, Any

from bot.replies import Reply
from bot.slack.answers import error_name
from bot.slack.blocks import blocks_of
from bot.slack.contact import Contact
from bot.slack.modal import said
from bot.slack.view_places import with_place
from papers.log import get_logger

if TYPE_CHECKING:
    from bot.slack.web_api import WebApi

_MOST_BLOCKS = 100
_OVERTAKEN = frozenset({"hash_conflict", "not_found", "view_not_found"})
"""The view was changed or closed meanwhile: nothing is wrong."""

log = get_logger("slack")


class Views:
    """Nothing here raises: a view that cannot be shown is answered in another way."""

    def __init__(self, web: "WebApi") -> None:
        self._web = web

    async def open(self, contact: Contact, view: dict[str, Any], *, above: bool = False) -> str | None:
        """The id of the opened view, or None. ``above``: on the one that is open already."""
        if not contact.trigger:
            return None
        client = self._web.client(contact.token, patient=True)
        call = client.views_push if above else client.views_open
        try:
            answer = await call(trigger_id=contact.trigger, view=with_place(view, contact))
        except Exception as error:  # noqa: BLE001 - the caller has another way
            _note("a form was not opened", contact, error)
            return None
        opened: Any = answer.get("view")
        found = opened.get("id") if isinstance(opened, dict) else None
        return found if isinstance(found, str) else None

    async def update(self, contact: Contact, view_id: str, view: dict[str, Any], *, seen: str | None = None) -> bool:
        """Put another in its place; ``seen``, a view's hash: only if it is still as it was then. Returns whether."""
        guard = {"hash": seen} if seen else {}
        client = self._web.client(contact.token, patient=True)
        try:
            await client.views_update(view_id=view_id, view=with_place(view, contact), **guard)
        except Exception as error:  # noqa: BLE001 - the caller has another way
            _note("a form was not changed", contact, error)
            return False
        return True

    async def publish(self, contact: Contact, view: dict[str, Any]) -> bool:
        """The Home tab of the person. Returns whether Slack took it."""
        try:
            await self._web.client(contact.token, patient=True).views_publish(user_id=contact.user, view=view)
        except Exception as error:  # noqa: BLE001 - it stays as it was
            _note("a home tab was not published", contact, error)
            return False
        return True


def answer_view(reply: Reply) -> dict[str, Any]:
    """A reply as a modal, with its buttons: for what is asked in the Home tab, where no message can answer."""
    view = said(reply)
    heading_is_title = view["title"]["text"] == reply.heading.strip() and reply.heading
    shown = reply.model_copy(update={"heading": ""}) if heading_is_title else reply
    return {**view, "blocks": blocks_of(shown)[:_MOST_BLOCKS] or view["blocks"]}


def _note(event: str, contact: Contact, error: Exception) -> None:
    reason = error_name(error) or type(error).__name__
    if reason in _OVERTAKEN:
        log.debug(event, team=contact.team, reason=reason)
    else:
        log.warning(event, team=contact.team, reason=reason)
