"""Delivers letters by SMTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bot.delivered import message_of
from bot.email.dialogue import connect, hand_over
from bot.email.letter import Outside, compose, message_id
from bot.email.links import Links
from bot.email.render import Foot, render
from bot.email.server import ANSWER_STEPS, sender_of, server_of, web_url_of
from bot.wishes import describe
from papers.adapters import CANNOT_SAY, Commit, Limits, Parcel, Rate, Scope, Sighting
from papers.contents import ConfirmationContent
from papers.delivery_models import Delivery, Kind
from papers.destinations import Destination, Platform
from papers.settings import Settings
from papers.vault import Vault

if TYPE_CHECKING:
    from aiosmtplib import SMTP

_MOST_SESSIONS = 20
"""At once from one process: what servers commonly allow a client."""
_IDLE = 5.0
"""Seconds that a session is kept for the next letter."""
_GOODBYE = 2.0
"""Seconds for a server to take leave in."""
_COMES_BY_ITSELF = (Kind.DIGEST, Kind.TOPICS)


class EmailAdapter:
    """Implements papers.adapters.Adapter for ``email:ADDRESS``."""

    platform = Platform.EMAIL
    settles = 0.0
    """Nobody can say whether a letter is there, now or later."""

    def __init__(self, settings: Settings, vault: Vault) -> None:
        """Raises BadInput naming the setting that is missing or wrong."""
        self._server = server_of(settings)
        self._sender = sender_of(settings)
        self._links = Links(vault, web_url_of(settings))
        self._clock = settings.clock
        rate = settings.email.per_second
        self.limits: Limits = {Scope.PLATFORM: Rate(per_second=rate, burst=max(1, int(rate)))}
        self.timeout = (ANSWER_STEPS + 1) * self._server.timeout
        self._sessions = asyncio.Semaphore(_MOST_SESSIONS)
        self._idle: list[tuple[SMTP, float]] = []

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        letter = self.letter(parcel)
        to = parcel.destination.address
        async with self._session() as session:
            await hand_over(session, self._server, self._sender.envelope, to, letter, commit)
        return message_id(parcel.delivery.id, self._sender)

    def letter(self, parcel: Parcel) -> bytes:
        """The whole message as it travels, in lines that end with CR LF."""
        delivery = parcel.delivery
        links = self._links_of(parcel)
        rendered = render(message_of(parcel.content), Foot(wishes=tuple(map(describe, parcel.subscriptions)), **links))
        outside = Outside(delivery.id, delivery.due, parcel.destination.address, links.get("unsubscribe"))
        return compose(rendered, outside, self._sender).as_bytes()

    def _links_of(self, parcel: Parcel) -> Mapping[str, str]:
        now, reference = self._clock.now(), parcel.delivery.destination
        if isinstance(parcel.content, ConfirmationContent):
            return {"confirm": self._links.confirm(reference, parcel.content.subscriptions, now=now)}
        if parcel.delivery.kind in _COMES_BY_ITSELF:
            kind = parcel.delivery.kind
            return {"unsubscribe": self._links.unsubscribe(reference, kind, parcel.subscriptions, now=now)}
        return {}

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        """SMTP has no such question."""
        return CANNOT_SAY

    async def close(self) -> None:
        from aiosmtplib import SMTPException

        while self._idle:
            session, _ = self._idle.pop()
            with suppress(SMTPException, OSError):
                await session.quit(timeout=_GOODBYE)
            session.close()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator["SMTP"]:
        async with self._sessions:
            session = await self._kept() or await connect(self._server, self._sender.domain)
            try:
                yield session
            finally:
                if session.is_connected:
                    self._idle.append((session, asyncio.get_running_loop().time()))

    async def _kept(self) -> "SMTP | None":
        """A session of a moment ago that still answers."""
        from aiosmtplib import SMTPException

        while self._idle:
            session, since = self._idle.pop()
            good = False
            try:
                if asyncio.get_running_loop().time() - since < _IDLE and session.is_connected:
                    await session.rset()
                    good = True
                    return session
            except (SMTPException, OSError):
                continue  # it was closed meanwhile: try another
            finally:
                if not good:
                    session.close()
        return None
