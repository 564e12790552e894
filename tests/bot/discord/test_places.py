from bot.discord.layout import render
from bot.replies import Reply


def test_a_place_in_a_text_is_a_link_to_its_channel() -> None:
    reply = Reply(text="Nothing is sent to discord:812345 any more.", places=("discord:812345",))
    assert "Nothing is sent to <#812345> any more." in str(render(reply).payload())
