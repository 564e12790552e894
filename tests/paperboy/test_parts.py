"""What ``paperboy up`` runs."""

from paperboy.running import parts_of
from papers.settings import Settings


def test_without_more_it_fetches_and_sends() -> None:
    assert list(parts_of(Settings())) == ["worker", "scheduler"]


def test_as_many_processes_of_discord_run_as_share_the_shards() -> None:
    settings = Settings.model_validate({"discord": {"token": "a-token", "processes": 3}})
    parts = parts_of(settings)
    assert list(parts) == ["worker", "scheduler", "discord", "discord-2", "discord-3"]
    assert {tuple(command[1:]) for name, command in parts.items() if name.startswith("discord")} == {
        ("-m", "paperboy", "discord")
    }
