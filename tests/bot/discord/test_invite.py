from urllib.parse import parse_qs, urlsplit

from bot.discord.invite import install_url, invite_url
from bot.discord.permissions import ASKED


def asked(url: str) -> dict[str, str]:
    assert url.startswith("https://discord.com/oauth2/authorize?")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_server_is_asked_for_the_bot_its_commands_and_the_least_permissions() -> None:
    assert asked(invite_url(123)) == {
        "client_id": "123",
        "integration_type": "0",
        "scope": "bot applications.commands",
        "permissions": str(ASKED),
    }


def test_a_person_is_asked_for_the_commands_alone() -> None:
    assert asked(install_url(123)) == {"client_id": "123", "integration_type": "1", "scope": "applications.commands"}
