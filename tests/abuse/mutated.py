"""Requests that were changed on their way, forged, sent again or cut short: none is taken, and nothing is done."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from papers import keys
from tests.abuse.mutations import HARDLY, OFTEN, SELDOM, Knowledge, mutation
from tests.abuse.watched import keys_in, megabytes, unexpected
from tests.abuse.wire import FORM, JSON, Line, Request, signed
from tests.bot.slack.stage import LOG, Stage, on_stage
from tests.fakes import slack_payloads
from tests.fakes.slack import Channel, User
from tests.fakes.slack_lines import encoded

_CONNECTIONS = 200
_GOOD = 0.02
"""The part of requests that is as Slack sends them: were none taken, nothing would be shown."""
_ANEW = 0.003
"""The part that Slack sends a second time, signed anew: taken, and done once."""
_SHOWN = 20


@dataclass
class Mutated:
    requests: int
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    """Of requests that were changed; 0: the connection was closed without an answer."""
    by_mutation: dict[str, Counter[int]] = field(default_factory=dict)
    connections: int = 0
    good: int = 0
    anew: int = 0
    taken: int = 0
    """Of the good ones, with those that came anew."""
    done: int = 0
    """Answers that people saw."""
    calls: list[str] = field(default_factory=list)
    """Methods of the Web API that were called."""
    """Of the Web API."""
    memory: tuple[float, float] = (0.0, 0.0)
    wrong: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return sum(count for status, count in self.statuses.items() if 200 <= status < 400)

    def told(self) -> list[str]:
        before, after = self.memory
        return [
            f"{sum(self.statuses.values())} changed requests over {self.connections} connections, and {self.good} good "
            f"ones, {self.anew} of them again: {self.requests / self.seconds:.0f} a second, {self.seconds:.0f} s",
            f"accepted: {self.accepted}; statuses: {dict(sorted(self.statuses.items()))}",
            f"good ones taken: {self.taken}, answered: {self.done}",
            f"calls of the Web API: {len(self.calls)}; memory {before} MB before, {after} MB after",
            *(f"{name}: {dict(sorted(found.items()))}" for name, found in sorted(self.by_mutation.items())),
        ]


async def mutated(requests: int, *, seed: int = 1, connections: int = _CONNECTIONS) -> Mutated:
    verdict = Mutated(requests)
    async with on_stage("http") as stage:
        people = [stage.person() for _ in range(5)]
        channel = stage.channel(*people)
        attack = _Attack(stage, people, channel, verdict)
        await attack.sent_as(Request([], b"", method=b"GET", target=b"/healthz"))
        before, calls = await keys_in(stage.data_dir), len(stage.slack.calls)
        pid = stage.process.pid
        rss = megabytes(pid)
        began = time.monotonic()
        numbers = iter(range(requests))
        await asyncio.gather(*(attack.run(numbers, seed) for _ in range(min(connections, requests))))
        verdict.seconds = time.monotonic() - began
        await attack.answered()
        verdict.memory = rss, megabytes(pid)
        # Of those who asked as they should, Slack is asked for their time zone.
        verdict.calls = [call.method for call in stage.slack.calls[calls:] if call.method != "users.info"]
        verdict.done = attack.seen()
        new = await keys_in(stage.data_dir) - before
        _judge(verdict, new, attack, unexpected(stage.data_dir / LOG))
        message = await (await stage.slack.command(people[0], channel, "/papers", "search robot")).message()
        if "robot" not in str(message.blocks):
            verdict.wrong.append("it answers no search any more")
        verdict.wrong += stage.slack.violations[:_SHOWN]
    return verdict


class _Attack:
    def __init__(self, stage: Stage, people: list[User], channel: Channel, verdict: Mutated) -> None:
        self._stage = stage
        self._people = people
        self._channel = channel
        self._verdict = verdict
        self._secret = stage.slack.config.signing_secret.encode()
        self._know = Knowledge(self._secret)
        self._port = urlsplit(stage.url).port or 80
        self.good: set[str] = set()
        """response_urls of commands that are to be answered"""

    async def run(self, numbers: Iterator[int], seed: int) -> None:
        line = Line(self._port)
        for number in numbers:
            await self._one(line, random.Random(seed * 1_000_003 + number))
        await line.close()
        self._verdict.connections += line.opened

    async def _one(self, line: Line, dice: random.Random) -> None:
        chance = dice.random()
        if chance < _GOOD:
            await self._good(line, dice, again=chance < _ANEW)
            return
        change = mutation(dice)
        request = change(self._request(dice), dice, self._know)
        try:
            status = await line.send(request)
        except TimeoutError:
            await line.close()
            status = -1
        self._verdict.statuses[status] += 1
        self._verdict.by_mutation.setdefault(change.__name__, Counter())[status] += 1
        if not (400 <= status < 500 or status == 0):
            self._verdict.wrong.append(f"{change.__name__}: {status}: {request.encoded()[:600]!r}")

    async def _good(self, line: Line, dice: random.Random, *, again: bool) -> None:
        slack, user = self._stage.slack, dice.choice(self._people)
        payload = slack_payloads.command(slack, user, self._channel, "/papers", "help")
        self.good.add(str(payload["response_url"]).removeprefix(f"{slack.base_url}/actions/"))
        body = encoded("slash_commands", payload)
        now = int(time.time())
        stamps = [now - dice.randrange(100, 280), now] if again else [now + dice.choice([0, 0, -280, 280])]
        for stamp in stamps:
            request = signed(body, FORM, self._secret, stamp)
            if dice.random() < 0.5:
                dice.shuffle(request.headers)
            if dice.random() < 0.3:  # in pieces, as HTTP allows
                at = dice.randrange(1, len(body))
                pieces = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:at], body[at:]))
                request.headers.append((b"Transfer-Encoding", b"chunked"))
                request.body = pieces + b"0\r\n\r\n"
            status = await line.send(request)
            self._verdict.taken += status == 200
            if status == 200:
                self._know.taken.append(request)
            else:
                self._verdict.wrong.append(f"a good request: {status}")
        self._verdict.good += len(stamps)
        self._verdict.anew += again

    def _request(self, dice: random.Random) -> Request:
        slack, user = self._stage.slack, dice.choice(self._people)
        now = int(time.time())
        match dice.randrange(3):
            case 0:
                payload = slack_payloads.command(slack, user, self._channel, "/papers", "search robot")
                return signed(encoded("slash_commands", payload), FORM, self._secret, now)
            case 1:
                found = slack.messages[0]
                button = {"type": "button", "action_id": "saved|0", "text": {"type": "plain_text", "text": "Saved"}}
                payload = slack_payloads.press(slack, user, found, button, "b")
                return signed(encoded("interactive", payload), FORM, self._secret, now)
            case _:
                said = {
                    "type": "app_mention",
                    "user": user.id,
                    "text": "help",
                    "channel": self._channel.id,
                    "ts": "1.1",
                }
                payload = slack_payloads.event(slack, user.team, said, self._channel)
                return signed(json.dumps(payload).encode(), JSON, self._secret, now)

    async def sent_as(self, request: Request) -> int:
        line = Line(self._port)
        try:
            return await line.send(request)
        finally:
            await line.close()

    async def answered(self) -> None:
        """Wait until each good command has its answer, or patience ends."""
        urls = self._stage.slack.response_urls
        try:
            async with asyncio.timeout(20):
                while not all(urls[name].messages for name in self.good):  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.05)
        except TimeoutError:
            self._verdict.wrong.append("a good command was not answered")

    def seen(self) -> int:
        return sum(len(url.messages) for url in self._stage.slack.response_urls.values())

    def strange(self) -> list[str]:
        """Answers to what nobody asked, and second answers."""
        urls = self._stage.slack.response_urls.items()
        return [name for name, url in urls if len(url.messages) != (1 if name in self.good else 0)]


def _judge(verdict: Mutated, new: set[str], attack: _Attack, log: list[str]) -> None:
    memories = {key for key in new if key.startswith(keys.once(""))}
    if new - memories:
        verdict.wrong.append(f"written: {sorted(new - memories)[:_SHOWN]}")
    if len(memories) > 2 * verdict.good:
        verdict.wrong.append(f"{len(memories)} memories of {verdict.good} requests that were taken")
    if verdict.calls:
        verdict.wrong.append(f"calls of the Web API, which none of the good requests needs: {verdict.calls[:_SHOWN]}")
    verdict.wrong += [f"answered, or answered twice: {name}" for name in attack.strange()[:_SHOWN]]
    missing = {each.__name__ for each in (*OFTEN, *SELDOM, *HARDLY)} - verdict.by_mutation.keys()
    if missing and verdict.requests >= 10_000:
        verdict.wrong.append(f"never tried: {missing}")
    verdict.wrong += log[:_SHOWN]
