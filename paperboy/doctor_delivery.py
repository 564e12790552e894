"""The part of ``paperboy doctor`` that looks at delivery: the ledger, the destinations, the mail server, the chats."""

import asyncio
from collections.abc import AsyncIterator

from paperboy.check import Check
from paperboy.doctor_discord import examine_discord
from paperboy.doctor_slack import examine_slack
from paperboy.post import Post, open_post
from paperboy.wiring import App
from papers import keys
from papers.delivery_models import State
from papers.errors import PaperboyError

_SMTP_SECONDS = 20


async def examine_delivery(app: App) -> AsyncIterator[Check]:
    """Every check, as it is done."""
    try:
        async with open_post(app) as post:
            yield await _ledger(post)
            yield await _destinations(post)
            if app.settings.email.host:
                yield await _mail(app)
            async for check in examine_slack(post):
                yield check
            async for check in examine_discord(post):
                yield check
    except PaperboyError as error:
        yield Check("delivery", False, str(error), "correct the setting; .env.example lists what each may be")


async def _ledger(post: Post) -> Check:
    counts = await post.ledger.counts()
    unknown = counts[State.UNKNOWN]
    found = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count) or "nothing was due yet"
    remedy = "paperboy deliveries list --state unknown shows them; retry those that did not arrive" if unknown else ""
    return Check("deliveries", not unknown, found, remedy)


async def _destinations(post: Post) -> Check:
    redis = post.app.store.redis
    total, disabled = int(await redis.zcard(keys.SUBSCRIPTIONS)), int(await redis.hlen(keys.DISABLED))
    found = f"{total:,} subscription{'' if total == 1 else 's'}"
    if not disabled:
        return Check("destinations", True, found)
    remedy = "paperboy subscriptions list says why; mend the cause, then: paperboy subscriptions resume ID"
    return Check("destinations", False, f"{found}, {disabled:,} disabled", remedy)


async def _mail(app: App) -> Check:
    from bot.email.dialogue import connect
    from bot.email.server import sender_of, server_of

    try:
        async with asyncio.timeout(_SMTP_SECONDS):
            session = await connect(server_of(app.settings), sender_of(app.settings).domain)
        session.close()
    except TimeoutError:
        found = f"no answer in {_SMTP_SECONDS} s"
    except PaperboyError as error:
        found = str(error)
    else:
        return Check("e-mail", True, f"{app.settings.email.host} takes our letters")
    return Check("e-mail", False, found, "check the PAPERBOY_EMAIL_ settings, and whether this machine may reach it")
