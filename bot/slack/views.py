"""Opens and changes views: modals, and the Home tab. A modal must be opened within three seconds of a press."""

import asyncio
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
_CHANGED = "hash_conflict"
_OVERTAKEN = frozenset({_CHANGED, "not_found", "view_not_found"})
"""The view was changed or closed meanwhile: nothing is wrong."""
_ACKNOWLEDGED_AFTER = (0.25, 0.5, 1.0, 1.5)
"""Seconds from one look to the next, whether Slack has taken an acknowledgement: it does within three, or never."""

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

    async def update(self, contact: Contact, view_id: str, view: dict[str, Any]) -> bool:
        """Put another in its place. Returns whether."""
        return await self.put(contact, view_id, view) is not None

    async def put(self, contact: Contact, view_id: str, view: dict[str, Any], *, seen: str = "") -> str | None:
        """The same; ``seen``, a view's hash: only if it is still as it was then. Returns its new hash, or None."""
        try:
            return await self._put(contact, view_id, view, seen)
        except Exception as error:  # noqa: BLE001 - the caller has another way
            _note("a form was not changed", contact, error)
            return None

    async def update_acknowledged(self, contact: Contact, view_id: str, view: dict[str, Any], *, seen: str) -> bool:
        """Put another in place of what an acknowledgement put there, which left before, but may arrive after.

        ``seen``: the hash of what was acknowledged. While it is as it was, the acknowledgement is still to come.
        """
        try:
            for pause in _ACKNOWLEDGED_AFTER:
                await asyncio.sleep(pause)
                seen = await self._put(contact, view_id, view, seen)
        except Exception as error:  # noqa: BLE001 - the caller has another way
            if error_name(error) != _CHANGED:
                _note("a form was not changed", contact, error)
                return False
            return await self.update(contact, view_id, view)
        return True

    async def _put(self, contact: Contact, view_id: str, view: dict[str, Any], seen: str) -> str:
        guard = {"hash": seen} if seen else {}
        client = self._web.client(contact.token, patient=True)
        answer = await client.views_update(view_id=view_id, view=with_place(view, contact), **guard)
        shown: Any = answer.get("view")
        return str(shown.get("hash") or "") if isinstance(shown, dict) else ""

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
