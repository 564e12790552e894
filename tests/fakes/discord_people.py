"""What people do in Discord: they run commands, press buttons, choose, fill in forms."""

import asyncio
import copy
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_answers import Answer, find_component, until
from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_payloads import channel_json, interaction_json, member_json, message_json, user_json
from tests.fakes.discord_permissions import bits
from tests.fakes.discord_state import DM, Channel, Interaction, Json, Message, Modal, User
from tests.fakes.discord_webhooks import ANSWER_SECONDS
from tests.fakes.discord_world import World

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
_GROUPS = (1, 2)
_BUTTON, _STRING_SELECT, _TEXT, _LABEL = 2, 3, 4, 18
_MANY = (3, 5, 6, 7, 8, 19, 22)
"""Components that give a list of values."""


@dataclass
class People(World):
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.gateway = Gateway(self)

    # commands

    async def command(self, user: User, channel: Channel, name: str, /, **options: Any) -> Answer:
        """``name``: ``search`` of the app's only group, or whole: ``papers search``.

        Options may be people and channels.
        """
        found, path = self._command(channel, name)
        data = {**_named(found), "options": _options(path, options)}
        chosen = [str(one.id) for one in options.values() if isinstance(one, Channel | User)]
        if chosen:
            data["resolved"] = self._resolved(channel, chosen, user)
        return await self.deliver(self.asked(COMMAND, user, channel, data))

    async def autocomplete(
        self, user: User, channel: Channel, name: str, option: str, typed: str, /, **others: Any
    ) -> Answer:
        """Somebody types into an option of a command; ``choices`` of the answer are what is offered."""
        found, path = self._command(channel, name)
        _, leaf = path
        known = {one["name"]: one for one in leaf.get("options") or []}
        assert known.get(option, {}).get("autocomplete"), f"{option} is not completed in {name}: {sorted(known)}"
        data = {**_named(found), "options": _options(path, {**others, option: typed}, focused=option)}
        answer = await self.deliver(self.asked(AUTOCOMPLETE, user, channel, data))
        if len(answer.choices) > 25:
            self.violation("autocomplete: more than 25 choices")
        return answer

    async def context_menu(self, name: str, message: Message, user: User) -> Answer:
        """Apps → ``name`` in the menu of a message."""
        channel = self.channels[message.channel]
        found, _ = self._command(channel, name, kind=3)
        resolved = {"messages": {str(message.id): message_json(self, message, whole=True)}}
        data = {**_named(found), "target_id": str(message.id), "resolved": resolved}
        return await self.deliver(self.asked(COMMAND, user, channel, data))

    def offered(self, channel: Channel, kind: int = 1) -> list[Json]:
        """Commands of the app that are to be had in a channel."""
        context = 0 if channel.guild is not None else 1 if channel.type == DM else 2
        every = [*self.commands.get(0, []), *self.commands.get(channel.guild or -1, [])]
        return [one for one in every if one["type"] == kind and context in (one["contexts"] or [0, 1])]

    def _command(self, channel: Channel, name: str, *, kind: int = 1) -> tuple[Json, tuple[list[Json], Json]]:
        """The command, and the way to what is run: groups and subcommand, then what has the options."""
        for one in self.offered(channel, kind):
            if kind != 1 or one["name"] == name:
                if one["name"] == name:
                    return one, ([], one)
                continue
            first, _, rest = name.partition(" ")
            wanted = rest.split() if first == one["name"] else name.split()
            way, here = [], one
            for word in wanted:
                inner = next((o for o in here.get("options") or [] if o["name"] == word and o["type"] in _GROUPS), None)
                if inner is None:
                    break
                way.append(inner)
                here = inner
            else:
                return one, (way, here)
        names = [[one["name"], [o["name"] for o in one.get("options") or []]] for one in self.offered(channel, kind)]
        raise AssertionError(f"there is no command {name!r} here: {names}")

    # components

    async def press(self, message: Message, wanted: str, user: User) -> Answer:
        """``wanted``: a button's label, or how its custom_id begins."""
        found = find_component(message, wanted)
        assert not found.get("disabled"), f"{wanted} is disabled"
        return await self.press_id(message, found["custom_id"], user, component_id=found["id"])

    async def press_id(self, message: Message, custom_id: str, user: User, *, component_id: int = 1) -> Answer:
        """A press with any custom_id, as somebody could forge it."""
        data = {"custom_id": custom_id, "component_type": _BUTTON, "id": component_id}
        return await self.deliver(self.asked(COMPONENT, user, self.channels[message.channel], data, message))

    async def select(self, message: Message, wanted: str, user: User, *values: str) -> Answer:
        """``values``: labels or values of options; ids of channels and people in other selects."""
        found = find_component(message, wanted)
        chosen = _chosen(found, list(values))
        data = {"custom_id": found["custom_id"], "component_type": found["type"], "id": found["id"], "values": chosen}
        if found["type"] != _STRING_SELECT:
            data["resolved"] = self._resolved(self.channels[message.channel], chosen, user)
        return await self.deliver(self.asked(COMPONENT, user, self.channels[message.channel], data, message))

    def _resolved(self, place: Channel, chosen: list[str], user: User) -> Json:
        """What was chosen, with the permissions that whoever chose has there."""
        guild = self.guilds.get(place.guild or 0)
        resolved: Json = {"users": {}, "members": {}, "channels": {}}
        for one in chosen:
            if int(one) in self.channels:
                channel = self.channels[int(one)]
                shown = {**channel_json(channel), "permissions": str(self.permissions_of(user, channel))}
                resolved["channels"][one] = shown
            elif int(one) in self.users:
                resolved["users"][one] = user_json(self.users[int(one)])
                if guild is not None:
                    resolved["members"][one] = member_json(self, self.users[int(one)], guild)
        return resolved

    # forms

    async def submit(self, modal: Modal, values: Json | None = None, *, user: User | None = None) -> Answer:
        """``values``: label or custom_id of a field -> what is typed or chosen; others stay as they were filled in."""
        filled = {find_component(modal, name)["custom_id"]: value for name, value in (values or {}).items()}
        components = [_submitted(one, filled) for one in modal.components if one["type"] != 10]
        data = {"custom_id": modal.custom_id, "components": components}
        asked = self.asked(SUBMIT, user or modal.user, modal.channel, data, modal.message)
        return await self.deliver(asked)

    # the way to the app

    def asked(
        self, kind: int, user: User, channel: Channel, data: Json, message: Message | None = None, *, late: float = 0.0
    ) -> Interaction:
        """An interaction that is not on its way yet; ``late``: it began so many seconds ago."""
        at = self.now() - late
        made = Interaction(
            self.snowflake(at),
            f"fake{secrets.token_urlsafe(24)}",
            kind,
            user,
            channel,
            copy.deepcopy(data),
            at,
            message,
        )
        self.interactions[made.token] = made
        return made

    async def deliver(self, asked: Interaction, *, twice: bool = False, wait: bool = True) -> Answer:
        """Waits until it is answered, or three seconds and more have passed."""
        self._check_seen(asked)
        guild = asked.channel.guild
        installed = guild is not None and self.guilds[guild].app
        where = guild if installed else None
        payload = interaction_json(self, asked)
        asked.delivered = time.monotonic()
        for _ in range(2 if twice else 1):
            await self.gateway.happened("INTERACTION_CREATE", payload, where)
        answer = Answer(self, asked)
        if wait:
            await self._answered(asked)
        return answer

    async def _answered(self, asked: Interaction) -> None:
        end = time.monotonic() + ANSWER_SECONDS + 0.2
        while asked.response is None and time.monotonic() < end:  # noqa: ASYNC110 - a server of this process changes it
            await asyncio.sleep(0.002)
        if asked.response is None:
            self.violation(
                f"interaction: {asked.data.get('custom_id') or asked.data.get('name')} was not answered in 3 s"
            )

    def _check_seen(self, asked: Interaction) -> None:
        message = asked.message
        if message is not None and message.seen_by not in (None, asked.user.id):
            raise AssertionError(f"{asked.user.name} does not see this message")
        channel = asked.channel
        if channel.guild is not None and not self.permissions_of(asked.user, channel) & bits("view_channel"):
            raise AssertionError(f"{asked.user.name} does not see {channel.name}")

    async def ready(self, shards: int = 0, seconds: float = 30.0) -> None:
        """Waits until so many shards are connected (0: as many as they say there are), and commands are there."""
        await until(lambda: self._are_ready(shards), lambda: (self.gateway.sessions, self.violations), seconds)

    def _are_ready(self, shards: int) -> bool:
        there = {(one.shard, one.shards) for one in self.gateway.connected()}
        wanted = shards or max((number for _, number in there), default=1)
        return len(there) >= wanted and bool(self.commands.get(0))


