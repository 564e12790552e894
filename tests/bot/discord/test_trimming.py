from bot.discord.trimming import trimmed_guild


def test_of_a_server_only_what_is_used_is_kept() -> None:
    channel = {"id": "2", "type": 0, "name": "papers", "topic": "x" * 1024, "permission_overwrites": [{"id": "3"}]}
    guild = {"id": "1", "name": "Lab", "channels": [channel], "roles": [{"id": "1"}], "emojis": [{"id": "4"}]}
    assert trimmed_guild(guild) == {
        "id": "1",
        "name": "Lab",
        "channels": [{"id": "2", "type": 0, "name": "papers", "permission_overwrites": []}],
    }


def test_an_outage_stays_an_outage() -> None:
    assert trimmed_guild({"id": "1", "unavailable": True}) == {"id": "1", "unavailable": True}
