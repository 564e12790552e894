"""ORCID iDs, by which researchers of one name are told apart."""

import re

_ORCID = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/|orcid:\s*)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?", re.I | re.ASCII
)


def normalize_orcid(text: str) -> str | None:
    """``0000-0002-1825-0097`` of any usual form of it, or None if it is none or its last digit is wrong.

    The last digit checks the others: ISO 7064, MOD 11-2
    (https://support.orcid.org/hc/en-us/articles/360006897674).
    """
    match = _ORCID.fullmatch(text.strip())
    if not match:
        return None
    orcid = "-".join(match.groups()).upper()
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    return orcid if orcid[-1] == "0123456789X"[(12 - total % 11) % 11] else None
