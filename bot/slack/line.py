"""A way to a channel: with whose token, and into which conversation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.installation import Installation

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


@dataclass(frozen=True)
class Line:
    client: "AsyncWebClient"
    installation: Installation
    channel: str
