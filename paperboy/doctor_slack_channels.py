"""The part of ``paperboy doctor`` that looks at the channels of Slack that something is subscribed for."""

import asyncio

from bot.slack.whose_token import ENDED, error_code
from paperboy.check import Check
from paperboy.post import Post
from papers.destinations import Platform
from papers.errors import PaperboyError

_MOST_CHANNELS = 50
_PAUSE_SECONDS = 0.1
"""Between two: conversations.info takes some 50 a minute of a workspace at least, more in a burst."""
_NAME = "slack channels"
_MEND_THERE = "mend it there, then: paperboy subscriptions resume ID"
_OPEN_IT = (
    "install the app again there, or mend the token or key that the checks above name; what was disabled meanwhile: "
    "paperboy subscriptions resume ID"
)
_TOKEN = ENDED | {"invalid_auth", "not_authed", "not_allowed_token_type"}
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
    locked: dict[str, str] = {}
    for place in channels[:_MOST_CHANNELS]:
        workspace = place.partition("/")[0]
        if workspace in locked:
            continue
        try:
            reason = await _wrong(post, place)
        except _Away:
            return Check(_NAME, False, "Slack does not answer", "try again; paperboy doctor looks at the token too")
        except _Locked as error:
            locked[workspace] = str(error)
            reason = ""
        if reason:
            wrong[place] = reason
        await asyncio.sleep(_PAUSE_SECONDS)
    seen = f"{min(len(channels), _MOST_CHANNELS):,} of {len(channels):,} channels looked at"
    if not wrong and not locked:
        return Check(_NAME, True, seen if channels else "nothing is subscribed there yet")
    all_wrong = [f"{place}: {reason}" for place, reason in (locked | wrong).items()]
    more = f"; and {len(all_wrong) - 5:,} more" if len(all_wrong) > 5 else ""
    remedies = ([_OPEN_IT] if locked else []) + ([_MEND_THERE] if wrong else [])
    return Check(_NAME, False, f"{'; '.join(all_wrong[:5])}{more}", "; ".join(remedies))


class _Away(Exception):
    """Slack does not answer."""


class _Locked(Exception):
    """Nothing can be asked in this workspace: says why."""


async def _wrong(post: Post, place: str) -> str:
    """Why nothing can be posted there; empty if it can, or cannot be seen. Raises _Away, _Locked."""
    import aiohttp
    from slack_sdk.errors import SlackApiError

    team, _, channel = place.removeprefix(_SLACK).partition("/")
    whole = team.startswith("E")
    try:
        installation = await post.slack_installations.find(None if whole else team, team if whole else None)
        if installation is None:
            raise _Locked("the app is not installed there")
        client = post.slack_web.client(installation.bot_token.get_secret_value())
        async with asyncio.timeout(post.slack_web.timeout):
            answer = await client.conversations_info(channel=channel)
    except SlackApiError as error:
        code = error_code(error)
        if code in _TOKEN:
            raise _Locked(f"Slack does not take the token ({code})") from None
        return "" if code in _UNSEEN else _SENTENCES.get(code, code)
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise _Away from None
    except PaperboyError as error:
        raise _Locked(str(error)) from None
    shown = answer.get("channel") or {}
    if shown.get("is_archived"):
        return _ARCHIVED
    return "" if shown.get("is_member", True) else _NO_MEMBER
