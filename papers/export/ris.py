"""Papers as RIS: https://en.wikipedia.org/wiki/RIS_(file_format), after the Research Information Systems manual.

A line is a two-letter tag, two spaces, a hyphen, a space and the value; lines end in CR LF; a record begins with
TY and ends with ER. Values stay on one line, so no text can end a record or begin another.
"""

from collections.abc import Iterator, Sequence

from papers.clock import as_utc
from papers.display import one_line
from papers.export.names import Name, author_names
from papers.models import Paper

_LINE_END = "\r\n"


def to_ris(papers: Sequence[Paper]) -> str:
    """One record a paper, in the order given."""
    return "".join(_record(paper) for paper in papers)


def _record(paper: Paper) -> str:
    lines = [f"{tag}  - {one_line(value)}" for tag, value in _fields(paper) if one_line(value)]
    return _LINE_END.join([*lines, "ER  - ", "", ""])


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", "JOUR" if paper.journal_ref else "UNPB"
    yield "TI", paper.title
    for name in author_names(paper):
        yield "AU", _author(name)
    date = paper.published or paper.listed
    if date:
        yield "PY", f"{as_utc(date).year:04}"
        yield "DA", as_utc(date).strftime("%Y/%m/%d")
    yield "AB", paper.abstract
    for keyword in (*paper.keywords, *paper.categories):
        yield "KW", keyword
    yield "JO", paper.journal_ref or ""
    yield "DO", paper.doi or ""
    if paper.arxiv_id:
        yield "PB", "arXiv"
        yield "AN", f"arXiv:{paper.arxiv_id}"
    yield "N1", paper.comment or ""
    # A semicolon parts one address from the next, so one inside an address is written as its code.
    yield "UR", paper.url.replace(";", "%3B")


def _author(name: Name) -> str:
    return ", ".join(part for part in (name.last, name.first, name.suffix) if part)
