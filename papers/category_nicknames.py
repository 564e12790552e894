"""What people call arXiv's categories: ``nlp``, ``Computer Vision``, ``cs cl`` -> those that are meant. Pure."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from papers.category_names import NAMES, like

_SAID = """
nlp: cs.CL
natural language processing: cs.CL
computational linguistics: cs.CL
linguistics: cs.CL
cv: cs.CV
ml: cs.LG stat.ML
deep learning: cs.LG stat.ML
neural networks: cs.NE
crypto: cs.CR
cyber security: cs.CR
computer security: cs.CR
robots: cs.RO
hci: cs.HC
human computer interface: cs.HC
algorithms: cs.DS
data structures: cs.DS
distributed computing: cs.DC
distributed systems: cs.DC
parallel computing: cs.DC
hpc: cs.DC
networks: cs.NI
computer architecture: cs.AR
game theory: cs.GT
control theory: eess.SY cs.SY
social networks: cs.SI
speech recognition: eess.AS
asr: eess.AS
audio: eess.AS cs.SD
dsp: eess.SP
image processing: eess.IV
compsci: cs
computers: cs
maths: math
stats: stat
biology: q-bio
neuroscience: q-bio.NC
finance: q-fin
quant finance: q-fin
electrical engineering: eess
astronomy: astro-ph
astro: astro-ph
quantum: quant-ph
quantum computing: quant-ph
quantum information: quant-ph
quantum mechanics: quant-ph
particle physics: hep-ex hep-lat hep-ph hep-th
high energy physics: hep-ex hep-lat hep-ph hep-th
hep: hep-ex hep-lat hep-ph hep-th
nuclear physics: nucl-ex nucl-th
gravity: gr-qc
relativity: gr-qc
"""
"""Where practice is of one mind. What may be one of several (``ds``, ``learning theory``) is asked."""
_ENGLISH = frozenset({"as", "at", "it", "me", "to"})
"""Subjects of arXiv's that are words between others."""
_ALIKE = 0.8
_SHORT = 3
"""Characters that are a part of too many words."""


def called(text: str) -> tuple[str, ...]:
    """The categories of this name, in whatever case and with whatever marks; none where nothing is called so.

    Several where one name stands for them: ``machine learning`` is cs.LG and stat.ML.
    """
    return _by_name().get(_bare(text), ())


def nearest(text: str, most: int) -> tuple[str, ...]:
    """Categories that may have been meant by what no category is called: by its words, or by what looks like it."""
    return tuple(dict.fromkeys(_near(text)))[:most]


def _near(text: str) -> Iterator[str]:
    wanted = text.strip()
    if not wanted:
        return
    yield from _of_subject().get(_bare(wanted), ())
    if max(map(len, wanted.split())) > _SHORT:
        yield from like(wanted)
    archive, _, subject = wanted.lower().partition(".")
    if archive in NAMES and subject:
        yield from _of_subject().get(_bare(subject), ())
        yield from (category for category in NAMES if category.lower().startswith(f"{archive}.{subject[0]}"))
    for look in get_close_matches(_bare(wanted), _by_name(), 3, _ALIKE) if len(wanted) > _SHORT else ():
        yield from _by_name()[look]
    for word in wanted.split():
        if len(word) > _SHORT:
            yield from like(word)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold().replace("&", " and "))


@cache
def _by_name() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for category, name in NAMES.items():
        found[_bare(name)] = (*found.get(_bare(name), ()), category)
    for line in _SAID.strip().splitlines():
        said, _, meant = line.partition(": ")
        found[_bare(said)] = tuple(meant.split())
    for subject, of_it in _of_subject().items():
        if subject not in _ENGLISH and len({NAMES[category] for category in of_it}) == 1:
            found.setdefault(subject, of_it)
    return found | {_bare(category): (category,) for category in NAMES}


@cache
def _of_subject() -> Mapping[str, tuple[str, ...]]:
    """``cl`` -> cs.CL, ``ds`` -> cs.DS and math.DS."""
    found: dict[str, tuple[str, ...]] = {}
    for category in NAMES:
        subject = _bare(category.partition(".")[2])
        if subject:
            found[subject] = (*found.get(subject, ()), category)
    return found
