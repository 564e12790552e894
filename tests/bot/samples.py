"""Charts and papers for the tests of the chat side."""

import io
from datetime import UTC, datetime

from papers.models import Paper, SignalName, TrendingPaper

AT = datetime(2024, 10, 8, 9, 0, tzinfo=UTC)
HOSTILE_TITLE = (
    "<!channel> @everyone [bold red]loud[/] [link=https://evil.example]here[/link] "
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\ \u202ereversed\u200f \x07bell\r\nnext"
)
HOSTILE_SHOWN = (
    "<!channel> @everyone [bold red]loud[/] [link=https://evil.example]here[/link] red click reversed bell next"
)


def paper(**changes: object) -> Paper:
    return Paper(
        id="2410.05258",
        title="Bookworm: Reading Books with Notes",
        abstract="We propose Bookworm, a reader that keeps notes while it reads. It is quick.",
        authors=("Ada Lovelace", "Alan Turing", "Grace Hopper", "Emmy Noether", "Kurt Gödel"),
        published=datetime(2024, 10, 7, 18, tzinfo=UTC),
        listed=datetime(2024, 10, 8, 3, tzinfo=UTC),
        categories=("cs.CL",),
        code_url="https://github.com/example/bookworm-with-a-name-that-goes-on-and-on-and-on-for-longer-than-a-line",
        project_url="https://bookworm.example/",
    ).model_copy(update=changes)


def trending(rank: int = 1, **changes: object) -> TrendingPaper:
    return TrendingPaper(
        paper=paper(**changes),
        rank=rank,
        score=6.5,
        why={"upvotes": 4.25, "upvote_velocity": 1.5, "stars": 1.25, "comments": 0.5, "age": -1.0},
        signals={SignalName.UPVOTES: 312, SignalName.COMMENTS: 12, SignalName.STARS: 3140},
        gained={SignalName.UPVOTES: 41},
    )


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True
