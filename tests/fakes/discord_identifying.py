"""Who may identify at the gateway (discord.com/developers/docs/topics/opcodes-and-status-codes#gateway)."""

from tests.fakes.discord_sessions import Socket
from tests.fakes.discord_state import Json
from tests.fakes.discord_world import World

PRIVILEGED = {"members": 1 << 1, "presences": 1 << 8, "message_content": 1 << 15}
_ALL_INTENTS = (1 << 26) - 1
_GUILDS_OF_A_SHARD = 2500


def refused(world: World, socket: Socket, data: Json, shard: int, shards: int) -> tuple[int, str] | None:  # noqa: PLR0911 - a refusal each
    """The code and the words with which a connection is closed; None: it may identify."""
    config, intents = world.config, data.get("intents")
    if socket.session is not None:
        return 4005, "Already authenticated."
    if data.get("token", "").removeprefix("Bot ") != config.token:
        return 4004, "Authentication failed."
    if not 0 <= shard < shards:
        return 4010, "Invalid shard."
    if sum(1 for one in world.guilds.values() if one.app) / shards > _GUILDS_OF_A_SHARD:
        return 4011, "Sharding required."
    if not isinstance(intents, int) or not 0 <= intents <= _ALL_INTENTS:
        return 4013, "Invalid intent(s)."
    wanted = {name for name, bit in PRIVILEGED.items() if intents & bit}
    if wanted - config.privileged:
        world.violation(f"gateway: asks for privileged intents: {sorted(wanted - config.privileged)}")
        return 4014, "Disallowed intent(s)."
    return None
