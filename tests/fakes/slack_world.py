"""A Slack's state with its clock and its names, and a record of what an app did to it."""

import itertools
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.slack.scopes import SCOPES
from tests.fakes.slack_faults import Faults
from tests.fakes.slack_limits import A_MINUTE
from tests.fakes.slack_state import (
    Channel,
    File,
    Grant,
    Json,
    Message,
    ResponseUrl,
    Team,
    Trigger,
    User,
    View,
)

BOT_SCOPES = frozenset(SCOPES)
"""What the manifest asks for: with no more than that, all must work."""


class SlackRefusal(Exception):
    """A call is answered ``ok: false``."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


@dataclass(frozen=True)
class AppConfig:
    """The app's page at Slack."""

    app_id: str = "A0PAPERBOY"
    client_id: str = "111.222"
    client_secret: str = "client-secret-of-the-fake"
    signing_secret: str = "signing-secret-of-the-fake"
    app_token: str = "xapp-1-A0PAPERBOY-fake"
    rotates: bool = False
    """Token rotation is turned on."""
    token_seconds: int = 43_200
    """How long a token lives then."""
    scopes: frozenset[str] = BOT_SCOPES


@dataclass(frozen=True)
class Call:
    """A call of the Web API."""

    method: str
    arguments: Json
    token: str
    at: float
    answer: Json


@dataclass
class World:
    config: AppConfig = field(default_factory=AppConfig)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    """user -> what their home tab shows"""
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    """What a real Slack would have refused as misuse, and what annoys people."""
    faults: Faults = field(default_factory=Faults)
    base_url: str = ""
    history_limited: bool = False
    """conversations.history: once a minute, 15 messages, as for apps outside the Marketplace."""
    burst: int = 4
    """Messages that a channel takes at once, before it is one a second."""
    a_minute: dict[str, int] = field(default_factory=lambda: dict(A_MINUTE))
    """Calls of a method that a workspace may make in a minute."""
    acks_take: float = 0.0
    """Seconds until what was acknowledged is seen: what is called meanwhile comes before."""
    may_ping: set[str] = field(default_factory=set)
    """Mentions that are no violation."""
    _shift: float = 0.0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _last_ts: int = 0

    # time and names

    def now(self) -> float:
        return time.time() + self._shift

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self._shift += seconds

    def next_ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        return f"{prefix}0FAKE{next(self._numbers):05d}"

    def new_event_id(self) -> str:
        """Like triggers never the same again, in no other fake either: an app that remembers them may outlive this."""
        return f"Ev{secrets.token_hex(5).upper()}"

    # what there is

    def add_team(self, name: str = "Ada Labs", *, enterprise: str | None = None) -> Team:
        team = Team(self.new_id("T"), name, enterprise)
        self.teams[team.id] = team
        return team

    def add_user(self, team: Team, name: str = "ada", **more: Any) -> User:
        user = User(self.new_id("U"), team.id, name, **more)
        self.users[user.id] = user
        return user

    def add_channel(self, team: Team, name: str = "papers", *members: User, app: bool = True, **more: Any) -> Channel:
        """``app``: the app is a member of it."""
        channel = Channel(self.new_id("C"), team.id, name, **more)
        channel.members |= {user.id for user in members}
        self.channels[channel.id] = channel
        if app and (grant := self.grant_of(team.id)):
            channel.members.add(grant.bot_user)
        return channel

    def add_grant(self, team: Team | None, *, enterprise: str | None = None, installer: User | None = None) -> Grant:
        """Install the app without anybody clicking."""
        where = enterprise or (team.enterprise if team else None)
        number = next(self._numbers)
        bot = User(self.new_id("U"), team.id if team else str(where), "paperboy", bot=True)
        self.users[bot.id] = bot
        rotates = self.config.rotates
        grant = Grant(
            token=f"xoxe.xoxb-1-fake{number}" if rotates else f"xoxb-fake-{number}",
            team=team.id if team else None,
            enterprise=where,
            bot_user=bot.id,
            bot_id=self.new_id("B"),
            scopes=self.config.scopes,
            installer=installer.id if installer else "",
            refresh_token=f"xoxe-1-fake{number}" if rotates else None,
            expires_at=self.now() + self.config.token_seconds if rotates else None,
        )
        self.grants.append(grant)
        return grant

    def grant_of(self, team: str) -> Grant | None:
        """The app as it serves a workspace: its own installation, else its organization's."""
        alive = [grant for grant in reversed(self.grants) if not grant.revoked]
        enterprise = self.teams[team].enterprise if team in self.teams else None
        own = (grant for grant in alive if grant.team == team)
        shared = (grant for grant in alive if grant.team is None and enterprise and grant.enterprise == enterprise)
        return next(own, None) or next(shared, None)

    def bot_of(self, team: str) -> Grant:
        grant = self.grant_of(team)
        assert grant, f"the app is not installed in {team}"
        return grant

    def direct(self, user: str, bot_user: str) -> Channel:
        """The direct messages of a person and the app."""
        for channel in self.channels.values():
            if channel.dm and channel.members == {user, bot_user}:
                return channel
        channel = Channel(self.new_id("D"), self.users[user].team, "", private=True, members={user, bot_user}, dm=True)
        self.channels[channel.id] = channel
        return channel

    def message(self, channel: str, ts: str | None) -> Message | None:
        found = (message for message in self.messages if (message.channel, message.ts) == (channel, ts))
        return next((message for message in found if not message.deleted), None)

    def in_channel(self, channel: Channel | str, *, seen_by: User | None = None) -> list[Message]:
        """What everybody sees there, oldest first; with ``seen_by`` also what only that person sees."""
        where = channel if isinstance(channel, str) else channel.id
        viewers = {None, seen_by.id if seen_by else None}
        return [m for m in self.messages if m.channel == where and not m.deleted and m.seen_by in viewers]

    def new_trigger(self, user: User, team: str, *, from_view: str | None = None) -> str:
        """``team``: the workspace that the app is installed in."""
        trigger = f"{next(self._numbers)}.{int(self.now())}.{secrets.token_hex(16)}"
        self.triggers[trigger] = Trigger(user.id, team, self.now(), from_view)
        return trigger

    def new_response_url(self, user: User, channel: Channel, team: str, source: Message | None = None) -> str:
        """``team``: the workspace that the app is installed in."""
        name = f"{channel.team}/{next(self._numbers)}/fake"
        self.response_urls[name] = ResponseUrl(user.id, channel.id, team, self.now(), source)
        return f"{self.base_url}/actions/{name}"

    # what went wrong

    def violation(self, text: str) -> None:
        self.violations.append(text)

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]
