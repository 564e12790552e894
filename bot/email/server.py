"""The SMTP server and the addresses that letters leave with, checked before the first one is written."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Literal

from pydantic import SecretStr

from papers.destinations import parse_destination
from papers.display import one_line
from papers.errors import BadInput
from papers.links import web_address
from papers.settings import Settings

ANSWER_STEPS = 4
"""How many steps' time the answer to a whole letter has: the receiver reads it for spam meanwhile."""
_LONGEST_WEB_URL = 100


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    password: SecretStr | None
    timeout: float
    """Seconds for each step."""


@dataclass(frozen=True)
class Sender:
    """Who letters are from."""

    header: Address
    """The From address, with a name."""
    envelope: str
    """Where bounces go."""

    @property
    def domain(self) -> str:
        return self.header.domain


def server_of(settings: Settings) -> Server:
    """Raises BadInput naming the setting that is missing."""
    email = settings.email
    if not email.host:
        raise BadInput("setting PAPERBOY_EMAIL_HOST: is not set; name the SMTP server that takes your letters")
    if bool(email.user) != (email.password is not None):
        given, missing = ("USER", "PASSWORD") if email.user else ("PASSWORD", "USER")
        raise BadInput(f"setting PAPERBOY_EMAIL_{missing}: is not set, but PAPERBOY_EMAIL_{given} is; set both or none")
    if email.user and email.security == "none" and email.host not in {"localhost", "127.0.0.1", "::1"}:
        raise BadInput("setting PAPERBOY_EMAIL_SECURITY: none would send the password readable; use starttls or tls")
    return Server(email.host, email.port, email.security, email.user, email.password, email.timeout)


def sender_of(settings: Settings) -> Sender:
    """Raises BadInput naming the setting that is missing or no address."""
    email = settings.email
    if not email.sender:
        raise BadInput("setting PAPERBOY_EMAIL_SENDER: is not set; write Paperboy <papers@example.org>")
    name, address = parseaddr(email.sender)
    address = _address("SENDER", address or email.sender)
    # "=?" would begin an encoded word, which mail programs decode.
    name = one_line(name).replace("=?", "= ?") or "Paperboy"
    envelope = _address("BOUNCES", email.bounces) if email.bounces else address
    return Sender(Address(display_name=name, addr_spec=address), envelope)


def web_url_of(settings: Settings) -> str:
    """Raises BadInput without one."""
    if settings.web.url is None:
        raise BadInput(
            "setting PAPERBOY_WEB_URL: is not set; letters need it for their links to confirm and unsubscribe,"
            " so set it to where people reach `paperboy web`"
        )
    if len(settings.web.url) > _LONGEST_WEB_URL or web_address(settings.web.url) != settings.web.url:
        raise BadInput(
            f"setting PAPERBOY_WEB_URL: must have {_LONGEST_WEB_URL} characters or less, of those that web addresses"
            " have (a name with others in its xn-- form): it becomes part of a header"
        )
    return settings.web.url


def _address(setting: str, text: str) -> str:
    try:
        return parse_destination(f"email:{text}").address
    except BadInput as error:
        raise BadInput(f"setting PAPERBOY_EMAIL_{setting}: {error}") from None
