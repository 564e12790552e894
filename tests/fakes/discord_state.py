"""What a Discord consists of: people, servers, channels, messages, interactions, and the app's commands."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_permissions import DEFAULT, Overwrite

Json = dict[str, Any]

TEXT, DM, VOICE, GROUP_DM, ANNOUNCEMENT, THREAD, PRIVATE_THREAD, STAGE, FORUM = 0, 1, 2, 3, 5, 11, 12, 13, 15
ANNOUNCEMENT_THREAD = 10
THREADS = (ANNOUNCEMENT_THREAD, THREAD, PRIVATE_THREAD)
EPHEMERAL, LOADING, CROSSPOSTED, SUPPRESS_EMBEDS, V2 = 1 << 6, 1 << 7, 1 << 0, 1 << 2, 1 << 15


@dataclass
class User:
    id: int
    name: str
    locale: str = "en-GB"
    bot: bool = False
    dms_closed: bool = False
    """They let nobody of their servers write to them, or blocked the app."""
    installed: bool = False
    """They installed the app for themselves."""

    def __str__(self) -> str:
        return str(self.id)


@dataclass
class Role:
    id: int
    name: str
    permissions: int
    managed_by: int | None = None
    """The app whose role it is."""


@dataclass
class Guild:
    """A server. ``app``: the app was added to it."""

    id: int
    name: str
    owner: int
    everyone: int = DEFAULT
    """Permissions of all members."""
    roles: list[Role] = field(default_factory=list)
    members: dict[int, set[int]] = field(default_factory=dict)
    """user -> ids of their roles"""
    app: bool = True
    commands: bool = False
    """Without ``app``: the app's commands were added (scope applications.commands), and not its bot."""
    unavailable: bool = False
    """An outage."""
    locale: str = "en-US"


@dataclass
class Channel:
    id: int
    type: int
    name: str = ""
    guild: int | None = None
    parent: int | None = None
    """Of a thread: its channel."""
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: set[int] = field(default_factory=set)
    """Of direct messages."""
    members: set[int] = field(default_factory=set)
    """Of a private thread, whom nobody else sees but those who may manage threads."""
    archived: bool = False
    archived_at: float | None = None
    """When that last changed; None: as it was made."""
    locked: bool = False
    auto_archive: int = 1440
    """Minutes"""
    flags: int = 0
    tags: list[Json] = field(default_factory=list)
    """Of a forum: ``{"id", "name"}``."""
    applied_tags: list[str] = field(default_factory=list)
    owner: int | None = None
    last_message: int | None = None

    @property
    def direct(self) -> bool:
        return self.type in (DM, GROUP_DM)

    @property
    def thread(self) -> bool:
        return self.type in THREADS


@dataclass
class File:
    id: int
    name: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(repr=False)
class Message:
    id: int
    channel: int
    author: int
    at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    """As Discord keeps them: each has an id."""
    flags: int = 0
    files: list[File] = field(default_factory=list)
    seen_by: int | None = None
    """Of an ephemeral message: the only person who sees it."""
    reference: int | None = None
    interaction: "Interaction | None" = None
    """Which it answers."""
    edits: int = 0
    edited_at: float | None = None
    deleted: bool = False
    pings: list[str] = field(default_factory=list)
    """Who was disturbed: ``@everyone``, ``<@1>``."""
    tts: bool = False

    def __repr__(self) -> str:
        return f"<message {self.id} in {self.channel}, seen by {self.seen_by or 'all'}: {self.content[:80]}>"

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)


@dataclass
class Modal:
    """A form as somebody sees it."""

    custom_id: str
    title: str
    components: list[Json]
    user: User
    channel: Channel
    message: Message | None = None
    """Whose button opened it."""


@dataclass(repr=False)
class Interaction:
    id: int
    token: str
    type: int
    user: User
    channel: Channel
    data: Json
    at: float
    message: Message | None = None
    """Whose component was used."""
    delivered: float | None = None
    """When it was written to the app's socket, by a clock that only goes forward."""
    answered: float | None = None
    """When it was answered, by the same clock."""
    response: Json | None = None
    """The first answer: ``{"type", "data"}``."""
    original: Message | None = None
    """What @original is."""
    messages: list[Message] = field(default_factory=list)
    """New ones, the first answer among them."""
    modal: Modal | None = None
    shown: int = 0
    """How many times a message of it was written or changed."""

    def __repr__(self) -> str:
        return f"<interaction {self.id} of type {self.type}: {self.data}, answered with {self.response}>"

    @property
    def kind(self) -> int | None:
        """What it was answered with: 4 a message, 5 a message later, 6 a change later, 7 a change, 8, 9 a form."""
        return self.response["type"] if self.response else None
