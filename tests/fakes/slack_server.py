"""The Web API, response_url, uploads and the page on which an app is allowed, on a real socket."""

import asyncio
import html
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.fakes import slack_chat, slack_conversations, slack_oauth, slack_uploads, slack_views
from tests.fakes.slack_arguments import check_arguments, described, read_arguments
from tests.fakes.slack_faults import Fault
from tests.fakes.slack_limits import Pace
from tests.fakes.slack_state import Grant, Json
from tests.fakes.slack_world import Call, SlackRefusal, World

Handler = Callable[[World, Grant, Json], Json]

METHODS: dict[str, tuple[str, Handler]] = {
    # method -> scope that it needs, if any, and what does it
    "auth.test": ("", slack_conversations.auth_test),
    "auth.revoke": ("", slack_oauth.revoke),
    "apps.uninstall": ("", slack_oauth.uninstall),
    "chat.postMessage": ("chat:write", slack_chat.post_message),
    "chat.postEphemeral": ("chat:write", slack_chat.post_ephemeral),
    "chat.update": ("chat:write", slack_chat.update),
    "chat.delete": ("chat:write", slack_chat.delete),
    "chat.unfurl": ("links:write", slack_chat.unfurl),
    "conversations.open": ("im:write", slack_conversations.open_),
    "conversations.info": ("", slack_conversations.info),
    "conversations.join": ("channels:join", slack_conversations.join),
    "conversations.list": ("", slack_conversations.list_),
    "conversations.members": ("", slack_conversations.members),
    "users.conversations": ("", slack_conversations.users_conversations),
    "users.info": ("users:read", slack_conversations.user_info),
    "users.list": ("users:read", slack_conversations.users_list),
    "team.info": ("team:read", slack_conversations.team_info),
    "views.open": ("", slack_views.open_),
    "views.push": ("", slack_views.push),
    "views.update": ("", slack_views.update),
    "views.publish": ("", slack_views.publish),
    "files.getUploadURLExternal": ("files:write", slack_uploads.get_url),
    "files.completeUploadExternal": ("files:write", slack_uploads.complete),
}
_TEXT = 15 * 1024 * 1024


