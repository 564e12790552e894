"""The app's page at Discord: what was set there, and what Discord grants it."""

from dataclasses import dataclass

APP_PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
)
"""What an app's own role grants here if nothing else is said."""


@dataclass(frozen=True)
class AppConfig:
    """The app's page at Discord."""

    token: str = "MTAwMDAwMDAwMDAwMDAwMDAx.fake.token-of-the-fake-discord"
    application_id: int = 100_000_000_000_000_001
    name: str = "Paperboy"
    shards: int = 1
    """How many are advised."""
    max_concurrency: int = 1
    identify_seconds: float = 5.0
    """How far apart identifies of a bucket must be."""
    identifies: int = 1000
    """How many a day are left; one more, and the bot's token is reset."""
    heartbeat_seconds: float = 41.25
    heartbeat_grace: float = 20.0
    """Seconds by which a heartbeat may be late; Discord tells no number."""
    resumable_seconds: float = 300.0
    """How long a session without a connection can be resumed; Discord tells no number."""
    guild_installable: bool = True
    user_installable: bool = True
    link_scopes: tuple[str, ...] | None = ("applications.commands", "bot")
    """What the portal's own link asks of a server; None: there is no such link."""
    privileged: frozenset[str] = frozenset()
    """Which privileged intents were granted: presences, members, message_content."""
    checked: bool = True
    """Bodies are held against Discord's description: some milliseconds a message, which a benchmark may not have."""
    events_kept: int = 5_000
    """Of a session, for whoever resumes it."""
