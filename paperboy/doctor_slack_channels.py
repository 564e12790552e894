"""The part of ``paperboy doctor`` that looks at the channels of Slack that something is subscribed for."""

import asyncio

from bot.slack.whose_token import error_code
from paperboy.check import Check
from paperboy.post import Post
from papers.destinations import Platform
from papers.errors import PaperboyError

_MOST_CHANNELS = 50
_PAUSE_SECONDS = 0.1
"""Between two: conversations.info takes some 50 a minute of a workspace at least, more in a burst."""
_SLACK = f"{Platform.SLACK}:"
_UNSEEN = {"missing_scope", "ratelimited", ""}
_ARCHIVED = "it is archived"
_NO_MEMBER = "Paperboy is not in it: write /invite @Paperboy there"
_SENTENCES = {
    "channel_not_found": "it is gone, or private and Paperboy is not in it: write /invite @Paperboy there",
    "is_archived": _ARCHIVED,
    "not_in_channel": _NO_MEMBER,
}


async def slack_channels(post: Post) -> Check:
    """Whether what is subscribed gets where it should. Direct messages are not looked at: nobody leaves them."""
    places = {s.destination async for s in post.subscriptions.all() if s.destination.startswith(_SLACK)}
    channels = sorted(place for place in places if place.partition("/")[2].startswith(("C", "G")))
    wrong: dict[str, str] = {}
    for place in channels[:_MOST_CHANNELS]:
        reason = await _wrong(post, place)
        if reason:
            wrong[place] = reason
        await asyncio.sleep(_PAUSE_SECONDS)
    seen = f"{min(len(channels), _MOST_CHANNELS):,} of {len(channels):,} channels looked at"
    if not wrong:
        return Check("slack channels", True, seen if channels else "nothing is subscribed there yet")
    found = "; ".join(f"{place}: {reason}" for place, reason in list(wrong.items())[:5])
    more = f"; and {len(wrong) - 5:,} more" if len(wrong) > 5 else ""
    return Check("slack channels", False, f"{found}{more}", "mend it there, then: paperboy subscriptions resume ID")


async def _wrong(post: Post, place: str) -> str:
    """Why nothing can be posted there; empty if it can, or cannot be seen."""
    import aiohttp
    from slack_sdk.errors import SlackApiError

    team, _, channel = place.removeprefix(_SLACK).partition("/")
    whole = team.startswith("E")
    try:
        installation = await post.slack_installations.find(None if whole else team, team if whole else None)
        if installation is None:
            return "the app is not installed there"
        client = post.slack_web.client(installation.bot_token.get_secret_value())
        async with asyncio.timeout(post.slack_web.timeout):
            answer = await client.conversations_info(channel=channel)
    except SlackApiError as error:
        code = error_code(error)
        return "" if code in _UNSEEN else _SENTENCES.get(code, code)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return ""
    except PaperboyError as error:
        return str(error)
    shown = answer.get("channel") or {}
    if shown.get("is_archived"):
        return _ARCHIVED
    return "" if shown.get("is_member", True) else _NO_MEMBER
