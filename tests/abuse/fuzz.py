"""Commands, buttons, forms and events of any words and any shape, all signed: each is answered, none breaks it."""

import asyncio
import gc
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

import numpy as np

from tests.abuse import strange
from tests.abuse.cast import SECRET, Props, Seat, as_sent, own_message, owner, props, seats
from tests.abuse.watched import logged, megabytes, unexpected
from tests.bot.slack.stage import LOG, Stage, on_stage
from tests.fakes import slack_payloads, slack_views
from tests.fakes.slack import Answer, Message
from tests.fakes.slack_lines import ACK_SECONDS, Ack, encoded
from tests.fakes.slack_state import Json, View
from tests.fakes.slack_world import SlackRefusal

MOST_MEGABYTES = 120.0
_AT_ONCE = 20
_PATIENCE = 15.0
_BROKEN = 0.2
"""The part of all that is not shaped as Slack's payloads are."""
_SHOWN = 20
_SAMPLES = 10

Turn = Callable[["_Play", Seat, random.Random], Awaitable[None]]


@dataclass
class Fuzzed:
    commands: int
    workspaces: int
    seconds: float = 0.0
    installed_in: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    """Seconds until a person saw something."""
    own_pause: float = 0.0
    """Seconds in which this process, which plays Slack too, did nothing: as much may be wrong in the times."""
    memory: list[float] = field(default_factory=list)
    """Megabytes: at rest, with all workspaces installed, then after each tenth."""
    most_memory: float = 0.0
    logged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """What the fake Slack did not take of answers to broken payloads."""
    wrong: list[str] = field(default_factory=list)

    def told(self) -> list[str]:
        return [
            f"{self.commands} commands and payloads of {self.workspaces} workspaces: {self.seconds:.0f} s, "
            f"{self.commands / max(self.seconds, 0.001):.0f} a second; the workspaces were installed in "
            f"{self.installed_in:.0f} s",
            f"kinds: {dict(self.kinds)}",
            f"statuses: {dict(sorted(self.statuses.items()))}",
            f"acknowledged: {_spread(self.acknowledged)}; answer seen: {_spread(self.answered)}; "
            f"our own longest pause: {1000 * self.own_pause:.0f} ms",
            f"memory (MB) before, installed, after each tenth: {self.memory}; at most {self.most_memory}",
            f"logged: {dict(self.logged.most_common(_SHOWN))}",
            f"not taken by Slack, of broken payloads: {dict(self.refused.most_common(_SHOWN))}",
        ]


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    p50, p99, most = (1000 * value for value in np.percentile(seconds, [50, 99, 100]))
    return f"{len(seconds)}, p50 {p50:.0f} ms, p99 {p99:.0f} ms, at most {most:.0f} ms"


async def fuzz(commands: int, *, seed: int = 1, workspaces: int = 40) -> Fuzzed:
    verdict = Fuzzed(commands, workspaces)
    async with on_stage("http") as stage:
        stage.slack.burst = 10**9
        stage.slack.a_minute.clear()
        pid = stage.process.pid
        verdict.memory.append(megabytes(pid))
        theirs = await owner(stage)
        began = time.monotonic()
        all_seats = await seats(stage, workspaces)
        verdict.installed_in = time.monotonic() - began
        verdict.memory.append(megabytes(pid))
        stage.slack.may_ping = {f"<@{user}>" for user in stage.slack.users}
        play = _Play(stage, all_seats, await props(stage, all_seats[0]), theirs.ids, verdict)
        began, well_formed = time.monotonic(), int(commands * (1 - _BROKEN))
        await play.run(range(well_formed), seed, _TURNS)
        verdict.wrong += stage.slack.violations[:_SHOWN]
        stage.slack.violations.clear()
        await play.run(range(well_formed, commands), seed, [_broken])
        verdict.seconds = time.monotonic() - began
        await _quiet(stage)  # what broken payloads asked for is still worked at
        verdict.refused.update(text[:100] for text in stage.slack.violations)
        stage.slack.violations.clear()
        verdict.most_memory = megabytes(pid, "VmHWM")
        await _still_serves(play)
        if changed := await theirs.changed(stage):
            verdict.wrong.append(f"subscriptions of another workspace were changed: {changed}")
        told = [m for m in stage.slack.messages if SECRET in json.dumps(m.blocks) + m.text]
        if any(m.channel != theirs.channel.id for m in told):
            verdict.wrong.append("words of another workspace's topic were told")
        if verdict.most_memory > MOST_MEGABYTES:
            verdict.wrong.append(f"{verdict.most_memory} MB")
        verdict.logged = logged(stage.data_dir / LOG)
        verdict.wrong += unexpected(stage.data_dir / LOG)[:_SHOWN]
        verdict.wrong += stage.slack.violations[:_SHOWN]
    return verdict


