"""Settings and parcels for the tests of letters."""

from typing import Any

from cryptography.fernet import Fernet

from bot.email.adapter import EmailAdapter
from papers.adapters import Parcel
from papers.contents import Content, DigestContent
from papers.delivery_models import Delivery, Kind
from papers.destinations import parse_destination
from papers.following import DigestOptions
from papers.models import Window
from papers.settings import EmailSettings, Settings, WebSettings, load_settings
from papers.vault import Vault
from tests.bot.samples import AT, trending
from tests.bot.test_delivered import subscription

VAULT = Vault([Fernet.generate_key()])
REFERENCE = "email:abcdefghijklmnopqrstuvwxyz"


def settings(*, web: str | None = "https://papers.example.org", **email: Any) -> Settings:
    chosen: dict[str, Any] = {
        "host": "127.0.0.1",
        "security": "none",
        "sender": "The Paperboy <papers@example.org>",
        "timeout": 2,
    }
    return load_settings(email=EmailSettings(**(chosen | email)), web=WebSettings(url=web), now=AT)


def adapter(port: int = 9, **email: Any) -> EmailAdapter:
    return EmailAdapter(settings(port=port, **email), VAULT)


def digest(count: int = 2, **paper: object) -> DigestContent:
    chart = tuple(trending(rank, **paper) for rank in range(1, count + 1))
    return DigestContent(chart=chart, at=AT, window=Window.DAY, zone="Europe/Berlin", options=DigestOptions())


def parcel(
    content: Content | None = None, kind: Kind = Kind.DIGEST, number: int = 1, to: str = "ada@example.net"
) -> Parcel:
    delivery = Delivery(id=f"delivery{number}", kind=kind, feed="f1", destination=REFERENCE, period="p", due=AT)
    content = content or digest()
    return Parcel(delivery, parse_destination(f"email:{to}"), content, (subscription(1, destination=REFERENCE),))
