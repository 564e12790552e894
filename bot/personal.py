"""What is a person's own: saved papers, thumbs, settings, the page, and all that is kept of them."""

import json

from bot.actions import Action, Verb, action
from bot.as_they_read import as_they_read
from bot.asks import Keep
from bot.caller import Caller
from bot.desk import Desk
from bot.finding import Finding
from bot.forget_button import FORGET_ME
from bot.forms import Filled, Form, Mistake
from bot.home_page import HomePage
from bot.named_papers import NamedPapers
from bot.paging import offset_of
from bot.replies import Button, File, Home, Reply
from bot.saved_papers import SavedReplies
from bot.settings_form import language_name, read_settings, settings_form
from bot.wish_book import WishBook
from bot.wishing import Wishing
from papers.errors import NotFound
from papers.votes import Tally

_FILE = "papers-data.json"
_NOTHING_KEPT = "Nothing is kept of you: you follow nothing, and saved nothing."
_THUMBS = ((Verb.UP, "👍"), (Verb.DOWN, "👎"))


class Personal:
    """Raises BadInput and NotFound with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk, finding: Finding, wishing: Wishing) -> None:
        self._desk = desk
        self._saved = SavedReplies(desk)
        self._named = NamedPapers(desk.store, desk.search)
        self._book = WishBook(desk)
        self._home = HomePage(finding, wishing, self._saved)

    # papers

    async def save(self, caller: Caller, action: Action) -> Reply:
        return await self._saved.save(caller, action)

    async def keep(self, caller: Caller, ask: Keep) -> Reply:
        """Save a paper that is named in words."""
        paper = await self._named.meant(caller, ask.paper)
        return await self._saved.save(caller, action(Verb.SAVE, paper.id))

    async def unsave(self, caller: Caller, action: Action) -> Reply:
        return await self._saved.unsave(caller, action)

    async def saved(self, caller: Caller) -> Reply:
        return await self._saved.listed(caller, 0)

    async def saved_again(self, caller: Caller, action: Action) -> Reply:
        listed = await self._saved.listed(caller, offset_of(action))
        return listed.model_copy(update={"replaces": True})

    async def vote(self, caller: Caller, action: Action) -> Reply:
        """A thumb on a paper; says nothing but how all voted, on the buttons themselves. Raises NotFound."""
        paper = await self._desk.store.get(next(iter(action.about), "").encode("utf-8", "replace").decode())
        if paper is None:
            raise NotFound("this paper is not stored any more: nothing was counted")
        place, now = caller.place or caller.person, self._desk.clock.now()
        _, tally = await self._desk.votes.vote(place, paper.id, caller.person, up=action.verb is Verb.UP, now=now)
        return Reply(renamed=_labels(action, tally), renamed_at=tally.counted)

    # settings

    async def offer_settings(self, caller: Caller) -> Reply:
        schedule = await self._book.usual_schedule(caller)
        return Reply(
            heading="Your settings",
            text=f"Time zone {schedule.zone.replace('_', ' ')}, messages at {schedule.at:%H:%M}, "
            f"dates in {language_name(caller.language or 'en')}.",
            buttons=(Button(label="Change", action=action(Verb.SETTINGS), hint="Change your settings"),),
        )

    async def form(self, caller: Caller, action: Action) -> Form:
        schedule, language = await self._book.usual_schedule(caller), caller.language or "en"
        return settings_form(at=schedule.at, zone=schedule.zone, language=language, now=self._desk.clock.now())

    async def submit(self, caller: Caller, filled: Filled) -> Reply | Mistake:
        read = read_settings(filled)
        if isinstance(read, Mistake):
            return read
        await self._desk.preferences.keep(caller.person, read)
        return await self.offer_settings(as_they_read(caller, read))

    # what is kept

    async def export(self, caller: Caller) -> Reply:
        try:
            kept = await self._desk.personal_data.export(caller.person)
        except NotFound:
            return Reply(text=_NOTHING_KEPT)
        text = json.dumps(kept, ensure_ascii=False, indent=2, default=str)
        return Reply(
            text=f"All that is kept of you is in the file {_FILE}, for you alone.", file=File(name=_FILE, text=text)
        )

    async def export_again(self, caller: Caller, action: Action) -> Reply:
        return await self.export(caller)

    async def offer_forget(self, caller: Caller) -> Reply:
        if not await self._desk.personal_data.anything(caller.person):
            return Reply(text=_NOTHING_KEPT)
        wishes, saved = await self._book.own(caller), await self._desk.saved.count(caller.person)
        counts = (_count(len(wishes), "subscription") if wishes else "", _count(saved, "saved paper") if saved else "")
        goes = "".join(f"{count}, " for count in counts if count)
        return Reply(
            heading="Forget me",
            text=f"This erases {goes}your settings, your thumbs, and what is remembered of messages to you. "
            "What is subscribed for channels stays there, without you.\n\n"
            "It cannot be taken back. Export your data first if you may want it.",
            buttons=(
                FORGET_ME,
                Button(label="Export first", action=action(Verb.EXPORT), hint="Export your data"),
            ),
        )

    async def forget(self, caller: Caller, action: Action) -> Reply:
        count = await self._desk.personal_data.forget(caller.person)
        ended = f" {_count(count, 'subscription')} ended." if count else ""
        return Reply(text=f"Done: nothing is kept of you any more.{ended}", replaces=True)

    async def home(self, caller: Caller) -> Home:
        return await self._home.of(caller)


def _labels(pressed: Action, tally: Tally) -> dict[str, str]:
    counts = {Verb.UP: tally.up, Verb.DOWN: tally.down}
    return {
        pressed.model_copy(update={"verb": verb}).encode(): f"{thumb} {counts[verb]}" if counts[verb] else thumb
        for verb, thumb in _THUMBS
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