class _Play:
    def __init__(self, stage: Stage, seats: list[Seat], props: Props, ids: list[str], verdict: Fuzzed) -> None:
        self.stage = stage
        self.slack = stage.slack
        self.props = props
        self.ids = ids
        self.seats = seats
        self.kinds = as_sent(stage, seats[0], props)
        self.verdict = verdict
        self._every = max(1, verdict.commands // _SAMPLES)

    async def run(self, numbers: range, seed: int, turns: list[Turn]) -> None:
        """Each seat is used by one question at a time."""
        left = iter(numbers)
        lanes = min(_AT_ONCE, len(self.seats))
        watching = asyncio.create_task(self._own_pauses())
        await asyncio.gather(*(self._lane(left, seed, turns, self.seats[lane::lanes]) for lane in range(lanes)))
        watching.cancel()

    async def _own_pauses(self) -> None:
        """What we ourselves were late by is no fault of the bot's."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.1)
            self.verdict.own_pause = max(self.verdict.own_pause, time.monotonic() - began - 0.1)

    async def _lane(self, numbers: Iterator[int], seed: int, turns: list[Turn], seats: list[Seat]) -> None:
        for number in numbers:
            dice = random.Random(seed * 1_000_003 + number)
            turn = dice.choice(turns)
            self.verdict.kinds[turn.__name__.strip("_")] += 1
            await turn(self, dice.choice(seats), dice)
            if (number + 1) % self._every == 0:
                self.verdict.memory.append(megabytes(self.stage.process.pid))
                gc.freeze()  # all that was said is kept here: to look through it again and again would stop us

    async def sent(self, kind: str, payload: Json, *, least: int = 200, most: int = 200) -> Ack:
        """Acknowledged in time, with a status between these, or it is wrong."""
        if kind == "slash_commands":
            given = {name: value for name, value in payload.items() if value is not None}
            body = urlencode(given, errors="surrogatepass").encode()
        else:
            body = encoded(kind, payload)
        form = kind != "events_api"
        headers = {"Content-Type": "application/x-www-form-urlencoded" if form else "application/json"}
        ack = await self.slack.lines.post_signed(body, headers)
        self.verdict.statuses[f"{kind} {ack.status}"] += 1
        self.verdict.acknowledged.append(ack.seconds)
        if not least <= ack.status <= most or ack.seconds > ACK_SECONDS:
            self.wrong(f"acknowledged {ack.status} {ack.body} in {ack.seconds:.1f} s", payload)
        return ack

    async def answered(self, kind: str, payload: Json, seat: Seat) -> None:
        """Acknowledged, and a person sees a message or a view."""
        since, began = len(self.slack.messages), time.monotonic()
        ack = await self.sent(kind, payload)
        name = str(payload.get("response_url", "")).removeprefix(f"{self.slack.base_url}/actions/")
        url, trigger = self.slack.response_urls.get(name), self.slack.triggers.get(str(payload.get("trigger_id")))
        answer = Answer(self.slack, seat.user, ack, since, url, trigger)
        here = {seat.channel.id, seat.direct.id}
        while not (
            ack.body
            or (url and url.messages)
            or (trigger and trigger.view)
            or any(m.bot_id and m.channel in here for m in self.slack.messages[answer.since :])
        ):
            if time.monotonic() - began > _PATIENCE:
                self.wrong("never answered", payload)
                return
            await asyncio.sleep(0.005)
        self.verdict.answered.append(time.monotonic() - began)

    def wrong(self, what: str, payload: Json) -> None:
        telling = {name: payload[name] for name in ("text", "actions", "event", "action_id") if name in payload}
        self.verdict.wrong.append(f"{what}: {json.dumps(telling)[:600]} of {json.dumps(payload)[:600]}")


async def _command(play: _Play, seat: Seat, dice: random.Random) -> None:
    text = strange.text(dice)
    payload = slack_payloads.command(play.slack, seat.user, seat.channel, "/papers", text)
    await play.answered("slash_commands", payload, seat)


async def _mention(play: _Play, seat: Seat, dice: random.Random) -> None:
    bot = play.slack.bot_of(seat.user.team).bot_user
    message = play.slack.say(seat.user, seat.channel, f"<@{bot}> {strange.text(dice)}")
    said = {**slack_payloads.said(seat.user, message), "type": "app_mention"}
    await play.answered("events_api", slack_payloads.event(play.slack, seat.user.team, said, seat.channel), seat)


async def _direct_message(play: _Play, seat: Seat, dice: random.Random) -> None:
    message = play.slack.say(seat.user, seat.direct, strange.text(dice))
    said = slack_payloads.said(seat.user, message, channel_type="im")
    await play.answered("events_api", slack_payloads.event(play.slack, seat.user.team, said, seat.direct), seat)


async def _press(play: _Play, seat: Seat, dice: random.Random) -> None:
    bot = play.slack.bot_of(seat.user.team)
    message = Message(seat.channel.id, play.slack.next_ts(), "…", [], bot.bot_user, bot.bot_id, seen_by=seat.user.id)
    payload = slack_payloads.press(play.slack, seat.user, message, _button(play, dice), "b")
    await play.answered("interactive", payload, seat)


async def _press_at_home(play: _Play, seat: Seat, dice: random.Random) -> None:
    home = _own(play, play.props.home, seat)
    payload = slack_payloads.press_in_view(play.slack, seat.user, home, _button(play, dice), "b")
    await play.answered("interactive", payload, seat)


def _own(play: _Play, view: View, seat: Seat) -> View:
    """The views were opened in one workspace; here each has its own."""
    own = replace(view, id=f"{view.id}{seat.user.id}", team=seat.user.team, user=seat.user.id)
    return play.slack.views.setdefault(own.id, own)


def _button(play: _Play, dice: random.Random) -> Json:
    action = strange.press(dice, play.ids)
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "Go"}}


async def _form(play: _Play, seat: Seat, dice: random.Random) -> None:
    view = _own(play, dice.choice(play.props.forms), seat)
    submission = slack_payloads.submission(play.slack, seat.user, view)
    payload = strange.filled(dice, submission, play.ids)
    ack = await play.sent("interactive", payload)
    action = ack.body.get("response_action") if isinstance(ack.body, dict) else None
    if action == "update":
        try:
            slack_views.checked(play.slack, "view_submission", ack.body["view"], "modal")
        except SlackRefusal:
            play.wrong("an answer that Slack does not show", payload)
    elif action != "errors" or not ack.body["errors"] or not all(ack.body["errors"].values()):
        play.wrong(f"answered with {ack.body}", payload)


async def _suggestion(play: _Play, seat: Seat, dice: random.Random) -> None:
    view = _own(play, play.props.forms[0], seat)
    element = {"action_id": dice.choice(["zone", "categories", "exclude", "nothing", "<!channel>"])}
    payload = slack_payloads.suggestion(play.slack, seat.user, view, element, "zone", strange.text(dice)[:500])
    ack = await play.sent("interactive", payload)
    if not isinstance(ack.body, dict) or not isinstance(ack.body.get("options"), list):
        play.wrong(f"suggested {ack.body}", payload)


async def _broken(play: _Play, seat: Seat, dice: random.Random) -> None:
    kind, payload = dice.choice(play.kinds)
    await play.sent(kind, strange.broken(dice, payload), most=499)


async def _quiet(stage: Stage) -> None:
    """Until the bot has called Slack no more for a second, and said nothing."""
    before = (-1, -1)
    async with asyncio.timeout(60):
        while before != (now := (len(stage.slack.calls), len(stage.slack.messages))):
            before = now
            await asyncio.sleep(1.5)


async def _still_serves(play: _Play) -> None:
    seat = play.seats[-1]
    answer = await play.slack.command(seat.user, seat.channel, "/papers", "search robot doors")
    if "robot" not in json.dumps((await own_message(answer)).blocks):
        play.verdict.wrong.append("it finds nothing any more")


_TURNS: list[Turn] = [
    *([_command] * 8),
    *([_press] * 4),
    *([_press_at_home, _form, _form, _suggestion, _mention, _direct_message]),
]
