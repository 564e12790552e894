"""Whoever asks, as Slack knows them, and every way there is to answer them."""

from dataclasses import dataclass, replace

from bot.slack.payloads import Message
from papers.destinations import Platform


@dataclass(frozen=True)
class Contact:
    token: str
    """The app's, of the workspace it serves here."""
    team: str
    """That workspace: T…"""
    user: str
    """U… or W…"""
    enterprise: str | None = None
    """The organization of that workspace, as its installation says: what a payload names may be another."""
    user_team: str = ""
    """What Slack tells of the person's own workspace: T…, or its organization, E…; empty: nothing."""
    user_name: str = ""
    channel: str | None = None
    """None where there is no conversation: in a view."""
    channel_name: str = ""
    thread: str | None = None
    """``ts`` of the thread that it was asked in."""
    response_url: str = ""
    trigger: str = ""
    """Opens a view, for three seconds."""
    pressed: Message | None = None
    """The message whose button it was, where Slack tells it."""
    alone: bool = False
    """What was pressed, or where it was said, is seen by nobody else."""
    own_dm: bool = False
    """The conversation is the one between the person and the app."""
    bot_user: str = ""
    bot_id: str = ""
    command: str = "/papers"

    def __repr__(self) -> str:  # the token and the response_url are secrets
        return f"Contact({self.team}/{self.user} in {self.channel})"

    @property
    def in_dm(self) -> bool:
        return self.channel is not None and self.channel.startswith("D")

    @property
    def place(self) -> str | None:
        """None in a direct message and where there is no conversation."""
        return f"{Platform.SLACK}:{self.team}/{self.channel}" if self.channel and not self.in_dm else None

    def at_home(self) -> "Contact":
        """The same person, in no conversation."""
        return replace(self, channel=None, channel_name="", thread=None)
