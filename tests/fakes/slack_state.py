"""What a Slack consists of: workspaces, people, channels, messages, views, and the app as it is installed."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Team:
    id: str
    name: str
    enterprise: str | None = None

    @property
    def domain(self) -> str:
        return self.name.lower().replace(" ", "-")


@dataclass
class User:
    id: str
    team: str
    name: str
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    guest: bool = False
    deactivated: bool = False
    dms_closed: bool = False
    bot: bool = False
    owner: bool = False
    """The workspace's primary owner."""


@dataclass
class Channel:
    id: str
    team: str
    name: str
    private: bool = False
    archived: bool = False
    shared_with: set[str] = field(default_factory=set)
    """Other workspaces (Slack Connect)."""
    members: set[str] = field(default_factory=set)
    dm: bool = False

    @property
    def kind(self) -> str:
        """The first part of the scopes that open it."""
        return "im" if self.dm else "groups" if self.private else "channels"


@dataclass
class Message:
    channel: str
    ts: str
    text: str
    blocks: list[Json]
    user: str
    """The author."""
    bot_id: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    seen_by: str | None = None
    """Of an ephemeral message: the only person who sees it."""
    deleted: bool = False
    edits: int = 0
    files: list["File"] = field(default_factory=list)
    unfurls: Json = field(default_factory=dict)

    def json(self, *, metadata: bool = False) -> Json:
        """As the Web API and payloads show it."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.bot_id:
            shown["bot_id"] = self.bot_id
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.edits:
            shown["edited"] = {"user": self.user, "ts": self.ts}
        if self.files:
            shown["files"] = [{"id": file.id, "name": file.name} for file in self.files]
        if self.metadata and metadata:
            shown["metadata"] = self.metadata
        return shown


@dataclass
class File:
    id: str
    name: str
    length: int
    content: bytes | None = None


@dataclass
class Grant:
    """The app in a workspace, or in a whole organization (``team`` is None)."""

    token: str
    team: str | None
    enterprise: str | None
    bot_user: str
    bot_id: str
    scopes: frozenset[str]
    installer: str = ""
    refresh_token: str | None = None
    expires_at: float | None = None
    earlier: tuple[str, float | None] = ("", None)
    """The token before this one, and when it ends: two are active at most."""
    revoked: bool = False

    def ends(self, token: str) -> float | None:
        """When this token of the app's ends; None: never. Raises KeyError for another."""
        return {self.earlier[0]: self.earlier[1], self.token: self.expires_at}[token]


@dataclass
class View:
    id: str
    hash: str
    team: str
    """The workspace that the app is installed in; who sees it may be of another."""
    user: str
    """Who sees it."""
    body: Json
    """As the app gave it."""
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    """block_id -> action_id -> what was filled in."""
    previous: str | None = None
    closed: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    """block_id -> sentence, of the last submission."""

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.body["blocks"]
        return blocks


@dataclass
class Trigger:
    user: str
    team: str
    """The workspace that the app is installed in: its token alone opens something."""
    at: float
    from_view: str | None = None
    used: bool = False
    view: str | None = None
    """What it opened."""


@dataclass
class ResponseUrl:
    user: str
    channel: str
    team: str
    """The workspace that the app is installed in."""
    at: float
    source: Message | None
    """The message whose button was pressed."""
    uses: int = 0
    messages: list[Message] = field(default_factory=list)
