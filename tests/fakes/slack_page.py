"""A page on which a person can use an app in the fake Slack: channels, a line to type, buttons to press."""

import asyncio
import html
import json
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.slack_answers import buttons
from tests.fakes.slack_state import Json, Message, View

if TYPE_CHECKING:
    from tests.fakes.slack import Slack

_HEAD = """<!doctype html><meta charset="utf-8"><title>Fake Slack</title><style>
body{font:15px sans-serif;max-width:60em;margin:2em auto;padding:0 1em}article{border:1px solid #ccc;border-radius:8px;
padding:.5em 1em;margin:.5em 0;white-space:pre-wrap}.private{background:#f6f6f6}form{display:inline}
input[name=text]{width:40em}h2{margin-top:2em}.wrong{color:#a00}</style>"""


def add_page(app: web.Application, slack: "Slack", log: Path | None) -> None:
    page = Page(slack)
    app.router.add_get("/", page.show)
    app.router.add_post("/do/{what}", page.do)
    app.router.add_get("/state", page.state)
    if log is not None:
        app.cleanup_ctx.append(lambda _: _logging(slack, log))


async def _logging(slack: "Slack", log: Path):  # type: ignore[no-untyped-def]
    task = asyncio.create_task(_write(slack, log))
    yield
    task.cancel()


async def _write(slack: "Slack", log: Path) -> None:
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
        slack, parts = self.slack, [_HEAD, "<h1>Fake Slack</h1>"]
        user = next((user for user in slack.users.values() if not user.bot), None)
        if user is None:
            return web.Response(text=f"{_HEAD}<p>Nobody is here.</p>", content_type="text/html")
        if self.trouble:
            parts.append(f'<p class="wrong">{html.escape(self.trouble)}</p>')
        parts += [f'<p class="wrong">{html.escape(text)}</p>' for text in slack.violations[-5:]]
        parts.append(
            f"<p>You are {html.escape(user.name)}. {_button('/do/home', 'Open the home tab')} "
            f"{_button('/do/uninstall', 'Uninstall')} <a href='/'>Look again</a></p>"
        )
        for view in [*self._open(), *slack.homes.values()]:
            parts.append(f"<h2>{view.body['type']} {html.escape(str(view.body.get('title', {}).get('text', '')))}</h2>")
            parts.append(self._thing(view))
        for channel in slack.channels.values():
            parts.append(f"<h2>{'direct messages' if channel.dm else '#' + html.escape(channel.name)}</h2>")
            parts += [self._thing(message) for message in slack.in_channel(channel, seen_by=user)]
            parts.append(
                f'<form method="post" action="/do/say"><input type="hidden" name="channel" value="{channel.id}">'
                '<input name="text" placeholder="/papers help, @paperboy …, or a link" autofocus></form>'
            )
        return web.Response(text="".join(parts), content_type="text/html")

    def _open(self) -> list[View]:
        return [v for v in self.slack.views.values() if not v.closed and v.body["type"] == "modal"]

    def _thing(self, thing: Message | View) -> str:
        name = thing.id if isinstance(thing, View) else f"{thing.channel}/{thing.ts}"
        text = "\n".join(_shown(block) for block in thing.blocks) or (thing.text if isinstance(thing, Message) else "")
        presses = "".join(
            _button("/do/press", element["text"]["text"], thing=name, button=str(element.get("action_id", "")))
            for _, element in buttons(thing)
            if element["type"] == "button"
        )
        fields = ""
        if isinstance(thing, View) and thing.body["type"] == "modal":
            rows = "".join(
                f'<p>{html.escape(block["label"]["text"])} <input name="field:{html.escape(block["block_id"])}"></p>'
                for block in thing.blocks
                if block["type"] == "input"
            )
            errors = "".join(f'<p class="wrong">{html.escape(text)}</p>' for text in thing.errors.values())
            hidden = f'<input type="hidden" name="thing" value="{thing.id}">'
            fields = f'<form method="post" action="/do/submit">{hidden}{rows}{errors}<button>Submit</button></form>'
        private = isinstance(thing, Message) and thing.seen_by
        return f'<article class="{"private" if private else ""}">{html.escape(text)}\n{presses}{fields}</article>'

    async def do(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        try:
            await self._do(request.match_info["what"], given)
            self.trouble = ""
            await asyncio.sleep(0.5)
        except (AssertionError, KeyError, TimeoutError) as error:
            self.trouble = str(error) or type(error).__name__
        raise web.HTTPFound("/")

    async def _do(self, what: str, given: dict[str, str]) -> None:
        slack = self.slack
        user = next(user for user in slack.users.values() if not user.bot)
        match what:
            case "say":
                await self._say(given["channel"], given["text"].strip())
            case "press":
                await slack.press(self._find(given["thing"]), given["button"], user)
            case "submit":
                view = slack.views[given["thing"]]
                fields = {n.removeprefix("field:"): v for n, v in given.items() if n.startswith("field:") and v}
                await slack.submit(view, {n: v.split(",") if "," in v else v for n, v in fields.items()})
            case "home":
                await slack.open_home(user)
            case "uninstall":
                await slack.uninstall(slack.teams[user.team])

    async def _say(self, channel_id: str, text: str) -> None:
        slack = self.slack
        user = next(user for user in slack.users.values() if not user.bot)
        channel = slack.channels[channel_id]
        if text.startswith("/"):
            name, _, words = text.partition(" ")
            await slack.command(user, channel, name, words)
        elif channel.dm:
            await slack.direct_message(user, text)
        elif text.startswith("@paperboy"):
            await slack.mention(user, channel, text.removeprefix("@paperboy").strip())
        elif text.startswith("http"):
            await slack.share_link(user, channel, *text.split())
        else:
            slack.say(user, channel, text)

    def _find(self, name: str) -> Message | View:
        if name in self.slack.views:
            return self.slack.views[name]
        channel, _, ts = name.partition("/")
        message = self.slack.message(channel, ts)
        if message is None:
            raise KeyError(name)
        return message


def _button(action: str, label: str, **fields: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{html.escape(v)}">' for name, v in fields.items())
    return f'<form method="post" action="{action}">{hidden}<button>{html.escape(label)}</button></form> '


def _shown(block: Json) -> str:
    match block["type"]:
        case "divider":
            return "———"
        case "section" if "text" in block:
            return str(block["text"]["text"])
        case "header":
            return str(block["text"]["text"]).upper()
        case "context":
            return "  ".join(str(element.get("text", "")) for element in block["elements"])
        case "actions" | "input":
            return ""
        case _:
            return json.dumps(block, ensure_ascii=False)