def _named(command: Json) -> Json:
    shown = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return {**shown, "guild_id": command["guild_id"]} if "guild_id" in command else shown


def _options(path: tuple[list[Json], Json], given: Json, *, focused: str = "") -> list[Json]:
    way, leaf = path
    known = {one["name"]: one for one in leaf.get("options") or [] if one["type"] not in _GROUPS}
    given = {name if name in known else name.replace("_", "-"): value for name, value in given.items()}
    assert set(given) <= set(known), f"{leaf['name']} has no {sorted(set(given) - set(known))}: {sorted(known)}"
    missing = [name for name, one in known.items() if one.get("required") and name not in given and not focused]
    assert not missing, f"{leaf['name']} wants {missing}"
    shown = [_option(known[name], value, focused == name) for name, value in given.items()]
    for one in reversed(way):
        shown = [{"name": one["name"], "type": one["type"], "options": shown}]
    return shown


def _option(known: Json, value: Any, focused: bool) -> Json:
    if isinstance(value, Channel):
        kinds = known.get("channel_types") or [value.type]
        assert value.type in kinds, f"{known['name']} takes no channel of type {value.type}: {kinds}"
    if isinstance(value, Channel | User):
        value = str(value.id)
    for choice in known.get("choices") or []:
        if value in (choice["name"], choice["value"]):
            value = choice["value"]
            break
    else:
        assert not known.get("choices"), f"{known['name']} is none of {known['choices']}: {value}"
    if isinstance(value, str) and not focused and known["type"] == 3:
        assert known.get("min_length", 0) <= len(value) <= known.get("max_length", 6000), f"{known['name']}: its length"
    shown = {"name": known["name"], "type": known["type"], "value": value}
    return {**shown, "focused": True} if focused else shown


