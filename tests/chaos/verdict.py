"""What is right and wrong with how a scenario ended, counted at the receivers and in the ledger."""

from collections import Counter
from dataclasses import dataclass, field

from papers.delivery_models import Delivery, State
from tests.chaos.stage import Stage


@dataclass
class Verdict:
    """One row of the table."""

    scenario: str
    deliveries: int = 0
    once: int = 0
    lost: int = 0
    """Neither received nor told of as unknown, or not even planned."""
    twice: int = 0
    """Messages too many."""
    known_twice: int = 0
    """Those of them that docs/delivery.md tells of: the gap that cannot be closed."""
    unknown: int = 0
    """E-mails of which nobody can say, and of which at most one was received."""
    kills: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    """Everything else that is not as promised."""
    told: list[str] = field(default_factory=list)
    """What is no fault, but worth a line."""
    by_step: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice > self.known_twice or self.wrong)


async def judge(stage: Stage, scenario: str, expected: int) -> Verdict:
    """Compare what was received with what the ledger says; ``expected`` deliveries should have been made."""
    deliveries, received = await stage.deliveries(), stage.received()
    verdict = Verdict(scenario, deliveries=len(deliveries))
    verdict.lost += max(expected - len(deliveries), 0)
    if len(deliveries) > expected:
        verdict.wrong.append(f"{len(deliveries) - expected} deliveries more than there should be")
    for one in deliveries:
        _weigh(one, received[one.id], verdict)
    reasons = Counter((one.reason, received[one.id]) for one in deliveries if one.state is State.UNKNOWN)
    for (reason, count), number in reasons.items():
        verdict.told.append(f"{number} unknown, received {count} times: {reason}")
    known = {one.id for one in deliveries}
    strangers = [delivery for delivery in received if delivery not in known]
    if strangers:
        verdict.wrong.append(f"{len(strangers)} messages of no delivery")
    return verdict


def _weigh(one: Delivery, count: int, verdict: Verdict) -> None:
    verdict.twice += max(count - 1, 0)
    if count == 1:
        verdict.once += 1
    if one.state is State.UNKNOWN:
        verdict.unknown += 1
        if not one.destination.startswith("email:"):
            verdict.wrong.append(f"{one.destination} ended unknown: {one.reason}")
    elif count == 0:
        verdict.lost += 1
        verdict.wrong.append(f"{one.destination} is {one.state}, not received: {one.reason}")
    elif one.state is not State.SENT:
        verdict.wrong.append(f"{one.destination} was received, but is {one.state}: {one.reason}")
