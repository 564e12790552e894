"""Where a paper can be read: labelled web addresses, safe to click and safe to print."""

from urllib.parse import urlsplit

from papers.display import one_line
from papers.links import web_address
from papers.models import Frozen, Paper


class Link(Frozen):
    label: str
    url: str
    hint: str = ""
    """A few characters that tell the address where only a label is shown: ``2401.01234``, ``owner/name``."""


def paper_links(paper: Paper) -> tuple[Link, ...]:
    """Where it is read, discussed, and where its code and project live; what is not known is left out."""
    arxiv = paper.arxiv_id
    label, hint = ("arXiv", arxiv) if arxiv else ("DOI", paper.doi) if paper.doi else ("Page", None)
    links = (
        _link(label, paper.url, hint),
        _link("Hugging Face", paper.huggingface_url),
        _link("Code", paper.code_url, _repository(paper.code_url)),
        _link("Project", paper.project_url, _host(paper.project_url)),
    )
    # A repository is often given as the project's page too.
    distinct = {link.url.rstrip("/"): link for link in reversed(links) if link}
    return tuple(reversed(distinct.values()))


def _link(label: str, url: str | None, hint: str | None = None) -> Link | None:
    address = web_address(url)
    return Link(label=label, url=address, hint=one_line(hint or "")) if address else None


def _repository(url: str | None) -> str:
    """``owner/name`` of a repository's address, else its host."""
    address = web_address(url)
    pieces = urlsplit(address).path.strip("/").removesuffix(".git").split("/") if address else []
    return "/".join(pieces[:2]) if len(pieces) >= 2 else _host(url)


def _host(url: str | None) -> str:
    address = web_address(url)
    return (urlsplit(address).hostname or "").removeprefix("www.") if address else ""
