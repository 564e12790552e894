"""What people see of an app's answer, and how long they wait for it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.block_kit import elements
from tests.fakes.slack_lines import Ack
from tests.fakes.slack_state import Json, Message, ResponseUrl, Trigger, User, View
from tests.fakes.slack_world import World

PATIENCE = 30.0


@dataclass
class Answer:
    world: World
    user: User
    ack: Ack
    since: int
    """Messages that were there before."""
    url: ResponseUrl | None = None
    trigger: Trigger | None = None

    @property
    def messages(self) -> list[Message]:
        """New ones of the app that the person sees anywhere, then those that were replaced."""
        new = [m for m in self.world.messages[self.since :] if m.bot_id and m.seen_by in (None, self.user.id)]
        changed = [m for m in (self.url.messages if self.url else []) if m not in new]
        return new + changed

    async def message(self, number: int = 0, seconds: float = PATIENCE) -> Message:
        """Waits for it."""
        await until(lambda: len(self.messages) > number, self._trouble, seconds)
        return self.messages[number]

    async def view(self, seconds: float = PATIENCE) -> View:
        """The modal that opened."""
        trigger = self.trigger
        assert trigger is not None
        await until(lambda: trigger.view, self._trouble, seconds)
        return self.world.views[str(trigger.view)]

    def _trouble(self) -> str:
        return f"acknowledged with {self.ack}; {self.world.violations}"

    async def form(self, *fields: str, seconds: float = PATIENCE) -> View:
        """The modal that opened, once it has these fields (by action_id)."""
        view = await self.view(seconds)
        await until(
            lambda: set(fields) <= {element["action_id"] for block in view.blocks for element in elements(block)},
            lambda: words(view),
            seconds,
        )
        return view

    async def told(self, text: str, seconds: float = PATIENCE) -> View:
        """The modal that opened, once it says this."""
        view = await self.view(seconds)
        await until(lambda: text in words(view), lambda: words(view), seconds)
        return view


async def until(true: Callable[[], object], seen: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits; fails with what is seen instead."""
    try:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - a server of this same process changes it
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"it did not become true in {seconds} s: {seen()}") from None


def words(message: Message | View) -> str:
    """All the text that is shown."""
    return "\n".join(_texts(message.blocks)) or (message.text if isinstance(message, Message) else "")


def _texts(thing: object) -> list[str]:
    if isinstance(thing, list):
        return [text for item in thing for text in _texts(item)]
    if not isinstance(thing, dict):
        return []
    if thing.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        return ["".join(str(part.get("text") or part.get("url") or "") for part in thing["elements"])]
    own = [thing["text"]] if isinstance(thing.get("text"), str) else []
    return own + [text for name, part in thing.items() if name != "confirm" for text in _texts(part)]


def buttons(message: Message | View) -> list[tuple[str, Json]]:
    """block_id and element of each button; a block without a name has its number."""
    return [
        (block.get("block_id", str(number)), element)
        for number, block in enumerate(message.blocks)
        for element in elements(block)
    ]


def find_button(message: Message | View, wanted: str) -> tuple[str, Json]:
    """By label, or how its action_id or value begins; the first of several."""
    for block_id, element in buttons(message):
        label = element.get("text", {}).get("text", "")
        names = (str(element.get(name, "\0")) for name in ("action_id", "value"))
        if wanted == label or any(name.startswith(wanted) for name in names):
            return block_id, element
        for option in element.get("options", []) if element["type"] == "overflow" else []:
            if wanted == option["text"]["text"] or option["value"].startswith(wanted):
                return block_id, {**element, "selected_option": option}
    there = [element.get("text", {}).get("text", element["type"]) for _, element in buttons(message)]
    raise AssertionError(f"there is no button {wanted!r} among {there}")


def find_field(view: View, name: str) -> tuple[Json, Json]:
    """Block and element of a form's field, by block_id, action_id or label."""
    for block in view.blocks:
        element = block.get("element") or block.get("accessory")
        if element and name in (block["block_id"], element["action_id"], block.get("label", {}).get("text")):
            return block, element
    raise AssertionError(f"there is no field {name!r} among {[block['block_id'] for block in view.blocks]}")
