"""Who plays in it: many workspaces with somebody in each, forms that were opened, and a workspace with secrets."""

import asyncio
import copy
from dataclasses import dataclass

from tests.bot.slack.stage import Stage
from tests.fakes import slack_payloads
from tests.fakes.slack import Answer, Channel, Message, User, View, buttons, until, words
from tests.fakes.slack_state import Json

SECRET = "zebrafish"
"""A word of somebody's topic, which nobody elsewhere may ever read."""
_AT_ONCE = 10


@dataclass(frozen=True)
class Seat:
    """One workspace, used by one question at a time, so that it is known to which one an answer belongs."""

    user: User
    channel: Channel
    direct: Channel


@dataclass(frozen=True)
class Owner:
    """Somebody whose subscriptions everybody else tries to reach."""

    user: User
    channel: Channel
    ids: list[str]
    following: str

    async def changed(self, stage: Stage) -> str:
        """What is shown of them now, where it is not what was shown at first."""
        now = await _following(stage, self.user, self.channel)
        return "" if now == self.following else f"{self.following!r} became {now!r}"


@dataclass(frozen=True)
class Props:
    """Views that were opened as they should be."""

    forms: list[View]
    home: View


async def seats(stage: Stage, count: int) -> list[Seat]:
    """``count`` workspaces, each of which installs the app by its page."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def seat(number: int) -> Seat:
        user = stage.slack.add_user(stage.slack.add_team(f"Team {number}"), f"eve{number}")
        async with gate:
            installed = await stage.slack.install(f"{stage.url}/slack/install", user)
        assert installed.status == 200, installed.page
        direct = stage.slack.direct(user.id, stage.slack.bot_of(user.team).bot_user)
        return Seat(user, stage.channel(user), direct)

    return list(await asyncio.gather(*(seat(number) for number in range(count))))


async def owner(stage: Stage) -> Owner:
    slack, user = stage.slack, stage.person()
    channel = stage.channel(user)
    form = await (await slack.command(user, channel, "/papers", "subscribe")).form("hour", "zone")
    await slack.submit(form)
    form = await (await slack.command(user, channel, "/papers", f"follow robot {SECRET}")).form("topic", "zone")
    await slack.submit(form)
    message = await (await slack.command(user, channel, "/papers", "following")).message()
    ids = sorted({e["action_id"].split("|")[1] for _, e in buttons(message) if e["action_id"].startswith("remove|")})
    assert len(ids) == 2, words(message)
    return Owner(user, channel, ids, words(message))


async def _following(stage: Stage, user: User, channel: Channel) -> str:
    return words(await own_message(await stage.slack.command(user, channel, "/papers", "following")))


async def own_message(answer: Answer) -> Message:
    """The answer to this question, whatever is said elsewhere meanwhile."""
    url = answer.url
    assert url is not None
    await until(lambda: url.messages, lambda: answer.ack)
    return url.messages[0]


async def props(stage: Stage, seat: Seat) -> Props:
    forms = []
    for text, fields in (("follow a robot arm", "topic zone"), ("subscribe", "hour zone"), ("settings", "zone")):
        answer = await stage.slack.command(seat.user, seat.channel, "/papers", text)
        forms.append(await answer.form(*fields.split()))
    return Props(forms, await stage.slack.open_home(seat.user))


def as_sent(stage: Stage, seat: Seat, props: Props) -> list[tuple[str, Json]]:
    """One of each that Slack sends, as it should be."""
    slack, user, channel = stage.slack, seat.user, seat.channel
    said = slack.say(user, channel, "https://arxiv.org/abs/2610.00001")
    button = {"type": "button", "action_id": "save|2610.00001", "text": {"type": "plain_text", "text": "Save"}}
    view = props.forms[0]
    zone = next(b["element"] for b in view.blocks if b["block_id"] == "zone")
    topic = next(b["element"] for b in view.blocks if b["block_id"] == "topic")
    events = [
        {**slack_payloads.said(user, said), "type": "app_mention"},
        slack_payloads.said(user, said, channel_type="im"),
        slack.link_event(user, said, said.text),
        {"type": "app_home_opened", "user": user.id, "channel": seat.direct.id, "tab": "home"},
    ]
    interactions = [
        slack_payloads.press(slack, user, said, button, "b"),
        slack_payloads.press_in_view(slack, user, props.home, button, "b"),
        slack_payloads.press_in_view(slack, user, view, topic, "topic"),
        slack_payloads.submission(slack, user, view),
        slack_payloads.suggestion(slack, user, view, zone, "zone", "berl"),
        slack_payloads.shortcut(slack, user, said, "find_similar"),
    ]
    return [
        ("slash_commands", slack_payloads.command(slack, user, channel, "/papers", "search robot")),
        *(("interactive", copy.deepcopy(payload)) for payload in interactions),
        *(("events_api", slack_payloads.event(slack, user.team, what, channel)) for what in events),
    ]
