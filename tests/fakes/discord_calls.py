"""A call of the REST API as it was made, and the error with which one is refused."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.discord_state import Json


class DiscordRefusal(Exception):
    """A call is answered with an error."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: Json = {"message": message, "code": code, **more}


@dataclass(frozen=True)
class Call:
    """A call of the REST API. ``route``: ``POST /channels/{channel_id}/messages``."""

    route: str
    path: str
    body: Any
    at: float
    status: int
    answer: Any
    token: str = ""