@dataclass
class Server:
    world: World
    oauth: slack_oauth.OAuth
    connect: Callable[[], str]
    """The address of a new websocket."""
    link: Callable[[web.Request], Awaitable[web.StreamResponse]]
    uninstalled: Callable[[Grant, bool], Awaitable[None]]
    """Called after a token was revoked, with whether the app was uninstalled."""
    wrote: Callable[[str, str], None]
    """Called with channel and ts of a message that the app wrote."""
    _paces: dict[str, Pace] = field(default_factory=dict)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=_TEXT)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/actions/{name:.+}", self._respond)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_get("/oauth/v2/allow", self._allow)
        app.router.add_get("/link/", self.link)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        arguments: Json = {}
        fault = self.world.faults.next(method) or Fault()
        try:
            arguments = await read_arguments(request)
            if fault.seconds:
                await asyncio.sleep(fault.seconds)
            if fault.cut == "before":
                return self._cut(request)
            if fault.status:
                return self._failed(fault)
            answer = (
                {"ok": False, "error": fault.error}
                if fault.error
                else await self._answer(request, method, token, arguments)
            )
        except SlackRefusal as refusal:
            answer = refusal.answer
        self.world.calls.append(Call(method, arguments, token, self.world.now(), answer))
        if fault.cut == "after":
            return self._cut(request)
        return self._answered(token, answer)

    async def _answer(self, request: web.Request, method: str, token: str, arguments: Json) -> Json:
        world = self.world
        if method == "oauth.v2.access":
            check_arguments(world, method, arguments)
            return self.oauth.access(request, arguments)
        if method == "api.test":
            return {"ok": True, "args": arguments}
        if method == "apps.connections.open":
            if token != world.config.app_token:
                raise SlackRefusal("invalid_auth" if token else "not_authed")
            return {"ok": True, "url": self.connect()}
        if method not in METHODS and method not in ("conversations.history", "conversations.replies"):
            known = method in described()
            world.violation(f"{method}: {'the fake does not know it' if known else 'there is no such method'}")
            raise SlackRefusal("unknown_method", req_method=method)
        grant = self._grant(token)
        check_arguments(world, method, arguments)
        if method == "conversations.history":
            return slack_conversations.history(world, grant, arguments, self._paces)
        if method == "conversations.replies":
            return slack_conversations.replies(world, grant, arguments, self._paces)
        self._check_method(method, grant)
        scope, handler = METHODS[method]
        if scope:
            slack_conversations.needs(grant, scope)
        if method == "chat.postMessage":
            self._check_pace(self._conversation(grant, str(arguments["channel"])))
        answer = handler(world, grant, arguments)
        if method == "chat.postMessage":
            self.wrote(answer["channel"], answer["ts"])
        if grant.revoked:
            await self.uninstalled(grant, method == "apps.uninstall")
        return answer

    def _grant(self, token: str) -> Grant:
        if not token:
            raise SlackRefusal("not_authed")
        grant = next((grant for grant in self.world.grants if token in (grant.token, grant.earlier[0])), None)
        if grant is None:
            raise SlackRefusal("invalid_auth")
        if grant.revoked:
            raise SlackRefusal("token_revoked")
        ends = grant.ends(token)
        if ends is not None and self.world.now() > ends:
            raise SlackRefusal("token_expired")
        return grant

    def _check_method(self, method: str, grant: Grant) -> None:
        most = self.world.a_minute.get(method)
        if most is None:
            return
        name = f"{method} {grant.team or grant.enterprise}"
        wait = self._paces.setdefault(name, Pace(every=60 / most, burst=most)).take(self.world.now())
        if wait:
            raise SlackRefusal("ratelimited", retry_after=wait)

    def _conversation(self, grant: Grant, channel: str) -> str:
        """A person's id stands for the conversation with them."""
        return self.world.direct(channel, grant.bot_user).id if channel in self.world.users else channel

    def _check_pace(self, channel: str) -> None:
        pace = self._paces.setdefault(f"post {channel}", Pace(every=1, burst=self.world.burst))
        if self.world.now() < pace.closed_until:
            self.world.violation(f"chat.postMessage: {channel} is written to before Retry-After has passed")
        wait = pace.take(self.world.now())
        if wait:
            raise SlackRefusal("ratelimited", retry_after=wait)

    def _answered(self, token: str, answer: Json) -> web.Response:
        grant = next((grant for grant in self.world.grants if grant.token == token), None)
        headers = {"X-OAuth-Scopes": ",".join(sorted(grant.scopes))} if grant else {}
        if answer.get("error") == "missing_scope" and "needed" in answer:  # without it a test asked for the error
            self.world.violation(f"missing scope {answer['needed']}")
        if answer.get("error") == "ratelimited" and "retry_after" in answer:
            headers["Retry-After"] = str(answer["retry_after"])
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        return web.json_response(answer, headers=headers)

    @staticmethod
    def _failed(fault: Fault) -> web.Response:
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        if fault.status == 429:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        return web.Response(text="upstream connect error", status=fault.status, headers=headers)

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _respond(self, request: web.Request) -> web.Response:
        fault = self.world.faults.next("response_url") or Fault()
        given: Any = await request.json()
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.cut == "before":
            return self._cut(request)
        if fault.status:
            return self._failed(fault)
        status, answer = slack_chat.respond(self.world, request.match_info["name"], given)
        if fault.cut:
            return self._cut(request)
        return web.Response(text="ok") if status == 200 else web.json_response(answer, status=status)

    async def _upload(self, request: web.Request) -> web.Response:
        if request.content_type.startswith("multipart/"):
            parts = [value for value in (await request.post()).values() if isinstance(value, web.FileField)]
            content = parts[0].file.read() if parts else b""
        else:
            content = await request.read()
        status, text = slack_uploads.receive(self.world, request.match_info["file"], content)
        return web.Response(text=text, status=status)

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page on which somebody allows the app; each link stands for a person who is signed in."""
        asked = request.query
        if asked.get("client_id") != self.world.config.client_id:
            return web.Response(text="invalid_client_id", status=400)
        people = [user for user in self.world.users.values() if not user.bot]
        links = "".join(
            f'<li><a href="/oauth/v2/allow?{html.escape(urlencode({**asked, "user": user.id}))}">'
            f"Allow, as {html.escape(user.name)} of {html.escape(self.world.teams[user.team].name)}</a></li>"
            for user in people
        )
        page = f"<h1>Paperboy asks for {html.escape(asked.get('scope', ''))}</h1><ul>{links}</ul>"
        return web.Response(text=page, content_type="text/html")

    async def _allow(self, request: web.Request) -> web.Response:
        asked = request.query
        answer = {"state": asked.get("state", "")}
        if asked.get("deny"):
            answer["error"] = "access_denied"
        else:
            answer["code"] = self.oauth.new_code(
                asked["user"], asked.get("redirect_uri", ""), asked.get("scope", ""), enterprise=asked.get("enterprise")
            )
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(answer)}")
