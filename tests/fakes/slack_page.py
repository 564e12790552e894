"""A page on which a person can use an app in the fake Slack: channels, a line to type, buttons to press, forms."""

import asyncio
import html
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.slack_page_html import HEAD, button, message_html, view_html, wrong
from tests.fakes.slack_state import Json, Message, User, View

if TYPE_CHECKING:
    from tests.fakes.slack import Slack


def add_page(app: web.Application, slack: "Slack", log: Path | None) -> None:
    page = Page(slack)
    app.router.add_get("/", page.show)
    app.router.add_post("/do/{what}", page.do)
    app.router.add_get("/state", page.state)
    if log is not None:

        async def logging(_: web.Application) -> AsyncIterator[None]:
            task = asyncio.create_task(_write(slack, log))
            yield
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        app.cleanup_ctx.append(logging)


async def _write(slack: "Slack", log: Path) -> None:
    """Each call and violation as a line of JSON."""
    calls = violations = 0
    with log.open("a", encoding="utf-8", buffering=1) as lines:
        while True:
            for call in slack.calls[calls:]:
                entry: Json = {"method": call.method, "arguments": call.arguments, "answer": call.answer, "at": call.at}
                lines.write(f"{json.dumps(entry, ensure_ascii=False)}\n")
            for violation in slack.violations[violations:]:
                lines.write(f"{json.dumps({'violation': violation}, ensure_ascii=False)}\n")
            calls, violations = len(slack.calls), len(slack.violations)
            await asyncio.sleep(0.1)


class Page:
    def __init__(self, slack: "Slack") -> None:
        self.slack = slack
        self.trouble = ""

    @property
    def me(self) -> User | None:
        return next((user for user in self.slack.users.values() if not user.bot), None)

    async def state(self, request: web.Request) -> web.Response:
        """Everything, for a program."""
        slack = self.slack
        return web.json_response(
            {
                "messages": [
                    {**m.json(metadata=True), "channel": m.channel, "seen_by": m.seen_by} for m in slack.messages
                ],
                "views": [{"id": v.id, "user": v.user, "view": v.body, "values": v.values} for v in self._open()],
                "homes": {user: home.body for user, home in slack.homes.items()},
                "violations": slack.violations,
                "calls": [call.method for call in slack.calls],
            }
        )

    async def show(self, request: web.Request) -> web.Response:
        slack, me = self.slack, self.me
        if me is None:
            return web.Response(text=f"{HEAD}<p>Nobody is here.</p>", content_type="text/html")
        top = f"{button('/do/home', 'Open the home tab')}{button('/do/uninstall', 'Uninstall')}"
        parts = [HEAD, f"<h1>Fake Slack</h1><p>You are {html.escape(me.name)}. {top} <a href='/'>Look again</a></p>"]
        parts.append(wrong([self.trouble, *slack.violations[-5:]]))
        parts += [view_html(view) for view in [*self._open(), *slack.homes.values()]]
        for channel in slack.channels.values():
            parts.append(f"<h2>{'Direct messages' if channel.dm else '#' + html.escape(channel.name)}</h2>")
            parts += [message_html(message) for message in slack.in_channel(channel, seen_by=me)]
            parts.append(
                f'<form method="post" action="/do/say"><input type="hidden" name="channel" value="{channel.id}">'
                '<input name="text" placeholder="/papers help, @paperboy …, or a link"></form>'
            )
        return web.Response(text="".join(parts), content_type="text/html")

    def _open(self) -> list[View]:
        return [view for view in self.slack.views.values() if not view.closed and view.body["type"] == "modal"]

    async def do(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        try:
            await self._do(request.match_info["what"], given)
            self.trouble = ""
            await asyncio.sleep(0.5)
        except (AssertionError, KeyError, TimeoutError) as error:
            self.trouble = str(error) or type(error).__name__
        raise web.HTTPSeeOther("/")

    async def _do(self, what: str, given: dict[str, str]) -> None:
        slack, me = self.slack, self.me
        assert me is not None
        match what:
            case "say":
                await self._say(me, given["channel"], given["text"].strip())
            case "press":
                await slack.press(self._find(given["thing"]), given["button"], me)
            case "submit":
                await self._submit(slack.views[given["thing"]], given)
            case "close":
                slack.views[given["thing"]].closed = True
            case "home":
                await slack.open_home(me)
            case "uninstall":
                await slack.uninstall(slack.teams[me.team])

    async def _submit(self, view: View, given: dict[str, str]) -> None:
        fields = {name.removeprefix("field:"): value for name, value in given.items() if name.startswith("field:")}
        several = {
            block["block_id"]
            for block in view.blocks
            if block["type"] == "input" and block["element"]["type"].startswith(("multi_", "checkboxes"))
        }
        await self.slack.submit(
            view,
            {
                n: [v.strip() for v in value.split(";")] if n in several else value
                for n, value in fields.items()
                if value
            },
        )

    async def _say(self, me: User, channel_id: str, text: str) -> None:
        slack = self.slack
        channel = slack.channels[channel_id]
        if text.startswith("/"):
            name, _, said = text.partition(" ")
            await slack.command(me, channel, name, said)
        elif channel.dm:
            await slack.direct_message(me, text)
        elif text.startswith("@paperboy"):
            await slack.mention(me, channel, text.removeprefix("@paperboy").strip())
        elif text.startswith("http"):
            await slack.share_link(me, channel, *text.split())
        else:
            slack.say(me, channel, text)

    def _find(self, name: str) -> Message | View:
        if name in self.slack.views:
            return self.slack.views[name]
        channel, _, ts = name.partition("/")
        message = self.slack.message(channel, ts)
        if message is None:
            raise KeyError(name)
        return message
