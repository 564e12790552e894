"""Papers for other programs: reference managers (BibTeX, RIS) and everything that reads JSON."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from papers.export.bibtex import to_bibtex
from papers.export.json import hit_json, paper_json, to_json, trending_json
from papers.export.ris import to_ris
from papers.models import Paper

__all__ = ["Format", "export", "hit_json", "paper_json", "to_bibtex", "to_json", "to_ris", "trending_json"]


class Format(StrEnum):
    BIBTEX = "bibtex"
    RIS = "ris"
    JSON = "json"


_WRITERS: dict[Format, Callable[[Sequence[Paper]], str]] = {
    Format.BIBTEX: to_bibtex,
    Format.RIS: to_ris,
    Format.JSON: lambda papers: to_json([paper_json(paper) for paper in papers]) + "\n",
}


def export(papers: Sequence[Paper], form: Format) -> str:
    """The papers as one file of this format, in the order given, its last line ended.

    RIS lines end in CR LF: write it with ``newline=""``, or as UTF-8 bytes.
    """
    return _WRITERS[form](papers)
