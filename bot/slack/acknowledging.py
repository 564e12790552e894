"""The acknowledgement of a form that is handed in: what its modal is to do, told once, while Slack waits for it."""

import asyncio

from bot.slack.modal import loading
from bot.slack.texts import Block


class Acknowledgement:
    """Of one form, in one event loop."""

    def __init__(self) -> None:
        self._given: asyncio.Future[Block] = asyncio.get_running_loop().create_future()

    def give(self, what: Block) -> bool:
        """False where it is too late: then the modal says "One moment…" already, and is to be changed."""
        if self._given.done():
            return False
        self._given.set_result(what)
        return True

    async def within(self, seconds: float) -> Block:
        """What was given in so many seconds, or that it takes a moment."""
        await asyncio.wait({self._given}, timeout=seconds)
        self.give(update(loading("Paperboy")))
        return self._given.result()


def update(view: Block) -> Block:
    """The acknowledgement that puts another view in the place of the form."""
    return {"response_action": "update", "view": view}
