"""Recorded answers go through the parser that reads live ones: the same bytes, another time."""

from datetime import datetime

from papers.sources.daily_papers import ParsedPage, parse_daily_papers


def parse_recorded(response: object, *, seen_at: datetime) -> ParsedPage:
    """What a recorded ``/api/daily_papers`` answer says, as of ``seen_at``. Raises SourceMalformed if it is no list."""
    return parse_daily_papers(response, seen_at=seen_at)
