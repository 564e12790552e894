"""The forms that people fill in, for tests."""

from datetime import UTC, datetime, time

from bot.digest_form import digest_form
from bot.follow_form import follow_form
from bot.forms import Form
from bot.settings_form import settings_form
from papers.following import DigestOptions, TopicOptions
from papers.schedule import Schedule

NOW = datetime(2026, 3, 7, 9, tzinfo=UTC)
FOLLOW = follow_form(TopicOptions(text="graphs that learn"), Schedule(), NOW, why_not="There is no preview.")
SETTINGS = settings_form(at=time(9), zone="Europe/Berlin", language="de", now=NOW)


def digest(*categories: str) -> Form:
    options = DigestOptions(categories=categories)
    return digest_form(options, Schedule(), NOW, where="#papers", context="discord:12", change=False)