def _chosen(component: Json, wanted: list[str]) -> list[str]:
    """Values of the options that are wanted by value or label."""
    options = component.get("options")
    if options is None:
        return wanted
    by_name = {one["label"]: one["value"] for one in options} | {one["value"]: one["value"] for one in options}
    unknown = [one for one in wanted if one not in by_name]
    assert not unknown, f"{unknown} cannot be chosen: {sorted(by_name)}"
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if component["type"] == 22:
        most = component.get("max_values", len(options))
    least = least if component.get("required", True) else 0
    assert least <= len(wanted) <= most, f"{len(wanted)} are chosen where {least} to {most} may be"
    return [by_name[one] for one in wanted]


def _submitted(component: Json, filled: Json) -> Json:
    if component["type"] == _LABEL:
        inner = _submitted(component["component"], filled)
        return {"type": _LABEL, "id": component.get("id", 0), "component": inner}
    if component["type"] == 1:
        return {
            "type": 1,
            "id": component.get("id", 0),
            "components": [_submitted(one, filled) for one in component["components"]],
        }
    shown: Json = {"type": component["type"], "custom_id": component["custom_id"], "id": component.get("id", 0)}
    given = filled.get(component["custom_id"])
    if component["type"] == _TEXT:
        shown["value"] = _typed(component, component.get("value") or "" if given is None else given)
        return shown
    if given is None:
        chosen = [one["value"] for one in component.get("options") or [] if one.get("default")]
        chosen += [one["id"] for one in component.get("default_values") or []]
    else:
        chosen = _chosen(component, [given] if isinstance(given, str) else list(given))
    if component["type"] in _MANY:
        return {**shown, "values": chosen}
    if component["type"] == 23:
        return {**shown, "value": bool(given if given is not None else component.get("default"))}
    return {**shown, "value": chosen[0] if chosen else None}


def _typed(component: Json, text: str) -> str:
    required = component.get("required", True)
    assert not (required and not text), f"{component['custom_id']} has to be filled in"
    assert len(text) <= component.get("max_length", 4000), f"{component['custom_id']}: longer than may be typed"
    return text
