"""What people do in Discord: they run commands, press buttons, choose, fill in forms."""

import asyncio
import copy
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_answers import Answer, find_component, until
from tests.fakes.discord_filling import STRING_SELECT, chosen_of, submitted
from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_options import GROUPS, named, options_of
from tests.fakes.discord_payloads import channel_json, member_json, user_json
from tests.fakes.discord_permissions import bits
from tests.fakes.discord_shown import interaction_json, message_json
from tests.fakes.discord_state import DM, Channel, Interaction, Json, Message, Modal, User
from tests.fakes.discord_webhooks import ANSWER_SECONDS
from tests.fakes.discord_world import World

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
_BUTTON = 2


@dataclass(repr=False)
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
        data = {**named(found), "options": options_of(path, options)}
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
        data = {**named(found), "options": options_of(path, {**others, option: typed}, focused=option)}
        answer = await self.deliver(self.asked(AUTOCOMPLETE, user, channel, data))
        if len(answer.choices) > 25:
            self.violation("autocomplete: more than 25 choices")
        return answer

    async def context_menu(self, name: str, message: Message, user: User) -> Answer:
        """Apps → ``name`` in the menu of a message."""
        channel = self.channels[message.channel]
        found, _ = self._command(channel, name, kind=3)
        resolved = {"messages": {str(message.id): message_json(self, message, whole=True)}}
        data = {**named(found), "target_id": str(message.id), "resolved": resolved}
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
                inner = next((o for o in here.get("options") or [] if o["name"] == word and o["type"] in GROUPS), None)
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
        chosen = chosen_of(found, list(values))
        data = {"custom_id": found["custom_id"], "component_type": found["type"], "id": found["id"], "values": chosen}
        if found["type"] != STRING_SELECT:
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
        components = [submitted(one, filled) for one in modal.components if one["type"] != 10]
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
