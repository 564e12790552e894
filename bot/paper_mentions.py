"""Papers that a text links to or names by their arXiv ids."""

import re
from urllib.parse import unquote, urlsplit

from papers.identity import arxiv_base_id

_HOSTS = {
    "arxiv.org": "https://arxiv.org",
    "www.arxiv.org": "https://arxiv.org",
    "export.arxiv.org": "https://arxiv.org",
    "huggingface.co": "https://huggingface.co",
    "www.huggingface.co": "https://huggingface.co",
}
_LINK = re.compile(r"https?://[^\s<>\"'|]+", re.I)
_AROUND = ".,;:!?)]}»”’"
_BARE = re.compile(
    r"(?<![\w./:-])(?:arxiv:\s*)?(\d{4}\.\d{4,5}(?:v\d{1,3})?|[a-z-]{2,10}/\d{7}(?:v\d{1,3})?)(?![\w/])", re.I
)
_REFERENCE = re.compile(r"https?://|www\.|arxiv[:.]|doi:|10\.\d{4,}/|\d{3,}\.\d|[a-z-]{2,10}(?:\.[a-z]{2})?/\d", re.I)
_LONGEST = 2_000


def linked_paper(url: str) -> str | None:
    """The arXiv id that a link to arxiv.org (abs, pdf, html) or huggingface.co/papers leads to; else None."""
    if len(url) > _LONGEST:
        return None
    try:
        pieces = urlsplit(url.strip())
        site = _HOSTS.get((pieces.hostname or "").lower()) if pieces.scheme.lower() in {"http", "https"} else None
    except ValueError:
        return None
    return arxiv_base_id(site + unquote(pieces.path).rstrip("/")) if site else None


def mentioned(text: str) -> tuple[str, ...]:
    """What may name a paper, as ``PaperReader.find`` takes it, in the order of the text, each once: links first."""
    links = [link.rstrip(_AROUND) for link in _LINK.findall(text)]
    bare = _BARE.findall(_LINK.sub(" ", text))
    return tuple(
        dict.fromkeys([*(linked_paper(link) or link for link in links), *(arxiv_base_id(i) or i for i in bare)])
    )


def without_links(text: str) -> str:
    """The words of the text."""
    return " ".join(_BARE.sub(" ", _LINK.sub(" ", text)).split())


def is_reference(typed: str) -> bool:
    """Whether somebody who typed this means an id or a link, rather than the words of a title."""
    return " " not in typed.strip() and _REFERENCE.match(typed.strip()) is not None
