"""A person's own page: what trends today, what they follow, what they saved, and what is kept of them."""

from collections.abc import Awaitable

from bot.actions import Verb, action
from bot.apologies import apology
from bot.asks import Trending
from bot.caller import Caller
from bot.finding import Finding
from bot.forget_button import FORGET_ME
from bot.replies import Button, Home, Reply
from bot.saved_papers import SavedReplies
from bot.wishing import Wishing
from papers.models import Window

_SHOWN = 5
_FOOT = Reply(
    heading="Your settings and data",
    buttons=(
        Button(label="Settings", action=action(Verb.SETTINGS)),
        Button(label="Export my data", action=action(Verb.EXPORT)),
        FORGET_ME,
        Button(label="Help", action=action(Verb.HELP)),
    ),
)


class HomePage:
    def __init__(self, finding: Finding, wishing: Wishing, saved: SavedReplies) -> None:
        self._finding = finding
        self._wishing = wishing
        self._saved = saved

    async def of(self, caller: Caller) -> Home:
        """Each section by itself: one that cannot be made says so, the others are shown."""
        here = caller.model_copy(update={"place": None})
        sections = [
            await _section("Trending today", self._trending(here)),
            await _section("What you follow", self._followed(here)),
            await _section("Saved papers", self._kept(here)),
        ]
        return Home(sections=(*sections, _FOOT))

    async def _trending(self, caller: Caller) -> Reply:
        found = await self._finding.trending(caller, Trending(window=Window.DAY))
        if not found.cards:
            found = await self._finding.trending(caller, Trending(window=Window.WEEK))
        more = Button(label="This week", action=action(Verb.TRENDING, Window.WEEK), hint="What is trending this week")
        cards = found.cards[:_SHOWN]
        return found.model_copy(update={"cards": cards, "buttons": (more,) if cards else ()})

    async def _followed(self, caller: Caller) -> Reply:
        found = await self._wishing.following(caller)
        if not found.cards:
            return found
        more = Button(label="Show all", action=action(Verb.FOLLOWING), hint="Show all that you follow")
        follow = Button(label="Follow a topic", action=action(Verb.FOLLOW))
        whole = len(found.cards) <= _SHOWN and not found.buttons
        return found.model_copy(
            update={"cards": found.cards[:_SHOWN], "text": "", "buttons": (follow,) if whole else (follow, more)}
        )

    async def _kept(self, caller: Caller) -> Reply:
        return await self._saved.some(caller, _SHOWN)


async def _section(heading: str, made: Awaitable[Reply]) -> Reply:
    try:
        section = await made
    except Exception as error:  # noqa: BLE001 - the other sections are shown all the same
        section = apology(error)
    return section if section.heading else section.model_copy(update={"heading": heading})
