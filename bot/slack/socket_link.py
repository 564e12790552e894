"""What happens on the websockets of Socket Mode: messages in, acknowledgements out, one connection after another.

Slack announces that it will close a connection; the next is opened before, and the old one is read to its end.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.slack.payloads import json_object
from bot.slack.receiving import Receiver
from papers.errors import BadInput
from papers.log import get_logger

if TYPE_CHECKING:
    from aiohttp import ClientWebSocketResponse, WSMessage
    from slack_bolt import BoltResponse

_MOST_AT_ONCE = 500
"""Messages that are being acknowledged; beyond, none is read until one is."""
_ENDING_SECONDS = 15.0
"""How long an old connection is read after Slack announced its end."""
_CLOSING_SECONDS = 2.0
_SEND_SECONDS = 3.0
REPLACED = frozenset({"warning", "refresh_requested"})
"""Reasons for which Slack closes a connection to have it replaced."""
_TAKEN = {"events_api", "slash_commands", "interactive"}

log = get_logger("slack")


class SocketLink:
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._newest: ClientWebSocketResponse | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()

    async def serve(
        self, socket: "ClientWebSocketResponse", stop: asyncio.Event, on_hello: Callable[[], None]
    ) -> str | None:
        """Read until the connection ends or ``stop`` is set, or until Slack announces its end: returns why, then.

        One that is to be replaced is read on behind.
        """
        self._newest = socket
        announced = await self._read(socket, stop, on_hello)
        if announced in REPLACED:
            ending = asyncio.create_task(self._read_to_its_end(socket, stop))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
        elif not stop.is_set():
            await _closed(socket)
        return announced

    async def close(self) -> None:
        """Acknowledge what has been read, then close."""
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=_CLOSING_SECONDS)
        for task in (*self._answering, *self._ending):
            task.cancel()
        await asyncio.gather(*self._answering, *self._ending, return_exceptions=True)
        if self._newest is not None:
            await _closed(self._newest)

    async def _read_to_its_end(self, socket: "ClientWebSocketResponse", stop: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(_ENDING_SECONDS):
                while await self._read(socket, stop, lambda: None):
                    pass
        except TimeoutError:
            pass
        finally:
            await _closed(socket)

    async def _read(
        self, socket: "ClientWebSocketResponse", stop: asyncio.Event, on_hello: Callable[[], None]
    ) -> str | None:
        from aiohttp import WSMsgType

        stopped = asyncio.create_task(stop.wait())
        try:
            while True:
                told = await _next(socket, stopped)
                if told is None or told.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    return None
                try:
                    text = told.data if isinstance(told.data, str) else told.data.decode()
                    message = json_object(text)
                except (BadInput, ValueError):
                    log.warning("a message of Slack could not be read")
                    continue
                if message.get("type") == "hello":
                    on_hello()
                elif message.get("type") == "disconnect":
                    reason = str(message.get("reason") or "unknown")[:40]
                    log.info("Slack will close this connection", reason=reason)
                    return reason
                else:
                    await self._take(socket, message)
        finally:
            stopped.cancel()

    async def _take(self, socket: "ClientWebSocketResponse", message: dict[str, Any]) -> None:
        envelope, payload = message.get("envelope_id"), message.get("payload")
        if message.get("type") not in _TAKEN or not isinstance(envelope, str) or not isinstance(payload, dict):
            return
        if len(self._answering) >= _MOST_AT_ONCE:
            await asyncio.wait(set(self._answering), return_when=asyncio.FIRST_COMPLETED)
        wants_payload = message.get("accepts_response_payload") is True
        task = asyncio.create_task(self._answer(socket, envelope, payload, wants_payload=wants_payload))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(
        self, socket: "ClientWebSocketResponse", envelope: str, payload: dict[str, Any], *, wants_payload: bool
    ) -> None:
        answer = await self._receiver.receive(payload)
        if answer.status >= 500:
            return  # without an acknowledgement it comes again
        said = _payload_of(answer) if wants_payload else None
        text = json.dumps({"envelope_id": envelope, **({"payload": said} if said else {})})
        # An acknowledgement may come over another connection than what it acknowledges.
        for way in (socket, self._newest):
            if way is None or way.closed:
                continue
            with suppress(OSError, RuntimeError):  # it closed meanwhile
                async with asyncio.timeout(_SEND_SECONDS):
                    await way.send_str(text)
                return
        log.warning("an acknowledgement could not be sent: Slack will tell us again")


async def _next(socket: "ClientWebSocketResponse", stopped: "asyncio.Task[bool]") -> "WSMessage | None":
    """What comes next; None once told to stop. The end of a connection is a message too."""
    receiving = asyncio.ensure_future(socket.receive())
    try:
        await asyncio.wait({receiving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return receiving.result() if receiving.done() and not stopped.done() else None
    finally:
        if not receiving.done():
            receiving.cancel()


def _payload_of(answer: "BoltResponse") -> dict[str, Any] | None:
    """What an acknowledgement says besides: options, what a modal is to do, or a sentence."""
    if not answer.body:
        return None
    if answer.headers.get("content-type", [""])[0].startswith("application/json"):
        found = json.loads(answer.body)
        return found if isinstance(found, dict) else None
    return {"text": answer.body}


async def _closed(socket: "ClientWebSocketResponse") -> None:
    with suppress(OSError, RuntimeError):
        async with asyncio.timeout(_CLOSING_SECONDS):
            await socket.close()
