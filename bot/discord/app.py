"""The app on Discord: what comes over the gateway is answered by work that goes on behind it.

Nothing is said when a server adds it: Discord shows its commands to whoever looks for them, and a message that nobody
asked for is what bots are removed for.
"""

from dataclasses import dataclass
from functools import partial

from bot.commands import Commands
from bot.desk import Desk
from bot.discord.asking import Questions
from bot.discord.breaker import Breaker
from bot.discord.choices import Choices
from bot.discord.client import PaperboyClient
from bot.discord.counting import counting
from bot.discord.drafts import Drafts
from bot.discord.filling import Forms
from bot.discord.leaving import listen_for_removal
from bot.discord.listeners import listen
from bot.discord.named_places import NamedPlaces
from bot.discord.pressing import Presses
from bot.discord.replying import Replies
from bot.discord.turns import Turns
from bot.errands import Errands
from papers.workspaces import end_places


@dataclass(frozen=True)
class DiscordApp:
    """``client`` connects; ``close`` waits for what is under way."""

    client: PaperboyClient
    errands: Errands

    async def close(self, seconds: float = 4.0) -> None:
        """Hear of nothing more, wait so long for what is under way, and leave."""
        for shard in self.client.shards.values():
            await shard.disconnect()
        await self.errands.close(seconds)
        await self.client.close()


def make_app(desk: Desk, *, commands: Commands | None = None, errands: Errands | None = None) -> DiscordApp:
    """The app, not yet connected. To be called where an event loop runs."""
    settings = desk.settings
    commands = commands or Commands(desk)
    errands = errands or Errands()
    client = PaperboyClient(settings, desk.store.redis)
    if settings.discord.token is not None:
        client.http.http_trace = counting(Breaker(desk.store.redis, settings.discord.token.get_secret_value()))
    turns = Turns(Replies(desk.asked), desk.once, errands, seconds=settings.discord.timeout)
    forms = Forms(commands, Drafts(desk.asked))
    named = NamedPlaces(desk.store.redis)
    client.tree.listen(Questions(commands, turns, forms, named), Choices(commands))
    listen(client, Presses(commands, desk.asked, turns, forms, named))
    listen_for_removal(client, partial(end_places, subscriptions=desk.subscriptions, ledger=desk.ledger))
    return DiscordApp(client=client, errands=errands)
