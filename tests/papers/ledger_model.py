"""The ledger's rules in plain Python: what tests compare the scripts in Redis with. One platform, one lane."""

from dataclasses import dataclass, field

from papers.deliveries import MOST_TAKEOVERS, Risk
from papers.delivery_models import FINAL, State

WAIT_FOR_OLDER = 600.0
DOUBT = 60.0
WAITING = (State.DUE, State.FAILED)


@dataclass
class Entry:
    """A delivery. Times are seconds of the application's clock."""

    id: str
    feed: str
    destination: str
    due: float
    state: State = State.DUE
    start: float = 0.0
    """May be claimed from then on."""
    turn: int = 0
    sending: bool = False
    suspect: bool = False
    lease_over: bool = False
    takeovers: int = 0
    by_hand: bool = False
    after: str | None = None
    message: str | None = None
    ended: int | None = None

    @property
    def held(self) -> bool:
        return self.state is State.CLAIMED


@dataclass
class Model:
    entries: dict[str, Entry] = field(default_factory=dict)
    feeds: set[str] = field(default_factory=set)
    newest: dict[str, str] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    paused: set[str] = field(default_factory=set)
    """Destinations that asked to wait."""
    last: float | None = None
    doubt: float | None = None

    def plan(self, new: Entry) -> bool:
        if new.destination in self.disabled or new.id in self.entries:
            return False
        self.entries[new.id] = new
        new.start = new.due
        if new.feed:
            older = self.entries.get(self.newest.get(new.feed, ""))
            self.newest[new.feed] = new.id
            if older is not None:
                new.after = older.id if older.sending else older.after
                if older.state in WAITING and not older.sending:
                    self.close(older, State.DEAD)
        return True

    def claim(self, now: float, *, restarted: bool) -> dict[str, Risk]:
        """Everything that may be given away, with its risk."""
        if restarted:
            self.doubt = None if self.last is None else self.last + DOUBT
        if restarted or self.last is None or abs(now - self.last) >= 1:
            self.last = now
        given: dict[str, Risk] = {}
        for one in [e for e in self.entries.values() if e.held and e.lease_over]:
            if one.sending and not one.suspect:
                one.suspect, one.lease_over = True, False
                continue
            one.takeovers += 1
            if one.takeovers > MOST_TAKEOVERS:
                self.close(one, State.UNKNOWN if one.sending else State.DEAD)
            else:
                given[one.id] = self._hand_over(one)
        for one in [e for e in self.entries.values() if e.state in WAITING and e.start <= now]:
            if not one.sending and self.obsolete(one):
                self.close(one, State.DEAD)
            elif not self._waits(one, now) and one.destination not in self.paused:
                given[one.id] = self._hand_over(one)
        return given

    def _hand_over(self, one: Entry) -> Risk:
        one.state, one.suspect, one.lease_over = State.CLAIMED, False, False
        one.turn += 1
        if one.sending:
            return Risk.MAY_HAVE_LEFT
        return Risk.RECORD_LOST if self.doubt is not None and one.due <= self.doubt else Risk.NONE

    def _waits(self, one: Entry, now: float) -> bool:
        older = self.entries.get(one.after or "")
        return older is not None and now <= one.due + WAIT_FOR_OLDER and older.sending and older.state not in FINAL

    def obsolete(self, one: Entry) -> bool:
        if one.destination in self.disabled:
            return True
        if not one.feed:
            return False
        return one.feed not in self.feeds or (self.newest.get(one.feed) != one.id and not one.by_hand)

    def is_held(self, delivery: str, turn: int) -> bool:
        one = self.entries.get(delivery)
        return one is not None and one.held and one.turn == turn

    def commit(self, delivery: str, turn: int) -> bool:
        if not self.is_held(delivery, turn):
            return False
        one = self.entries[delivery]
        if self.obsolete(one):
            self.close(one, State.DEAD)
            return False
        if one.destination in self.paused:
            one.state = State.DUE
            return False
        one.sending, one.suspect, one.lease_over = True, False, False
        return True

    def renew(self, delivery: str, turn: int) -> bool:
        if not self.is_held(delivery, turn):
            return False
        self.entries[delivery].suspect = self.entries[delivery].lease_over = False
        return True

    def finish(
        self, delivery: str, turn: int, state: State, *, retry_at: float, look: bool, message: str | None, pause: bool
    ) -> str:
        one = self.entries.get(delivery)
        if one is None:
            return "gone"
        if one.ended == turn:
            return "ok"
        if pause:
            self.paused.add(one.destination)
        if not self.is_held(delivery, turn):
            if state is not State.SENT:
                return "lost"
            if one.state is State.SENT:
                return "lost" if one.message == message else "twice"
        one.ended = turn
        one.message = message or one.message
        if state in WAITING:
            one.state, one.start = state, retry_at if state is State.FAILED else one.start
            one.sending = one.sending and look
        else:
            self.close(one, state)
        return "ok"

    def close(self, one: Entry, state: State) -> None:
        one.state, one.suspect, one.lease_over = state, False, False

    def retry(self, delivery: str, now: float) -> None:
        one = self.entries[delivery]
        if one.state in {State.DEAD, State.UNKNOWN, State.FAILED, State.EMPTY}:
            one.sending = one.sending and one.state is State.FAILED
            one.state, one.start, one.by_hand, one.takeovers = State.DUE, now, True, 0

    def remove_feed(self, feed: str) -> None:
        self.feeds.discard(feed)
        self.newest.pop(feed, None)

    def forget(self, destination: str) -> None:
        for one in [e for e in self.entries.values() if e.destination == destination]:
            del self.entries[one.id]
            if self.newest.get(one.feed) == one.id:
                del self.newest[one.feed]
        self.disabled.discard(destination)
        self.paused.discard(destination)
