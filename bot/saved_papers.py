"""The papers a person keeps, as replies."""

from bot.actions import Action, Verb, action
from bot.caller import Caller
from bot.desk import Desk
from bot.paging import offset_of, page_buttons, page_line
from bot.paper_cards import HINTED, quoted_title, saved_card
from bot.replies import Button, Card, Reply
from papers.errors import BadInput

PAGE = 10
_HEADING = "Saved papers"


class SavedReplies:
    """Raises NotFound and BadInput with a sentence, and redis-py's errors."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def save(self, caller: Caller, pressed: Action) -> Reply:
        paper = await self._desk.store.find(_about(pressed))
        new = await self._desk.saved.save(caller.person, paper.id, self._desk.clock.now())
        said = "Saved" if new else "Saved already"
        show = Button(label="Show all", action=action(Verb.SAVED), hint="Show all the papers you saved")
        remove = Button(
            label="Remove",
            action=action(Verb.UNSAVE, paper.id),
            hint=f"Remove {quoted_title(paper, HINTED)} from what you saved",
        )
        return Reply(text=f"{said}: {quoted_title(paper)}.", buttons=(show, remove))

    async def unsave(self, caller: Caller, pressed: Action) -> Reply:
        """Also of a paper that is no longer in the store."""
        about = _about(pressed)
        paper = await self._desk.store.get(about)
        removed = await self._desk.saved.remove(caller.person, about)
        name = quoted_title(paper) if paper else "the paper"
        if not removed:
            return Reply(text=f"You had not saved {name}.")
        again = (Button(label="Save it again", action=action(Verb.SAVE, about)),) if paper else ()
        said = f"Removed {name} from what you saved."
        if not pressed.about[1:]:
            return Reply(text=said, buttons=again)
        listed = await self.listed(caller, offset_of(pressed, 1))
        text = "\n\n".join(filter(None, (said, listed.text)))
        return listed.model_copy(update={"text": text, "buttons": (*listed.buttons, *again), "replaces": True})

    async def listed(self, caller: Caller, offset: int) -> Reply:
        """A page of them, the last saved first."""
        count = await self._desk.saved.count(caller.person)
        start = offset if offset < count else 0
        cards = tuple(_in_list(card, start) for card in await self._cards(caller, start, PAGE))
        if not cards:
            return _nothing()
        buttons = page_buttons(Verb.SAVED, start, count, PAGE)
        return Reply(heading=_HEADING, text=page_line(start, len(cards), count), cards=cards, buttons=buttons)

    async def some(self, caller: Caller, most: int) -> Reply:
        """The last ones, with a button for all if there are more."""
        count = await self._desk.saved.count(caller.person)
        cards = await self._cards(caller, 0, most)
        if not cards:
            return _nothing()
        more = Button(label=f"Show all {count:,}", action=action(Verb.SAVED), hint="Show all the papers you saved")
        return Reply(heading=_HEADING, cards=cards, buttons=(more,) if count > len(cards) else ())

    async def _cards(self, caller: Caller, start: int, most: int) -> tuple[Card, ...]:
        rows = await self._desk.saved.listed(caller.person, limit=most, offset=start)
        papers = await self._desk.store.get_many(paper_id for paper_id, _ in rows)
        language = caller.language or "en"
        return tuple(
            saved_card(papers[paper_id], when, language=language) if paper_id in papers else _gone(paper_id)
            for paper_id, when in rows
        )


def _about(pressed: Action) -> str:
    """Raises BadInput for a button that says nothing."""
    about = next(iter(pressed.about), "")
    if not about.strip():
        raise BadInput("this button names no paper: ask again")
    return about.encode("utf-8", "replace").decode()


def _in_list(card: Card, start: int) -> Card:
    """Its Remove takes it from the list that it stands in, whose page begins there."""
    buttons = tuple(
        button.model_copy(update={"action": action(Verb.UNSAVE, *button.action.about, str(start))})
        if button.action.verb is Verb.UNSAVE
        else button
        for button in card.buttons
    )
    return card.model_copy(update={"buttons": buttons})


def _gone(paper_id: str) -> Card:
    remove = Button(label="Remove", action=action(Verb.UNSAVE, paper_id))
    return Card(title=f"{paper_id} is not stored any more", buttons=(remove,))


def _nothing() -> Reply:
    return Reply(heading=_HEADING, text="None yet. Press Save under a paper to find it here.")
