"""The app is installed again: what was disabled because its token was no good is sent to again."""

from collections.abc import Iterable

from bot.slack.answers import TOKEN_GONE, not_installed
from papers.deliveries import Ledger
from papers.log import get_logger

log = get_logger("slack")


async def enable_again(ledger: Ledger, places: Iterable[str]) -> int:
    """Enable the destinations in these workspaces (T…) and organizations (E…). Returns how many there were.

    What is wrong with a channel or a person stays disabled. Raises redis-py's errors.
    """
    count = 0
    for where in places:
        reasons = TOKEN_GONE | {not_installed(where)}
        async for destination, why in ledger.disabled_in(f"slack:{where}/"):
            if why.reason in reasons:
                await ledger.enable(destination)
                count += 1
    if count:
        log.info("destinations are enabled again: the app was installed again", count=count)
    return count
