"""Who asks, and where: all that a command may know of it."""

from papers.models import Frozen


class Caller(Frozen):
    """A person in a place. References are destinations as text (``slack:T1/U1``, ``slack:T1/C1``)."""

    person: str
    """Reference of the person, under which they also get their direct messages."""
    place: str | None = None
    """Reference of the channel; None in a direct message and where there is no channel."""
    place_name: str = "this channel"
    """As people there know it: ``#papers``."""
    parent: str | None = None
    """Reference of the channel that the place is a thread or a post of: whoever may manage the place may manage it."""
    may_manage: bool = True
    """Whether the person may subscribe the place, and change what is subscribed for it."""
    manager: str = "somebody who manages it"
    """Who may, for sentences that tell whom to ask."""
    may_speak: bool = True
    """Whether the person may write in the place themselves; True also where the platform does not tell."""
    may_publish: bool = False
    """Whether what is posted in the place can be published to places elsewhere that follow it."""
    hindrance: str = ""
    """What keeps Paperboy from writing in the place, and who can mend it, for people. Empty where all is well, or the
    platform does not tell."""
    placeless: str = ""
    """Why the channel where the person is cannot be their place, and who can mend it, for people."""
    unreachable: str = ""
    """Why nothing can be kept for the person, nor sent to them, and who can mend it, for people. Empty where it can."""
    zone: str | None = None
    """IANA name of the time zone in the person's profile, where the platform tells it."""
    language: str | None = None
    """BCP 47 tag of the person's language, where the platform tells it."""
    command: str = "/papers"
    """How a command begins here, for sentences that tell what to write."""
    named_options: bool = False
    """Whether what follows a command is options with names here, as in ``/papers search words:robots``."""

    @property
    def may_share(self) -> bool:
        """Whether there is somebody to share with, and the person could tell them in their own words as well."""
        return self.place is not None and self.may_speak
