"""Delivers to the platform of bench.chat_platform, as the adapters of real chat platforms do."""

import time
from typing import Any

import httpx

from papers.adapters import ABSENT, Commit, Limits, Parcel, Scope, Sighting, seen
from papers.delivery_models import Delivery
from papers.destinations import Destination, Platform
from papers.errors import AnswerLost, DestinationGone, TryLater

_CONNECTIONS = 100


class ChatAdapter:
    """Implements papers.adapters.Adapter for ``slack:WORKSPACE/CHANNEL`` on a chat server at ``url``."""

    platform = Platform.SLACK

    def __init__(self, url: str, limits: Limits, *, timeout: float = 5.0, settles: float = 1.0) -> None:
        self.limits = limits
        self.timeout = timeout
        self.settles = settles
        pool = httpx.Limits(max_connections=None, max_keepalive_connections=_CONNECTIONS)
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, limits=pool, trust_env=False)

    async def send(self, parcel: Parcel, commit: Commit) -> str:
        workspace, _, channel = parcel.destination.address.partition("/")
        text = f"{parcel.content.__class__.__name__} of {parcel.delivery.period}"
        message = {"workspace": workspace, "channel": channel, "delivery_id": parcel.delivery.id, "text": text}
        await commit()
        try:
            answer = await self._http.post("/messages", json=message, headers={"X-Sent": repr(time.time())})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TryLater(f"the chat server cannot be reached: {error}") from error
        except httpx.HTTPError as error:
            raise AnswerLost(f"the chat server did not answer: {error!r}") from error
        return str(_checked(answer)["id"])

    async def find(self, delivery: Delivery, destination: Destination) -> Sighting:
        channel = destination.address.partition("/")[2]
        try:
            asked = {"channel": channel, "delivery_id": delivery.id}
            ids = _checked(await self._http.get("/messages", params=asked))["ids"]
        except httpx.HTTPError as error:
            raise TryLater(f"the chat server cannot be asked: {error!r}") from error
        return seen(ids[0]) if ids else ABSENT

    async def close(self) -> None:
        await self._http.aclose()


def _checked(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == 429:
        scope = answer.headers.get("Retry-Scope", Scope.CHANNEL)
        raise TryLater("the chat server asks to wait", seconds=float(answer.headers["Retry-After"]), scope=scope)
    if answer.status_code == 404:
        raise DestinationGone(f"the chat server says {answer.json()['error']}")
    if answer.status_code >= 500:
        raise TryLater(f"the chat server answered {answer.status_code}")
    found: dict[str, Any] = answer.json()
    return found
