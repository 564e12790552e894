"""Scientific prose to sentences, by rules: no model to load, the same answer everywhere."""

import re

# A full stop, then closing quotes or brackets, then space. Ideographic stops need no space, and between two plain
# words it may have been lost, as often happens in abstracts.
_END = re.compile(r"[.!?][\"'”’)\]]*\s+|[。！？]\s*|(?<=[a-z]{4})\.(?=[A-Z][a-z]+\s)")
# What may stand before a stop without ending a sentence.
_NEVER_LAST = re.compile(
    r"(?:^|[\s(\[\"“])(?:e\.g|i\.e|cf|vs|viz|ca|approx|resp|w\.r\.t|s\.t|figs?|eqs?|eqns?|secs?|sects?|tabs?|refs?"
    r"|chaps?|apps?|nos?|vols?|pp?|eds?|dr|prof|mrs?|ms|st|gen|dept|univ|est|incl)\.$",
    re.I,
)
# These can end a sentence or not: "et al.", "etc.", "U.S.", initials, "a.k.a.".
_MAYBE_LAST = re.compile(r"(?:\bal|\betc|(?:^|[\s(.\-])[A-Za-z]|\b(?:Inc|Ltd|Corp|Co|Jr|Sr|Ph\.D))\.$")
_OPENERS = re.compile(
    r"[\"“'(]*(?:we|our|the|this|these|in|it|to|however|while|although|here|as|for|by|on|with|when|moreover"
    r"|furthermore|finally|specifically|experiments?|results?)\b",
    re.I,
)
_CAN_START = re.compile(r"[\"“‘'(\[]*[^\Wa-z_]")
_LOOKBACK = 24


def sentences(text: str) -> list[str]:
    """The sentences of ``text``, stripped, in order.

    A stop after "e.g.", "et al.", "Fig.", an initial or "U.S." ends one only where what follows makes it likely;
    stops inside numbers, versions and names ("v2.0", "3.5", "Node.js") are never followed by space and never end one.
    """
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        stop = match.start() + 1
        if match.end() < len(text) and text[match.start()] not in "。！？" and not _ends(text, stop, match.end()):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(text: str, stop: int, following: int) -> bool:
    """Whether the stop that ends before index ``stop`` closes a sentence, the next text starting at ``following``."""
    if not _CAN_START.match(text, following):
        return False
    before = text[max(0, stop - _LOOKBACK) : stop]
    if _NEVER_LAST.search(before):
        return False
    return not _MAYBE_LAST.search(before) or _OPENERS.match(text, following) is not None
