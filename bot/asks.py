"""What a person can ask, once for every platform. ``bot/command_text.py`` reads it from words."""

from datetime import date

from papers.models import Frozen, Window


class Search(Frozen):
    text: str
    categories: tuple[str, ...] = ()
    author: str | None = None
    since: date | None = None
    meant: str = ""
    """A command that was perhaps meant, and mistyped: ``follow robots``."""


class Trending(Frozen):
    window: Window = Window.WEEK
    categories: tuple[str, ...] = ()


class Similar(Frozen):
    paper: str
    """An id, a link, or the words of a title."""


class Look(Frozen):
    """Why a paper trends, and what is known of it."""

    paper: str
    """As in Similar."""


class Keep(Frozen):
    """Save a paper."""

    paper: str
    """As in Similar."""


class Follow(Frozen):
    text: str = ""


class Following(Frozen):
    """What I follow, and what is subscribed here."""


class Subscribe(Frozen):
    """A digest for the place, or for the person where there is no place."""


class Settings(Frozen):
    pass


class Export(Frozen):
    """All that is kept of the person."""


class ForgetMe(Frozen):
    """Erase it. Asks before it does it."""


class Saved(Frozen):
    """The papers the person keeps."""


class Help(Frozen):
    about: str = ""
    """A command, or nothing."""


class Thanks(Frozen):
    pass


Ask = (
    Search
    | Trending
    | Similar
    | Look
    | Keep
    | Follow
    | Following
    | Subscribe
    | Settings
    | Export
    | ForgetMe
    | Saved
    | Help
    | Thanks
)
