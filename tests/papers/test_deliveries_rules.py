"""The ledger against its model (tests/papers/ledger_model.py), by random steps of senders, planners and people.

What is promised, and tried here: a receiver gets at most one message of a delivery, plus one for each time that

- a sender is frozen between its commit and its request for longer than two leases and sends after it lost its turn,
- a person asks for a delivery again that had ended.

Senders here do what papers/delivery_attempt.py does: look before they send when the ledger says there is a risk, and
send nothing without a commit. Anything else may happen to them: they die, freeze, wake up late, say what they did
twice, or not at all.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from papers import keys
from papers.adapters import NotOurs
from papers.deliveries import Claim, Ledger, Risk
from papers.delivery_layout import seconds
from papers.delivery_models import FINAL, Disabled, State
from papers.delivery_steps import Outcome, Pause, Planned
from papers.redis.connection import open_redis
from papers.settings import Settings
from tests.papers.builders import NOON
from tests.papers.ledger_builders import UNLIMITED, add_feed, check_consistent, everything, message
from tests.papers.ledger_model import Entry, Model

FEEDS = {"feed1": "console:a", "feed2": "console:a", "feed3": "console:b"}
PLACES = ("console:a", "console:b")
LONG = timedelta(hours=9)
BUCKETS = f"{keys.LEDGER}:buckets"
EPOCH = f"{keys.LEDGER}:epoch"
EXAMPLES = 60


@dataclass
class Hand:
    """What one sender knows of one claim: alive, frozen, or about to be told that it has lost it."""

    claim: Claim
    may_commit: bool
    committed: bool = False
    sent: bool = False
    said: Outcome | None = None

    @property
    def delivery(self) -> str:
        return self.claim.delivery.id


class LedgerRules(RuleBasedStateMachine):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.redis = self.run(self.stack.enter_async_context(open_redis(settings)))
        self.run(self.redis.flushall())
        self.ledger = Ledger(self.redis, settings, lease=10_000)
        self.model = Model()
        self.now = NOON
        self.restarted = True
        """Since the last claim; the first one finds a server it does not know."""
        self.hands: list[Hand] = []
        self.received: Counter[str] = Counter()
        self.allowed: Counter[str] = Counter()
        """Messages more than one that are no broken promise."""
        self.periods = 0
        for feed in FEEDS:
            self.add_feed(feed)

    def run(self, step: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(step)

    def teardown(self) -> None:
        try:
            self.everything_comes_to_an_end()
        finally:
            self.run(self.stack.aclose())
            self.loop.close()

    # becoming due

    @rule(feed=st.sampled_from(sorted(FEEDS)), again=st.booleans(), minutes=st.integers(-9, 9))
    def plan(self, feed: str, again: bool, minutes: int) -> None:
        if feed not in self.model.feeds:
            self.add_feed(feed)
        self.periods += not again
        due = self.now + timedelta(minutes=minutes)
        one = message(FEEDS[feed], feed=feed, period=str(self.periods), due=due)
        expected = int(self.now.timestamp())
        self.run(self.redis.zadd(keys.FEEDS, {feed: expected}))
        planned = Planned(one, expected=expected, next=expected + 86_400)
        made = self.run(self.ledger.plan([planned], self.now))
        assert self.run(self.ledger.plan([planned], self.now)) == []
        new = self.model.plan(Entry(one.id, feed, one.destination, seconds(due)))
        assert made == ([one.id] if new else [])

    @rule(place=st.sampled_from(PLACES))
    def plan_once(self, place: str) -> None:
        self.periods += 1
        one = message(place, period=str(self.periods), due=self.now)
        made = self.run(self.ledger.plan([Planned(one), Planned(one)], self.now))
        assert made == ([one.id] if self.model.plan(Entry(one.id, "", place, seconds(self.now))) else [])

    # senders

    @rule()
    def claim(self) -> None:
        self.look_at_every_lane()
        found = self.run(self.ledger.claim("sender", UNLIMITED, 500, self.now)).claims
        expected = self.model.claim(seconds(self.now), restarted=self.restarted)
        self.restarted = False
        assert {one.delivery.id: one.risk for one in found} == expected
        for one in found:
            entry = self.model.entries[one.delivery.id]
            assert one.turn >= entry.turn  # one more, or far more when turns may be forgotten
            entry.turn = one.turn
            self.hands.append(Hand(one, may_commit=one.risk is Risk.NONE))

    def look_at_every_lane(self) -> None:
        """As if the time until their next look had passed."""
        self.run(self.redis.execute_command("ZADD", keys.lanes("console"), "XX", 0, "console"))

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def a_sender_goes_on(self, data: st.DataObject) -> None:
        self.go_on(data)

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def a_sender_goes_on_and_on(self, data: st.DataObject) -> None:
        for _ in range(3):
            if self.hands:
                self.go_on(data)

    def go_on(self, data: st.DataObject) -> None:
        hand = self.hands[data.draw(st.integers(0, len(self.hands) - 1))]
        step = data.draw(st.sampled_from(self.steps(hand)))
        note(f"{step}: {hand.delivery}, turn {hand.claim.turn}")
        if step == "die":
            self.hands.remove(hand)
        elif step == "renew":
            lost = self.run(self.ledger.renew([hand.claim]))
            assert lost == (set() if self.model.renew(hand.delivery, hand.claim.turn) else {hand.delivery})
        elif step == "say it again":
            assert hand.said is not None
            self.finish(hand, hand.said)
        elif step == "look":
            self.look(hand)
        elif step == "wake up and send":
            self.leave(hand)
        elif step.startswith("commit"):
            self.commit(hand, then_freeze=step == "commit and freeze")
        else:
            later = self.now + timedelta(seconds=data.draw(st.sampled_from([0, 30, 900])))
            self.finish(hand, self.outcome(hand, step, later))

    def steps(self, hand: Hand) -> list[str]:
        """What this sender may do next."""
        found = ["die", "renew"]
        if hand.said:
            return [*found, "say it again"]
        if hand.sent:
            return [*found, "accepted", "accepted", "lost", "unknown"]
        if hand.committed:
            return [*found, "wake up and send", "lost", "429", "429 and a pause", "refused", "unknown"]
        if hand.may_commit:
            return [*found, "commit", "commit", "commit and freeze", "429", "empty", "stopped"]
        return [*found, "look", "look", "unknown", "429", "stopped"]

    def outcome(self, hand: Hand, step: str, later: datetime) -> Outcome:
        pending = hand.claim.risk is Risk.MAY_HAVE_LEFT and not hand.may_commit
        pause = Pause(f"channel:{hand.claim.delivery.destination}", LONG)
        return {
            "accepted": Outcome(State.SENT, message_id=f"{hand.delivery}-{self.received[hand.delivery]}"),
            "lost": Outcome(State.FAILED, "no answer", retry_at=later, look=True),
            "429": Outcome(State.FAILED, "slow down", retry_at=later, look=pending),
            "429 and a pause": Outcome(State.FAILED, "slow down", retry_at=later, look=pending, pause=pause),
            "refused": Outcome(State.DEAD, "too long"),
            "unknown": Outcome(State.UNKNOWN, "nobody can say"),
            "empty": Outcome(State.EMPTY),
            "stopped": Outcome(State.DUE, look=pending),
        }[step]

    def look(self, hand: Hand) -> None:
        if self.received[hand.delivery]:
            self.finish(hand, Outcome(State.SENT, message_id=f"{hand.delivery}-1"))
        else:
            hand.may_commit = True

    def commit(self, hand: Hand, *, then_freeze: bool) -> None:
        try:
            self.run(self.ledger.commit(hand.claim, (), self.now))
            hand.committed = True
        except NotOurs:
            self.hands.remove(hand)
        assert hand.committed == self.model.commit(hand.delivery, hand.claim.turn)
        if hand.committed and not then_freeze:
            self.leave(hand)

    def leave(self, hand: Hand) -> None:
        if not self.model.is_held(hand.delivery, hand.claim.turn):
            note("sent by one who had lost its turn")
            self.allowed[hand.delivery] += 1
        self.received[hand.delivery] += 1
        hand.sent = True

    def finish(self, hand: Hand, outcome: Outcome) -> None:
        hand.said = outcome
        assert self.run(self.ledger.finish(hand.claim, outcome, self.now)) == self.expected(hand, outcome)

    def expected(self, hand: Hand, outcome: Outcome) -> str:
        return self.model.finish(
            hand.delivery,
            hand.claim.turn,
            outcome.state,
            retry_at=seconds(outcome.retry_at) if outcome.retry_at else 0,
            look=outcome.look,
            message=outcome.message_id,
            pause=outcome.pause is not None,
        )

    # time

    @precondition(lambda self: any(one.held for one in self.model.entries.values()))
    @rule(data=st.data(), leases=st.integers(1, 2))
    def leases_end(self, data: st.DataObject, leases: int) -> None:
        one = data.draw(st.sampled_from(sorted(one.id for one in self.model.entries.values() if one.held)))
        for _ in range(leases):
            if self.model.entries[one].held:
                self.end_lease(one)
                self.claim()

    def end_lease(self, delivery: str) -> None:
        self.model.entries[delivery].lease_over = True
        self.run(self.redis.zadd(keys.claimed("console"), {delivery: 0}))

    @rule(seconds_=st.sampled_from([-3600, 1, 60, 600, 3600]))
    def time_passes_or_the_clock_jumps(self, seconds_: int) -> None:
        self.now += timedelta(seconds=seconds_)

    @rule()
    def pauses_end(self) -> None:
        self.model.paused.clear()
        self.run(self.redis.delete(BUCKETS))

    @rule()
    def redis_restarts(self) -> None:
        if self.model.last is not None:
            self.run(self.redis.hset(EPOCH, "run", "of another server"))
            self.restarted = True

    # people

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data())
    def retry_by_hand(self, data: st.DataObject) -> None:
        one = self.model.entries[data.draw(st.sampled_from(sorted(self.model.entries)))]
        assert self.run(self.ledger.retry(one.id, self.now)) is one.state
        if one.state in FINAL and one.state is not State.SENT:
            self.allowed[one.id] += 1
        self.model.retry(one.id, seconds(self.now))

    @rule(feed=st.sampled_from(sorted(FEEDS)), what=st.sampled_from(["remove", "disable", "enable", "forget"]))
    def change_their_minds(self, feed: str, what: str) -> None:
        change = {"remove": self.remove_feed, "disable": self.disable, "enable": self.enable, "forget": self.forget}
        change[what](feed if what == "remove" else FEEDS[feed])

    def add_feed(self, feed: str) -> None:
        self.run(add_feed(self.redis, feed, destination=FEEDS[feed], due=None))
        self.model.feeds.add(feed)

    def remove_feed(self, feed: str) -> None:
        self.run(self.redis.hdel(keys.FEED, feed))
        self.run(self.redis.hdel(keys.NEWEST, feed))
        self.model.remove_feed(feed)

    def disable(self, place: str) -> None:
        self.run(self.ledger.disable(place, Disabled(reason="gone", at=self.now)))
        self.model.disabled.add(place)

    def enable(self, place: str) -> None:
        self.run(self.redis.hdel(keys.DISABLED, place))
        self.model.disabled.discard(place)

    def forget(self, place: str) -> None:
        ids = [one.id for one in self.model.entries.values() if one.destination == place]
        self.run(self.ledger.forget(place))
        self.model.forget(place)
        left = str(self.run(everything(self.redis)))
        assert not [one for one in ids if one in left]

    # what always holds

    @invariant()
    def nobody_gets_more_than_was_promised(self) -> None:
        for one, count in self.received.items():
            assert count <= 1 + self.allowed[one]

    @invariant()
    def the_scripts_do_what_the_model_does(self) -> None:
        self.run(check_consistent(self.redis))
        kept = self.run(everything(self.redis))
        deliveries = {k.rpartition(":")[2]: v for k, v in kept.items() if k.startswith(keys.delivery(""))}
        assert deliveries.keys() == self.model.entries.keys()
        for one in self.model.entries.values():
            fields = deliveries[one.id]
            assert State(fields["state"]) is one.state
            assert int(fields.get("turn", 0)) == one.turn
            assert (fields.get("sending") == "1") == one.sending
        counts = self.run(self.ledger.counts())
        assert counts == {**dict.fromkeys(State, 0), **Counter(one.state for one in self.model.entries.values())}

    def everything_comes_to_an_end(self) -> None:
        """Nothing is lost: a sender that is well brings all there is to an end, and what is sent was received."""
        self.pauses_end()
        self.hands.clear()
        self.now += timedelta(days=1)
        for _ in range(4):
            for held in [one.id for one in self.model.entries.values() if one.held]:
                self.end_lease(held)
            self.claim()
            for hand in self.hands:
                if not hand.may_commit and self.received[hand.delivery]:
                    self.finish(hand, Outcome(State.SENT, message_id=f"{hand.delivery}-1"))
                    continue
                try:
                    self.run(self.ledger.commit(hand.claim, (), self.now))
                except NotOurs:
                    self.model.commit(hand.delivery, hand.claim.turn)
                    continue
                self.model.commit(hand.delivery, hand.claim.turn)
                self.leave(hand)
                self.finish(hand, Outcome(State.SENT, message_id=f"{hand.delivery}-1"))
            self.hands.clear()
        self.the_scripts_do_what_the_model_does()
        self.nobody_gets_more_than_was_promised()
        for one in self.model.entries.values():
            assert one.state in FINAL
            assert one.state is not State.SENT or self.received[one.id]


def test_the_ledger_keeps_its_promises_whatever_happens(settings: Settings) -> None:
    run_state_machine_as_test(
        lambda: LedgerRules(settings),  # type: ignore[arg-type]
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            suppress_health_check=list(HealthCheck),
        ),
    )
