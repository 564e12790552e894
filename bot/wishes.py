"""What somebody asked for, in words: the name of a topic, and a line that tells all of a subscription."""

from papers.delivery_models import Kind
from papers.display import one_line, shorten
from papers.following import DigestOptions, Subscription, TopicOptions
from papers.schedule import Cadence, Schedule

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST_NAME = 80


def topic_name(topic: TopicOptions) -> str:
    """``diffusion models for proteins``, ``papers by Ada Lovelace``, ``papers like 2410.05258``: at most 80 characters.

    A digest is told by ``describe``.
    """
    name = one_line(topic.text)
    if topic.like:
        name = f"{name}, like {one_line(topic.like)}" if name else f"papers like {one_line(topic.like)}"
    authors = " or ".join(filter(None, (one_line(author.name) for author in topic.authors)))
    if authors:
        name = f"{name}, by {authors}" if name else f"papers by {authors}"
    return shorten(name, _LONGEST_NAME) or "a topic without words"


def describe(subscription: Subscription) -> str:
    """``Digest of 10 trending papers in cs.CL, daily at 09:00 (Europe/Berlin)``, or the same of a topic."""
    what = _digest(subscription.digest) if subscription.kind is Kind.DIGEST else _topic(subscription.topic)
    return f"{what}, {rhythm(subscription.schedule)}"


def rhythm(schedule: Schedule) -> str:
    """``daily at 09:00 (Europe/Berlin)``, ``on Mondays at 09:00 (UTC)``, ``at once``."""
    if schedule.cadence is Cadence.NOW:
        quiet = schedule.quiet
        return (
            f"at once, but not from {quiet.start:%H:%M} to {quiet.end:%H:%M} ({schedule.zone})" if quiet else "at once"
        )
    days = {
        Cadence.DAILY: "daily",
        Cadence.WEEKDAYS: "on weekdays",
        Cadence.WEEKLY: f"on {_WEEKDAYS[schedule.weekday]}s",
    }[schedule.cadence]
    return f"{days} at {schedule.at:%H:%M} ({schedule.zone})"


def _digest(options: DigestOptions | None) -> str:
    options = options or DigestOptions()
    categories = f" in {one_line(', '.join(options.categories))}" if options.categories else ""
    score = f" with a score of {options.minimum_score:g} or more" if options.minimum_score is not None else ""
    return f"Digest of {options.top} trending paper{'' if options.top == 1 else 's'}{categories}{score}"


def _topic(options: TopicOptions | None) -> str:
    options = options or TopicOptions()
    excluded = f" without “{'”, “'.join(map(one_line, options.excluded))}”" if options.excluded else ""
    categories = f" in {one_line(', '.join(options.categories))}" if options.categories else ""
    name = topic_name(options)
    return f"New {name if not options.text else f'papers on “{name}”'}{excluded}{categories}"
