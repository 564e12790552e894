"""Papers as BibTeX, readable by BibTeX, biber and reference managers alike.

After O. Patashnik, "BibTeXing" (1988), and arXiv's fields ``eprint``, ``archiveprefix``, ``primaryclass``
(https://info.arxiv.org/help/hypertex/bibstyles). Letters outside ASCII stay as UTF-8.
"""

import re
from collections.abc import Iterator, Sequence

from papers.clock import as_utc
from papers.display import one_line
from papers.export.citekeys import cite_keys
from papers.export.names import Name, author_names
from papers.models import Paper

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPES = str.maketrans(
    {
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\\": r"\textbackslash{}",
    }
)
# BibTeX counts braces even after a backslash: those without a partner must not be seen by it.
_LONE_BRACES = _ESCAPES | str.maketrans({"{": r"\ensuremath{\lbrace}", "}": r"\ensuremath{\rbrace}"})
# Addresses are read verbatim: there the few characters that would break the entry get their percent code.
_VERBATIM = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
_AND = re.compile(r"\band\b|^others$", re.I)


def to_bibtex(papers: Sequence[Paper]) -> str:
    """One entry a paper, in the order given, each under its own key; entries are parted by an empty line."""
    keys = cite_keys(papers)
    return "\n".join(_entry(paper, keys[place]) for place, paper in enumerate(papers))


def escape(text: str) -> str:
    """``text`` on one line, with what TeX would take for a command written as one."""
    cleaned = one_line(text)
    return cleaned.translate(_ESCAPES if _is_balanced(cleaned) else _LONE_BRACES)


def _entry(paper: Paper, key: str) -> str:
    kind = "article" if paper.journal_ref else "misc"
    lines = [f"  {name} = {value}," for name, value in _fields(paper) if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    # Twice in braces: styles that put titles in small letters leave "BERT" and "Bayes" alone.
    yield "title", f"{{{{{escape(paper.title)}}}}}"
    yield "author", _braced(" and ".join(map(_author, author_names(paper))))
    date = paper.published or paper.listed
    if date:
        yield "year", f"{{{as_utc(date).year}}}"
        yield "month", _MONTHS[as_utc(date).month - 1]
    yield "journal", _braced(escape(paper.journal_ref or ""))
    if paper.arxiv_id:
        yield "eprint", _braced(_verbatim(paper.arxiv_id))
        yield "archiveprefix", "{arXiv}"
        yield "primaryclass", _braced(escape(paper.categories[0])) if paper.categories else ""
    yield "doi", _braced(_verbatim(paper.doi or ""))
    yield "url", _braced(_verbatim(paper.url))
    yield "keywords", _braced(escape(", ".join(paper.keywords)))
    yield "note", _braced(escape(paper.comment or ""))
    yield "abstract", _braced(escape(paper.abstract))


def _author(name: Name) -> str:
    if name.group or not name.first:
        return _part(name.last, whole=name.group)
    return ", ".join(_part(part) for part in (name.last, name.suffix, name.first) if part)


def _part(text: str, *, whole: bool = False) -> str:
    """A part of a name; in braces where a reader would take it apart, or stumble over a command right at its start."""
    escaped = escape(text)
    return f"{{{escaped}}}" if whole or "," in text or _AND.search(text) or escaped.startswith("\\") else escaped


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _verbatim(text: str) -> str:
    cleaned = one_line(text)
    for character, code in _VERBATIM.items():
        cleaned = cleaned.replace(character, code)
    return cleaned


def _braced(text: str) -> str:
    return f"{{{text}}}" if text else ""
