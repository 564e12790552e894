"""What a person can ask, once, for every platform.

Every method answers; none raises. What was asked wrongly, what is not there and what does not work at the moment is
a sentence that says what to do. Adapters receive, render and send, and decide nothing. The zone and the language that
a person set are put into the caller here: nothing behind this door need look them up.
"""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bot import asks
from bot.actions import Action, Verb
from bot.answer_turns import AnswerTurns
from bot.apologies import apology
from bot.as_they_read import as_they_read
from bot.asks import Ask
from bot.caller import Caller
from bot.desk import Desk
from bot.finding import Finding
from bot.forms import SUGGESTED_PAPERS, Filled, Form, FormName, Mistake, Option
from bot.helping import help_reply
from bot.keeping import keeps
from bot.personal import Personal
from bot.replies import Card, Home, Reply
from bot.wishing import Wishing
from papers.errors import BadInput
from papers.log import get_logger

T = TypeVar("T")

AT_ONCE = 12
"""Answers that are made at once, at most; until a platform has taken an answer others are made."""

log = get_logger("commands")


class Commands:
    def __init__(self, desk: Desk) -> None:
        finding, wishing = Finding(desk), Wishing(desk)
        personal = Personal(desk, finding, wishing)
        self._finding, self._wishing, self._personal = finding, wishing, personal
        self._preferences = desk.preferences
        self._turns = AnswerTurns(AT_ONCE)
        self._asked: Mapping[type[Ask], Callable[[Caller, Any], Coroutine[Any, Any, Reply]]] = {
            asks.Search: finding.search,
            asks.Trending: finding.trending,
            asks.Similar: finding.similar,
            asks.Look: finding.look,
            asks.Keep: personal.keep,
            asks.Follow: wishing.offer_follow,
            asks.Following: lambda caller, _: wishing.following(caller),
            asks.Subscribe: lambda caller, _: wishing.offer_subscribe(caller),
            asks.Settings: lambda caller, _: personal.offer_settings(caller),
            asks.Export: lambda caller, _: personal.export(caller),
            asks.ForgetMe: lambda caller, _: personal.offer_forget(caller),
            asks.Saved: lambda caller, _: personal.saved(caller),
            asks.Help: _help,
            asks.Thanks: _thanked,
        }
        self._pressed: Mapping[Verb, Callable[[Caller, Action], Coroutine[Any, Any, Reply]]] = {
            Verb.MORE: finding.more,
            Verb.SIMILAR: finding.similar_to,
            Verb.WHY: finding.why,
            Verb.SHARE: finding.share,
            Verb.TRENDING: finding.trending_again,
            Verb.SAVE: personal.save,
            Verb.UNSAVE: personal.unsave,
            Verb.SAVED: personal.saved_again,
            Verb.UP: personal.vote,
            Verb.DOWN: personal.vote,
            Verb.EXPORT: personal.export_again,
            Verb.FORGET: personal.forget,
            Verb.WIDER: wishing.tune,
            Verb.NARROWER: wishing.tune,
            Verb.UNDO: wishing.undo,
            Verb.INSTEAD: wishing.instead,
            Verb.BESIDE: wishing.beside,
            Verb.PAUSE: wishing.pause,
            Verb.RESUME: wishing.resume,
            Verb.REMOVE: wishing.remove,
            Verb.FOLLOWING: wishing.following_again,
            Verb.HELP: lambda caller, _: _help(caller, asks.Help()),
        }

    async def answer(self, caller: Caller, ask: Ask) -> Reply:
        """The answer to what was asked. Where a form is wanted, its button offers it."""
        return await self._answered(caller, lambda me: self._asked[type(ask)](me, ask), keeps(ask))

    async def press(self, caller: Caller, action: Action) -> Reply:
        """A button was pressed that opens no form (``OPENS_FORM``)."""
        work = self._pressed.get(action.verb, _opens_form)
        return await self._answered(caller, lambda me: work(me, action), keeps(action))

    async def form(self, caller: Caller, action: Action) -> Form | Reply:
        """The form that a button opens, or a sentence why there is none."""
        wanted = self._personal if action.verb is Verb.SETTINGS else self._wishing
        return await self._answered(caller, lambda me: wanted.form(me, action), keeps(action))

    async def form_for(self, caller: Caller, filled: Filled) -> Form | Reply:
        """The form of what is asked for with options, with what there is already where it names something there."""
        return await self._answered(caller, lambda me: self._wishing.form_for(me, filled), True)

    async def refresh(self, caller: Caller, filled: Filled) -> Form | Reply:
        """The form made anew after a live field was changed."""
        return await self._answered(caller, lambda me: self._wishing.refresh(me, filled))

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        """A form was filled in: done, or what must be mended."""
        wanted = self._personal if filled.name is FormName.SETTINGS else self._wishing
        return await self._answered(caller, lambda me: wanted.submit(me, filled), True)

    async def suggest(self, caller: Caller, field: str, typed: str) -> tuple[Option, ...]:
        """At most 25 options for a field of a form, or of a command, that fit what is typed so far."""
        try:
            if field == SUGGESTED_PAPERS:
                return await self._finding.suggest(typed)
            return await self._wishing.suggest(caller, field, typed)
        except Exception as error:  # noqa: BLE001 - without suggestions one can still type
            apology(error)
            return ()

    async def home(self, caller: Caller) -> Home:
        """Today's trending papers, what is followed, what is saved."""
        try:
            async with self._turns:
                return await self._personal.home(await self._as_they_read(caller))
        except Exception as error:  # noqa: BLE001 - a page with a sentence is better than the old one
            return Home(sections=(apology(error),))

    async def unfurl(self, caller: Caller, urls: Sequence[str]) -> dict[str, Card]:
        """Cards for those links that lead to papers we know, each once a day in a place."""
        try:
            async with self._turns:
                return await self._finding.unfurl(caller, urls)
        except Exception as error:  # noqa: BLE001 - a link without a card is still a link
            apology(error)
            return {}

    async def not_unfurled(self, caller: Caller, urls: Iterable[str]) -> None:
        """The platform did not take the cards of these links: the next who posts them gets them."""
        try:
            await self._finding.not_unfurled(caller, urls)
        except Exception as error:  # noqa: BLE001 - a link without a card is still a link
            apology(error)

    async def like_text(self, caller: Caller, text: str) -> Reply:
        """Papers that a message links to, or that are about what it says."""
        return await self._answered(caller, lambda me: self._finding.like_text(me, text))

    async def _answered(
        self, caller: Caller, work: Callable[[Caller], Coroutine[Any, Any, T]], keeps: bool = False
    ) -> T | Reply:
        """``keeps``: something is kept for the caller by it, or sent to them later."""
        if keeps and caller.unreachable:
            return Reply(text=caller.unreachable)
        try:
            async with self._turns:
                return await work(await self._as_they_read(caller))
        except Exception as error:  # noqa: BLE001 - everybody gets an answer
            return apology(error)

    async def _as_they_read(self, caller: Caller) -> Caller:
        return as_they_read(caller, await self._preferences.get(caller.person))


async def _opens_form(caller: Caller, action: Action) -> Reply:
    raise BadInput("this opens a form, and cannot do that here: press it again")


async def _thanked(caller: Caller, ask: asks.Thanks) -> Reply:
    return Reply(text=f"You are welcome. What else there is: {caller.command} help")


async def _help(caller: Caller, ask: asks.Help) -> Reply:
    return help_reply(caller, ask.about)
