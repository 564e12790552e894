"""Where a message goes: console:NAME, file:PATH, email:ADDRESS, slack:TEAM/CHANNEL or discord:CHANNEL."""

import os
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from papers.errors import BadInput
from papers.models import Frozen

_LONGEST = 4096
_NAME = re.compile(r"[\w.@+-]{1,64}")
_SLACK = re.compile(r"[TE][A-Z0-9]{1,20}/[CDGUW][A-Z0-9]{1,20}", re.ASCII)
_DISCORD = re.compile(r"@?[1-9]\d{4,19}", re.ASCII)
"""A channel, or a person after an @, who is reached by direct message."""


class Platform(StrEnum):
    CONSOLE = "console"
    FILE = "file"
    EMAIL = "email"
    SLACK = "slack"
    DISCORD = "discord"


class Destination(Frozen):
    """One place on one platform. ``address`` is in the one form that the platform knows it by."""

    platform: Platform
    address: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.address}"


def parse_destination(text: str) -> Destination:
    """What a person wrote after ``--to``. Raises BadInput, with what would do."""
    name, colon, address = text.strip().partition(":")
    if not colon or name.lower() not in set(Platform):
        raise BadInput(f"destination {text[:60]!r} is none: write {EXAMPLES}")
    if len(address) > _LONGEST or not address.isprintable() or not address.strip():
        raise BadInput(f"destination {text[:60]!r} has no address, or one with characters that none has")
    platform = Platform(name.lower())
    return Destination(platform=platform, address=_ADDRESSES[platform](address.strip()))


def owner_name(name: str) -> str:
    """The reference of an owner who is no destination. Raises BadInput."""
    if not _NAME.fullmatch(name):
        raise BadInput(f"owner {name[:60]!r} is no name: letters, digits and .-_@+ only, or a destination")
    return f"user:{name}"


def _console(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadInput(f"console:{name[:60]} is no name: letters, digits and .-_@+ only, as in console:me")
    return name


def _file(path: str) -> str:
    """Absolute, since whoever sends may have been started elsewhere."""
    absolute = Path(os.path.abspath(Path(path).expanduser()))
    if absolute.is_dir() or path.endswith("/"):
        raise BadInput(f"file:{path} is a folder: name a file in it, as in file:{absolute}/papers.jsonl")
    if absolute.exists() and not absolute.is_file():
        raise BadInput(f"file:{path} is a device or a pipe: name a regular file")
    return str(absolute)


def _email(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadInput(f"{address[:80]!r} is no e-mail address: {error}") from None
    return (found.ascii_email or found.normalized).lower()


def _slack(address: str) -> str:
    if not _SLACK.fullmatch(address):
        raise BadInput(f"slack:{address[:60]} is no place on Slack: write both ids, as in slack:T024BE7LD/C0123ABCD")
    return address


def _discord(address: str) -> str:
    if not _DISCORD.fullmatch(address):
        raise BadInput(
            f"discord:{address[:60]} is no place there: write a channel's id, as in discord:81384788765712384, or @USER"
        )
    return address


EXAMPLES = "console:NAME, file:PATH, email:ADDRESS, slack:TEAM/CHANNEL or discord:CHANNEL"
_ADDRESSES: Mapping[Platform, Callable[[str], str]] = {
    Platform.CONSOLE: _console,
    Platform.FILE: _file,
    Platform.EMAIL: _email,
    Platform.SLACK: _slack,
    Platform.DISCORD: _discord,
}
