"""The archives of arXiv, of which every category's name begins with one: https://arxiv.org/category_taxonomy"""

import re

_NAMES = """
astro-ph cond-mat cs econ eess gr-qc hep-ex hep-lat hep-ph hep-th math math-ph nlin nucl-ex nucl-th physics q-bio q-fin
quant-ph stat
"""
ARCHIVES = frozenset(_NAMES.split())
_SUBJECT = re.compile(r"[a-z]{2}|[a-z]+-[a-z]+", re.I)


def category_named(text: str) -> str | None:
    """``CS.cl`` -> ``cs.CL``, ``COND-MAT.mtrl-sci`` -> ``cond-mat.mtrl-sci``, ``Stat`` -> ``stat``; else None.

    Whether arXiv has the subject is not looked at.
    """
    archive, dot, subject = text.strip().partition(".")
    name = archive.lower()
    if name not in ARCHIVES or (dot and not _SUBJECT.fullmatch(subject)):
        return None
    return f"{name}{dot}{subject.upper() if len(subject) == 2 else subject.lower()}"
