"""What a piece of news is called: ``ID`` for a new paper, ``ID|v2`` for a new version of one that is known."""

import re

from papers.identity import arxiv_base_id

_REVISION = re.compile(r"(?P<paper>.+)\|v(?P<version>\d+)", re.DOTALL)


def news_name(paper: str, version: int | None = None) -> str:
    """``version`` is that of a revision; None for a paper that is new itself."""
    return paper if version is None else f"{paper}|v{version}"


def read_news(name: str) -> tuple[str, int | None]:
    """Id and version. Only arXiv has versions; an importer's id may look like anything."""
    match = _REVISION.fullmatch(name)
    if match and arxiv_base_id(match["paper"]):
        return match["paper"], int(match["version"])
    return name, None
