import simcord

from tests.bot.discord.told import words


async def test_a_search_is_answered_for_whoever_asks_alone(discord_env: simcord.Env) -> None:
    channel = discord_env.create_guild().create_text_channel("papers")
    ada = discord_env.guild.add_member(discord_env.create_user("ada"))
    result = await ada.slash(channel, "papers search", words="robot that opens doors")
    assert result.ephemeral
    assert "robot" in words(result)
