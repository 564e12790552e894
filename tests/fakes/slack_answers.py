"""What people see of an app's answer, and how long they wait for it."""

import asyncio
from dataclasses import dataclass

from tests.fakes.slack_lines import Ack
from tests.fakes.slack_state import Json, Message, ResponseUrl, Trigger, User, View
from tests.fakes.slack_world import World

PATIENCE = 10.0


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
        try:
            async with asyncio.timeout(seconds):
                while len(self.messages) <= number:  # noqa: ASYNC110 - a server of this same process changes it
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"no message came; acknowledged with {self.ack}; {self.world.violations}") from None
        return self.messages[number]

    async def view(self, seconds: float = PATIENCE) -> View:
        """The modal that opened."""
        assert self.trigger is not None
        try:
            async with asyncio.timeout(seconds):
                while self.trigger.view is None:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"no view opened; acknowledged with {self.ack}; {self.world.violations}") from None
        return self.world.views[self.trigger.view]


def words(message: Message | View) -> str:
    """All the text that is shown."""
    return "\n".join(_texts(message.blocks)) or (message.text if isinstance(message, Message) else "")


def _texts(thing: object) -> list[str]:
    if isinstance(thing, list):
        return [text for item in thing for text in _texts(item)]
    if not isinstance(thing, dict):
        return []
    own = [thing["text"]] if isinstance(thing.get("text"), str) else []
    return own + [text for name, part in thing.items() if name != "confirm" for text in _texts(part)]


def buttons(message: Message | View) -> list[tuple[str, Json]]:
    """block_id and element of each button; a block without a name has its number."""
    from tests.fakes.block_kit import elements

    return [
        (block.get("block_id", str(number)), element)
        for number, block in enumerate(message.blocks)
        for element in elements(block)
    ]


def find_button(message: Message | View, wanted: str) -> tuple[str, Json]:
    """By action_id, label, or how its value begins; the first of several."""
    for block_id, element in buttons(message):
        label = element.get("text", {}).get("text", "")
        if wanted in (element.get("action_id"), label) or str(element.get("value", "\0")).startswith(wanted):
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
