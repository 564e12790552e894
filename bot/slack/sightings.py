"""Whether a message is in a conversation, by the delivery id in its metadata.

``conversations.history`` gives at most 15 messages a call, and one call a minute, to apps outside the Marketplace
(https://docs.slack.dev/reference/methods/conversations.history): the question is bounded in time, and a reader that
is told to wait goes on where it was.
"""

from datetime import datetime, timedelta

from bot.slack.answers import UNREADABLE, error_name, understood
from bot.slack.line import Line
from bot.slack.marks import Message, part_of
from papers.adapters import ABSENT, CANNOT_SAY, Scope, Sighting, seen
from papers.delivery_models import Delivery
from papers.errors import DeliveryError

_PAGE = 15
_MOST_PAGES = 20
_SKEW = timedelta(seconds=60)
"""How far our clock may be from Slack's."""
_ON_ITS_WAY = timedelta(seconds=60)
"""How long a message may take from its commit until it is there."""
_MOST_REMEMBERED = 1000


class Sightings:
    """Looks for messages; remembers how far back it has read for a delivery that it must ask for again."""

    def __init__(self) -> None:
        self._read_back_to: dict[str, str] = {}

    async def look(self, line: Line, delivery: Delivery) -> Sighting:
        """Raises TryLater."""
        oldest, latest = _window(delivery)
        latest = self._read_back_to.pop(delivery.id, latest)
        for _ in range(_MOST_PAGES):
            try:
                with understood(handed_over=False, limited=Scope.CHANNEL):
                    page = await line.client.conversations_history(
                        channel=line.channel,
                        oldest=oldest,
                        latest=latest,
                        limit=_PAGE,
                        include_all_metadata=True,
                        inclusive=True,
                    )
            except DeliveryError as error:
                if error_name(error.__cause__) in UNREADABLE:
                    return CANNOT_SAY
                if latest is not None:
                    self._remember(delivery.id, latest)
                raise
            messages: list[Message] = page.get("messages") or []
            for message in messages:
                if part_of(message, delivery.id, line.installation) == 0:
                    return seen(f"{line.channel}/{message['ts']}")
            if not page.get("has_more") or not messages:
                return ABSENT
            latest = min(str(message["ts"]) for message in messages)
        return CANNOT_SAY

    def _remember(self, delivery: str, read_back_to: str) -> None:
        while len(self._read_back_to) >= _MOST_REMEMBERED:
            self._read_back_to.pop(next(iter(self._read_back_to)))
        self._read_back_to[delivery] = read_back_to


def _window(delivery: Delivery) -> tuple[str, str | None]:
    """Between which times the message is, if it is there, as Slack writes times."""
    if delivery.left is None:
        # Its record was lost with Redis's last second: it left some time after it was due.
        return _ts(delivery.due - _SKEW), None
    return _ts(delivery.left - _SKEW), _ts(delivery.left + _ON_ITS_WAY + _SKEW)


def _ts(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"
