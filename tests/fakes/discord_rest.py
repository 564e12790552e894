"""The REST API (v10) on a real socket: each call is read, limited, authorized, checked, done and recorded."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes import discord_app, discord_channels, discord_messages, discord_threads, discord_webhooks
from tests.fakes.discord_asked import Asked, invalid_form, read_body
from tests.fakes.discord_calls import Call, DiscordRefusal
from tests.fakes.discord_faults import Fault
from tests.fakes.discord_limits import Taken
from tests.fakes.discord_schema import described_routes, mistakes_in
from tests.fakes.discord_world import World

Handler = Callable[[Asked], Any]

ROUTES: dict[str, Handler] = {
    "GET /users/@me": discord_app.me,
    "GET /applications/@me": discord_app.application,
    "GET /oauth2/applications/@me": discord_app.application,
    "GET /applications/{application_id}/commands": discord_app.commands,
    "PUT /applications/{application_id}/commands": discord_app.put_commands,
    "POST /applications/{application_id}/commands": discord_app.add_command,
    "GET /applications/{application_id}/guilds/{guild_id}/commands": discord_app.commands,
    "PUT /applications/{application_id}/guilds/{guild_id}/commands": discord_app.put_commands,
    "POST /applications/{application_id}/guilds/{guild_id}/commands": discord_app.add_command,
    "GET /users/@me/guilds": discord_channels.own_guilds,
    "DELETE /users/@me/guilds/{guild_id}": discord_channels.leave,
    "POST /users/@me/channels": discord_channels.open_direct,
    "GET /users/{user_id}": discord_channels.user,
    "GET /guilds/{guild_id}": discord_channels.guild,
    "GET /guilds/{guild_id}/channels": discord_channels.guild_channels,
    "GET /guilds/{guild_id}/roles": discord_channels.guild_roles,
    "GET /guilds/{guild_id}/members/{user_id}": discord_channels.member,
    "GET /channels/{channel_id}": discord_channels.get,
    "PATCH /channels/{channel_id}": discord_threads.change,
    "DELETE /channels/{channel_id}": discord_threads.remove,
    "GET /guilds/{guild_id}/threads/active": discord_threads.active,
    "GET /channels/{channel_id}/threads/archived/public": discord_threads.archived,
    "POST /channels/{channel_id}/typing": discord_channels.typing,
    "POST /channels/{channel_id}/threads": discord_channels.start_thread,
    "POST /channels/{channel_id}/messages/{message_id}/threads": discord_channels.thread_of_message,
    "PUT /channels/{channel_id}/thread-members/@me": discord_channels.join_thread,
    "POST /channels/{channel_id}/messages": discord_messages.create,
    "GET /channels/{channel_id}/messages": discord_messages.list_,
    "GET /channels/{channel_id}/messages/{message_id}": discord_messages.get,
    "PATCH /channels/{channel_id}/messages/{message_id}": discord_messages.update,
    "DELETE /channels/{channel_id}/messages/{message_id}": discord_messages.delete,
    "POST /channels/{channel_id}/messages/{message_id}/crosspost": discord_messages.crosspost,
    "POST /interactions/{interaction_id}/{interaction_token}/callback": discord_webhooks.callback,
    "POST /webhooks/{webhook_id}/{webhook_token}": discord_webhooks.create,
    "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original": discord_webhooks.get,
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": discord_webhooks.update,
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original": discord_webhooks.delete,
    "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": discord_webhooks.get,
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": discord_webhooks.update,
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": discord_webhooks.delete,
}
_MAJOR = ("channel_id", "guild_id", "webhook_token", "webhook_id")
_LARGEST = 30 * 1024 * 1024
_VIA = {"Via": "1.1 google"}
"""Answers of Discord itself have it, those of Cloudflare before it have not."""


@dataclass
class Rest:
    world: World
    gateway: Handler
    """What GET /gateway and GET /gateway/bot are answered with."""

    def application(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST)
        every = {**ROUTES, "GET /gateway": self.gateway, "GET /gateway/bot": self.gateway}
        for route, handler in every.items():
            method, path = route.split(" ")
            app.router.add_route(method, f"/api/v10{path}", self._serves(route, handler))
        app.router.add_get("/attachments/{file}/{name}", self._attachment)
        app.router.add_route("*", "/api/{rest:.*}", self._unknown)
        return app

    def _serves(self, route: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, route, handler)

        return serve

    async def _serve(self, request: web.Request, route: str, handler: Handler) -> web.StreamResponse:
        world = self.world
        fault = world.faults.next(route) or Fault()
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.cut == "before":
            return _cut(request)
        major = next((request.match_info[name] for name in _MAJOR if name in request.match_info), "")
        taken = world.limits.take(route, major, world.now())
        body: Any = None
        try:
            body, files = await read_body(world, request)
            status, answer = self._answer(request, route, handler, taken, fault, body, files)
        except DiscordRefusal as refusal:
            status, answer = refusal.status, refusal.body
        if fault.done and status < 300:
            status, answer = _failed(fault)
        if status in (401, 403, 429):
            world.limits.refuse(world.now())
        token = request.headers.get("Authorization", "")
        world.calls.append(Call(route, request.path, body, world.now(), status, answer, token))
        if fault.cut == "after":
            return _cut(request)
        return _response(status, answer, taken, fault)

    def _answer(
        self, request: web.Request, route: str, handler: Handler, taken: Taken, fault: Fault, body: Any, files: Any
    ) -> tuple[int, Any]:
        world = self.world
        if taken.hasty:
            world.violation(f"{route}: called again before Retry-After has passed")
        if taken.blocked:
            world.violation(f"{route}: called after too many answers of 401, 403 and 429")
            return 429, "error code: 1015"
        if fault.status and not fault.done:
            return _failed(fault)
        if taken.wait:
            return 429, taken.body
        if not route.partition(" ")[2].startswith(("/interactions/", "/webhooks/")):  # their path is their key
            self._check_agent(request, route)
            self._check_token(request)
        checked = world.config.checked and request.method in ("POST", "PUT", "PATCH")
        mistakes = mistakes_in(route, body) if checked else []
        if mistakes:
            for mistake in mistakes:
                world.violation(f"{route}: {mistake}")
            wrong = [one for one in mistakes if not one.endswith(": unknown")]
            if wrong:
                raise invalid_form({place: text for place, _, text in (one.partition(": ") for one in wrong)})
        answer = handler(Asked(world, route, request.match_info, request.query, body, files))
        return (204, None) if answer is None else (200, answer)

    def _check_agent(self, request: web.Request, route: str) -> None:
        if not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            self.world.violation(f"{route}: the User-Agent is not DiscordBot (URL, VERSION)")

    def _check_token(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self.world.config.token}":
            raise DiscordRefusal(401, 0, "401: Unauthorized")

    async def _unknown(self, request: web.Request) -> web.Response:
        route = f"{request.method} {request.path}"
        known = any(_fits(one, request) for one in described_routes())
        self.world.violation(f"{route}: {'the fake does not know it' if known else 'there is no such route'}")
        return web.json_response({"message": "404: Not Found", "code": 0}, status=404, headers=_VIA)

    async def _attachment(self, request: web.Request) -> web.Response:
        file = self.world.files.get(int(request.match_info["file"]))
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.content, headers={"Content-Type": file.content_type})


def _fits(route: str, request: web.Request) -> bool:
    method, _, path = route.partition(" ")
    wanted, there = path.split("/"), request.path.removeprefix("/api/v10").split("/")
    same = all(one.startswith("{") or one == other for one, other in zip(wanted, there, strict=False))
    return method == request.method and len(wanted) == len(there) and same


def _failed(fault: Fault) -> tuple[int, Any]:
    if fault.status == 429:
        return 429, {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": False}
    if fault.code:
        return fault.status, {"message": "refused by the fake", "code": fault.code}
    return fault.status, "upstream connect error"


def _response(status: int, answer: Any, taken: Taken, fault: Fault) -> web.Response:
    headers = {**_VIA, **taken.headers}
    if taken.blocked:
        return web.Response(text=str(answer), status=429, headers={"Retry-After": str(int(taken.wait))})
    if status == 429:
        wait = answer["retry_after"]
        headers |= {"Retry-After": str(max(1, round(wait + 0.5))), "X-RateLimit-Scope": "user", **taken.headers}
    if status == 204:
        return web.Response(status=204, headers=headers)
    if isinstance(answer, str):
        return web.Response(text=answer, status=status)
    return web.Response(
        body=json.dumps(answer).encode(), status=status, headers=headers, content_type="application/json"
    )


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
