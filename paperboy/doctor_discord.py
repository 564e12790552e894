"""The part of ``paperboy doctor`` that looks at Discord: token, application, intents, gateway, commands, refusals."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from paperboy.check import Check
from paperboy.doctor_discord_channels import discord_channels
from paperboy.post import Post
from papers import keys
from papers.display import one_line
from papers.errors import BadInput, PaperboyError, TryLater

if TYPE_CHECKING:
    from bot.discord.application import Application
    from bot.discord.calls import Calls

_PORTAL = "https://discord.com/developers/applications"
_CHECK_NETWORK = "check network, proxy and PAPERBOY_DISCORD_API_URL"
_LATER = "wait a while, and ask again"
_MANY_REFUSALS = 500
"""Within ten minutes: something is asked again and again that Discord will not have."""


async def examine_discord(post: Post) -> AsyncIterator[Check]:
    """Every check, as it is done; none where Discord is not set up."""
    if post.app.settings.discord.token is None:
        return
    from bot.discord.application import application
    from bot.discord.breaker import NOT_TAKEN, UNTAKEN
    from bot.discord.calling import open_calls
    from bot.discord.shards import check_shares

    try:
        check_shares(post.app.settings.discord)
    except BadInput as error:
        yield Check("discord shards", False, str(error), "correct .env: paperboy discord does not start so")
    async with open_calls(post.app.settings, post.app.store.redis) as calls:
        yield await _refusals(post)
        try:
            found = await application(calls)
        except PaperboyError as error:
            if str(error) == NOT_TAKEN:
                remedy = f"copy it again: Bot, Reset Token at {_PORTAL}, into PAPERBOY_DISCORD_TOKEN"
                yield Check("discord token", False, UNTAKEN, remedy)
            else:
                yield _unanswered("discord", error)
            return
        where = "" if found.servers is None else f", in {found.servers:,} server{'' if found.servers == 1 else 's'}"
        yield Check("discord token", True, f"@{found.bot_name}, application {found.id}{where}")
        yield _settings(found)
        yield _intents(found)
        yield await _gateway(calls)
        yield await _commands(post, calls, found)
        yield await discord_channels(post, calls, found.bot)


def _settings(found: "Application") -> Check:
    """What is ticked in the developer portal."""
    if found.endpoint:
        told = "commands go to its Interactions Endpoint URL, where nobody hears them"
        return Check("discord app", False, told, f"empty that field: General Information at {_PORTAL}")
    if found.wants_code:
        remedy = f"switch off Requires OAuth2 Code Grant: Bot at {_PORTAL}"
        return Check("discord app", False, "no link can add the bot to a server", remedy)
    kinds = {"servers": found.for_servers, "people for themselves": found.for_people}
    lacking = [name for name, allowed in kinds.items() if not allowed]
    if lacking:
        remedy = f"tick both Installation Contexts, Guild Install and User Install: Installation at {_PORTAL}"
        return Check("discord app", False, f"cannot be installed by {' and '.join(lacking)}", remedy)
    if not found.link_adds_bot:
        told = "its own link gives a server the commands without the bot, which then cannot post there"
        remedy = f"choose the scope bot, too: Installation, Default Install Settings, Guild Install at {_PORTAL}"
        return Check("discord app", False, told, remedy)
    who = "anybody" if found.public else "its owner alone (Bot, Public Bot)"
    return Check("discord app", True, f"can be added by {who}, to servers and by people for themselves")


def _intents(found: "Application") -> Check:
    told = "no privileged intent is asked for"
    if found.privileged:
        told += f"; switched on without need: {', '.join(found.privileged)}"
    return Check("discord intents", True, told)


async def _gateway(calls: "Calls") -> Check:
    from bot.discord.application import gateway

    try:
        found = await gateway(calls)
    except PaperboyError as error:
        return _unanswered("discord gateway", error)
    shards = f"{found.shards:,} shard{'' if found.shards == 1 else 's'}"
    told = f"{shards} advised, {found.left:,} of {found.total:,} starts of a session left"
    if found.left >= found.shards:
        return Check("discord gateway", True, told)
    remedy = f"let what is connected stay so: there are {found.total:,} again in {found.reset_seconds / 3600:.1f} hours"
    return Check("discord gateway", False, told, remedy)


async def _commands(post: Post, calls: "Calls", found: "Application") -> Check:
    from bot.command_table import NAMES
    from bot.discord.answers import Task

    try:
        told = (await calls.ask(Task.ASK_OF_ITSELF, "GET", f"/applications/{found.id}/commands")).data
    except PaperboyError as error:
        return _unanswered("discord commands", error)
    ours = [one for one in told or () if one.get("name") == "papers"]
    there = {option.get("name") for one in ours for option in one.get("options") or ()}
    missing = [name for name in NAMES if name not in there]
    if not missing:
        return Check("discord commands", True, f"/papers with {len(there)} commands")
    why: bytes | None = await post.app.store.redis.execute_command("GET", keys.DISCORD_UNTOLD)
    if why is not None:
        reason = f"Discord was not told of the commands: {one_line(why.decode())}"
        return Check("discord commands", False, reason, "paperboy discord (or up) tries again by itself while it runs")
    if not await post.app.store.redis.exists(keys.DISCORD_COMMANDS):
        return Check("discord commands", True, "not told yet: paperboy discord (or up) does that when it starts")
    lacks = "Discord knows no /papers" if not there else f"Discord does not know /papers {', '.join(missing)}"
    return Check("discord commands", False, lacks, "start paperboy discord (or up) anew: it tells Discord again")


def _unanswered(name: str, error: PaperboyError) -> Check:
    """Nothing is known: Discord asked to be asked later, or did not answer."""
    waits = isinstance(error, TryLater) and error.seconds
    return Check(name, False, str(error), _LATER if waits else _CHECK_NETWORK)


async def _refusals(post: Post) -> Check:
    from bot.discord.breaker import MOST_INVALID, UNTAKEN, Breaker

    token = post.app.settings.discord.token
    breaker = Breaker(post.app.store.redis, token.get_secret_value() if token else "")
    stopped, count = await breaker.stopped(), await breaker.invalid()
    calls = f"{count:,} refused call{'' if count == 1 else 's'}"
    told = f"{calls} in ten minutes; Paperboy pauses at {MOST_INVALID:,}, Discord bans at 10,000"
    if stopped is not None:
        reason = UNTAKEN if stopped.token else stopped.reason
        found = f"nothing is asked of Discord for {stopped.seconds / 60:.0f} minutes: {reason}"
        return Check("discord refusals", False, found, "mend that; paperboy deliveries list --state dead says more")
    remedy = "paperboy deliveries list --state failed shows what is tried in vain" if count > _MANY_REFUSALS else ""
    return Check("discord refusals", not remedy, told, remedy)
