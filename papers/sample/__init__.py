"""Five recorded days of Daily Papers, for the demo where Hugging Face cannot be reached.

``daily_papers.jsonl`` holds 93 real papers, those listed on 2 to 6 March 2026, in the format that
``paperboy ingest --replay`` reads: one JSON object a line, ``{date, fetched_at, response}``, sorted by
``fetched_at`` (UTC). The first line of a date is the list as it stood at about 08:00 UTC; its later lines
carry only what was seen later: the stars of a paper's GitHub repository, one or two nights on. Nothing was
estimated: 46 papers have stars at two times or more (9 of them at three), the other 47 were seen once. A star
count of 10,000 or more is shown rounded to hundreds where the later ones were read, so the one such count was
left out. A ``fetched_at`` of a later line is the time its last count was read; the others are seconds older.

Where it comes from, and on what terms:

- ids, titles, authors and dates: arXiv's metadata, CC0;
- votes, comments, keywords, organizations, repositories, stars: as Hugging Face and GitHub showed them,
  recorded by the public repositories 2404589803/hf-daily-paper-newsletter-chinese (Apache-2.0) and
  AtharvaDomale/Daily-HuggingFace-AI-Papers (MIT);
- ``summary``: not the abstract but one sentence of our own on each paper, under Paperboy's licence (MIT).
"""

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from papers.errors import UnreadableFile

RECORDED_UNTIL = datetime(2026, 3, 8, 2, 13, 54, tzinfo=UTC)
"""When the newest line was recorded."""
SHOWN_AT = datetime(2026, 3, 7, 2, 10, tzinfo=UTC)
"""The night after the last list, when what was gained in the last day is known best: the demo's "now"."""


def sample_path() -> Path:
    """The recorded days as a file to replay. Raises UnreadableFile if the installation lacks it."""
    resource = resources.files(__name__) / "daily_papers.jsonl"
    if isinstance(resource, Path) and resource.is_file():
        return resource
    raise UnreadableFile("the bundled sample is missing or packed in an archive; install Paperboy unpacked, with pip")
