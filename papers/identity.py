"""What makes two records the same paper: arXiv base id, then DOI, then normalized title."""

import re
import unicodedata

_NEW_STYLE = re.compile(r"(?P<base>\d{4}\.\d{4,5})(?:v(?P<version>\d{1,3}))?", re.ASCII)
_OLD_STYLE = re.compile(r"(?P<base>[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7})(?:v(?P<version>\d{1,3}))?", re.ASCII)
_ARXIV_PREFIX = re.compile(
    r"^(?:arxiv:|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|(?:https?://)?huggingface\.co/papers/)",
    re.I,
)
_DOI = re.compile(r"^(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(?P<doi>10\.\d{4,9}/\S{1,200})$", re.I)


def parse_arxiv_id(text: str) -> tuple[str, int | None] | None:
    """``(base id, version)`` of an arXiv id in any usual form (bare, ``arXiv:``, a link), or None.

    Old ids keep their archive: ``astro-ph/0601001``; a subject class (``math.GT/0309136``) is dropped,
    since arXiv treats both as one paper.
    """
    bare = _ARXIV_PREFIX.sub("", text.strip()).removesuffix(".pdf")
    match = _NEW_STYLE.fullmatch(bare) or _OLD_STYLE.fullmatch(bare)
    if not match:
        return None
    base = re.sub(r"\.[A-Z]{2}/", "/", match["base"])
    return base, int(match["version"]) if match["version"] else None


def arxiv_base_id(text: str) -> str | None:
    """The arXiv id without version, or None if ``text`` is no arXiv id."""
    parsed = parse_arxiv_id(text)
    return parsed[0] if parsed else None


def normalize_doi(text: str) -> str | None:
    """A DOI in lower case without resolver or prefix, or None."""
    match = _DOI.match(text.strip())
    return match["doi"].lower().rstrip(".,;") if match else None


def canonical_id(text: str) -> str:
    """What a person may type for a paper -> the form used as ``Paper.id``."""
    base = arxiv_base_id(text)
    if base:
        return base
    doi = normalize_doi(text)
    return f"doi:{doi}" if doi else text.strip()


_NO_DECOMPOSITION = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum()}


def fold(text: str) -> str:
    """Lower-case letters and digits without accents, words separated by one space."""
    folded = text.casefold()
    if not folded.isascii():
        # Abstracts are folded by the thousand, and nearly all of their characters are ASCII.
        folded = _BEYOND_ASCII.sub(_plain, unicodedata.normalize("NFKD", folded.translate(_NO_DECOMPOSITION)))
    return " ".join(folded.translate(_SEPARATORS).split())


def _plain(match: re.Match[str]) -> str:
    character = match[0]
    if unicodedata.combining(character):
        return ""
    return character if character.isalnum() else " "


def normalize_title(title: str) -> str | None:
    """The title as a key for finding doubles; None when it is too short to tell papers apart."""
    folded = fold(title)
    return folded if len(folded) >= 20 and folded.count(" ") >= 2 else None
