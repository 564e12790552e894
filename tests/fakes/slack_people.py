"""People who use an app: they type commands, press buttons, fill in forms."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.manifest import SHORTCUT
from tests.fakes import slack_payloads, slack_views
from tests.fakes.block_kit_checks import BlockKitError, listing
from tests.fakes.block_kit_elements import OPTION
from tests.fakes.slack_answers import Answer, find_button, find_field, until, words
from tests.fakes.slack_chat import take_response
from tests.fakes.slack_lines import Lines
from tests.fakes.slack_oauth import OAuth
from tests.fakes.slack_state import Channel, Json, Message, User, View
from tests.fakes.slack_world import SlackRefusal, World


@dataclass
class People(World):
    def __post_init__(self) -> None:
        self.lines = Lines(self)
        self.oauth = OAuth(self)

    async def command(self, user: User, channel: Channel, name: str, text: str = "") -> Answer:
        """Type ``/papers text``."""
        payload = slack_payloads.command(self, user, channel, name, text)
        answer = await self._ask("slash_commands", payload, user)
        said = answer.ack.body
        if answer.ack.ok and said:
            assert answer.url
            given = {"text": said} if isinstance(said, str) else said
            take_response(self, answer.url, given, "acknowledgement of a command")
        return answer

    async def press(self, message: Message | View, button: str, user: User) -> Answer:
        """A button by its label, or how its action_id or value begins."""
        block_id, element = find_button(message, button)
        if isinstance(message, View):
            assert message.user == user.id, "nobody sees another's view"
            payload = slack_payloads.press_in_view(self, user, message, element, block_id)
        else:
            assert not message.deleted, "the message is gone"
            assert message.seen_by in (None, user.id), "nobody sees another's ephemeral message"
            payload = slack_payloads.press(self, user, message, element, block_id)
        if "selected_option" in element:
            payload["actions"][0]["selected_option"] = element["selected_option"]
        return await self._ask("interactive", payload, user)

    async def press_in_unfurl(self, message: Message, url: str, button: str, user: User) -> Answer:
        """A button of the card that the app put under a link."""
        card = Message(message.channel, message.ts, "", message.unfurls[url]["blocks"], message.user)
        block_id, element = find_button(card, button)
        payload = slack_payloads.press_in_unfurl(self, user, message, url, element, block_id)
        return await self._ask("interactive", payload, user)

    async def fill(self, view: View, name: str, value: str | list[str]) -> Answer | None:
        """Fill in a field; where the app wants to hear of it at once (``dispatch_action``), it does."""
        block, element = find_field(view, name)
        user = self.users[view.user]
        chosen = await self._state(user, view, block, element, value)
        view.values[block["block_id"]][element["action_id"]] = chosen
        if not block.get("dispatch_action") and block["type"] == "input":
            return None
        payload = slack_payloads.press_in_view(self, user, view, element, block["block_id"])
        return await self._ask("interactive", payload, user)

    async def type_into(self, view: View, name: str, value: str | list[str]) -> View:
        """Fill in a live field, and wait for the form that is made anew."""
        before = view.hash
        answer = await self.fill(view, name, value)
        assert answer is not None, f"{name} is not live"
        await until(lambda: view.hash != before, lambda: words(view))
        return view

    async def submit(self, view: View, values: Mapping[str, str | list[str]] | None = None) -> Answer:
        """Fill in fields and send the form off. ``view.errors`` and ``view.closed`` tell what came of it."""
        for name, value in (values or {}).items():
            await self.fill(view, name, value)
        user = self.users[view.user]
        assert not view.closed, "the form is closed"
        self._check_filled(view)
        answer = await self._ask("interactive", slack_payloads.submission(self, user, view), user)
        if answer.ack.ok:
            await asyncio.sleep(self.acks_take)
            self._submitted(view, answer.ack.body)
        return answer

    async def suggest(self, view: View, name: str, typed: str) -> list[Json]:
        """The options that the app offers for what is typed so far."""
        block, element = find_field(view, name)
        payload = slack_payloads.suggestion(self, self.users[view.user], view, element, block["block_id"], typed)
        ack = await self.lines.send("interactive", payload)
        body = ack.body if isinstance(ack.body, dict) else {}
        options: list[Json] = body.get("options") or [
            option for group in body.get("option_groups", []) for option in group["options"]
        ]
        try:
            listing(OPTION, least=0, most=100)(options, "options")
        except BlockKitError as error:
            self.violation(f"suggestions: {error}")
        if "options" not in body and "option_groups" not in body:
            self.violation(f"suggestions: acknowledged with {ack.body!r}")
        return options

    async def shortcut(self, message: Message, user: User, callback_id: str = SHORTCUT) -> Answer:
        """The shortcut of that name on a message."""
        return await self._ask("interactive", slack_payloads.shortcut(self, user, message, callback_id), user)

    async def deliver(self, kind: str, payload: Json, *, repeat: int = 1) -> list[Answer]:
        """A payload as it is (slash_commands, interactive or events_api), any number of times at once."""
        user = next(iter(self.users.values()))
        return list(await asyncio.gather(*(self._ask(kind, payload, user) for _ in range(repeat))))

    async def _ask(self, kind: str, payload: Json, user: User) -> Answer:
        since = len(self.messages)
        url = self.response_urls.get(str(payload.get("response_url", "")).removeprefix(f"{self.base_url}/actions/"))
        trigger = self.triggers.get(str(payload.get("trigger_id")))
        return Answer(self, user, await self.lines.send(kind, payload), since, url, trigger)

    async def _state(self, user: User, view: View, block: Json, element: Json, value: str | list[str]) -> Json:
        name = slack_views.state_field(element)
        if name in ("selected_option", "selected_options"):
            wanted = [value] if isinstance(value, str) else value
            options = [await self._option(view, block, element, text) for text in wanted]
            chosen: Any = options if name == "selected_options" else options[0]
        else:
            chosen = value
        return {"type": element["type"], name: chosen}

    async def _option(self, view: View, block: Json, element: Json, wanted: str) -> Json:
        """An option by its value or its label, as it is offered."""
        if element["type"].endswith("external_select"):
            offered = await self.suggest(view, block["block_id"], wanted)
        else:
            groups = element.get("option_groups", [])
            offered = element.get("options") or [option for group in groups for option in group["options"]]
        for option in offered:
            if wanted in (option["value"], option["text"]["text"]):
                return option
        raise AssertionError(f"{wanted!r} is not offered: {[option['value'] for option in offered]}")

    def _check_filled(self, view: View) -> None:
        """What Slack checks itself before it sends a form off."""
        for block in view.blocks:
            if block["type"] != "input":
                continue
            element = block["element"]
            value = view.values[block["block_id"]][element["action_id"]].get(slack_views.state_field(element))
            assert value or block.get("optional"), f"{block['block_id']} is to be filled in"
            if isinstance(value, str) and element["type"] == "plain_text_input":
                assert len(value) <= element.get("max_length", 3000), f"{block['block_id']} is too long"

    def _submitted(self, view: View, said: Any) -> None:
        view.errors = {}
        action = said.get("response_action") if isinstance(said, dict) else None
        try:
            if action == "errors":
                inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
                view.errors = dict(said.get("errors", {}))
                if not view.errors or set(view.errors) - inputs or not all(view.errors.values()):
                    self.violation(f"view_submission: errors for fields that are not there: {view.errors}")
            elif action == "update":
                slack_views.replace(self, view, slack_views.checked(self, "view_submission", said["view"], "modal"))
            elif action == "push":
                body = slack_views.checked(self, "view_submission", said["view"], "modal")
                slack_views.make(self, body, view.user, view.team, view.id)
            elif action in (None, "clear") and (not said or action):
                view.closed = True
            else:
                self.violation(f"view_submission: acknowledged with {said!r}")
        except SlackRefusal:
            view.closed = True  # recorded when it was checked; the person sees an error
