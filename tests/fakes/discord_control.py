"""A small API by which a person, or a script, tries a bot: POST /control with what somebody does, GET /control to look.

curl localhost:9300/control
curl localhost:9300/control -d '{"do": "command", "name": "search", "options": {"words": "diffusion"}}'
curl localhost:9300/control -d '{"do": "press", "message": "123", "wanted": "Save"}'
curl localhost:9300/control -d '{"do": "submit", "values": {"topic": "robots"}}'
"""

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.discord_answers import Answer, words
from tests.fakes.discord_shown import message_json
from tests.fakes.discord_state import Channel, Json, Message, Modal, User

if TYPE_CHECKING:
    from tests.fakes.discord import Discord

_SETTLING = 1.5
"""Seconds after which a promised answer is looked for no more."""


def add_control(app: web.Application, discord: "Discord") -> None:
    control = Control(discord)
    app.router.add_get("/control", control.look)
    app.router.add_post("/control", control.do)


class Control:
    def __init__(self, discord: "Discord") -> None:
        self._discord = discord
        self._modal: Modal | None = None
        """The form that is open."""

    async def look(self, request: web.Request) -> web.Response:
        discord = self._discord
        return web.json_response(
            {
                "users": {one.name: str(one.id) for one in discord.users.values() if not one.bot},
                "channels": {one.name or "direct": str(one.id) for one in discord.channels.values()},
                "commands": [one["name"] for place in discord.commands.values() for one in place],
                "shards": [[one.shard, one.shards] for one in discord.gateway.connected()],
                "messages": [self._shown(one) for one in discord.messages[-20:] if not one.deleted],
                "violations": discord.violations,
                "calls": [f"{one.status} {one.route}" for one in discord.calls[-50:]],
            }
        )

    async def do(self, request: web.Request) -> web.Response:
        try:
            answer = await self._done(await request.json())
        except (AssertionError, KeyError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        if answer is None:
            return web.json_response({})
        asked = answer.interaction
        end = asyncio.get_running_loop().time() + _SETTLING
        while not (asked.shown or asked.modal or answer.choices):
            if asyncio.get_running_loop().time() > end:
                break
            await asyncio.sleep(0.02)
        self._modal = asked.modal or self._modal
        changed = [asked.original] if asked.original and asked.original not in answer.messages else []
        return web.json_response(
            {
                "seconds": round(answer.seconds, 3) if asked.answered else None,
                "messages": [self._shown(one) for one in [*answer.messages, *changed]],
                "choices": answer.choices,
                "modal": {"title": asked.modal.title, "components": asked.modal.components} if asked.modal else None,
                "violations": self._discord.violations,
            }
        )

    async def _done(self, given: Json) -> Answer | None:  # noqa: PLR0911 - what there is to do
        discord, what = self._discord, given["do"]
        user, channel = self._user(given), self._channel(given)
        if what == "command":
            return await discord.command(user, channel, given["name"], **given.get("options", {}))
        if what == "autocomplete":
            options = given.get("options", {})
            return await discord.autocomplete(user, channel, given["name"], given["option"], given["typed"], **options)
        if what == "press":
            return await discord.press(self._message(given), given["wanted"], user)
        if what == "select":
            return await discord.select(self._message(given), given["wanted"], user, *given["values"])
        if what == "menu":
            return await discord.context_menu(given["name"], self._message(given), user)
        if what == "submit":
            if self._modal is None:
                raise ValueError("no form is open")
            return await discord.submit(self._modal, given.get("values"), user=user)
        if what == "say":
            discord.say(user, channel, given["text"])
        elif what == "reconnect":
            await discord.gateway.reconnect()
        elif what == "cut":
            discord.gateway.cut()
        elif what == "forward":
            discord.forward(float(given["seconds"]))
        else:
            raise ValueError(f"nobody does {what!r}")
        return None

    def _user(self, given: Json) -> User:
        people = [one for one in self._discord.users.values() if not one.bot]
        wanted = str(given.get("user", people[0].id))
        return next(one for one in people if wanted in (one.name, str(one.id)))

    def _channel(self, given: Json) -> Channel:
        if given.get("channel") == "direct":
            return self._discord.direct(self._user(given))
        every = list(self._discord.channels.values())
        wanted = str(given.get("channel", every[0].id))
        return next(one for one in every if wanted in (one.name, str(one.id)))

    def _message(self, given: Json) -> Message:
        found = [one for one in self._discord.messages if str(one.id) == str(given["message"])]
        if not found:
            raise ValueError(f"there is no message {given['message']}")
        return found[0]

    def _shown(self, message: Message) -> Json:
        return {
            **message_json(self._discord, message, whole=True),
            "words": words(message),
            "seen_by": str(message.seen_by) if message.seen_by else None,
        }
