"""One sentence that tells what a paper is about: the source's own, else one chosen from the abstract."""

import re
from functools import lru_cache

from papers.display import one_line, shorten
from papers.identity import fold
from papers.models import Paper
from papers.sentences import sentences

LIMIT = 240
"""Characters of a chosen sentence."""
SOURCE_LIMIT = 400
"""Characters of the source's own summary: more, since it was written to be read whole."""
_ABSTRACT_LIMIT = 10_000
_MOST_REMEMBERED = 1000
"""Papers: a millisecond each, and the same ones are shown again and again."""

# Cue phrases and what each is worth, in points: what is offered tells more than what was found, both more than numbers.
_OFFER = r"(?:propos|introduc|present|develop|design|releas|describ|build|creat|contribut|formulat|establish|unveil)\w*"
_FINDING = r"(?:show|find|found|demonstrat|prov|report|reveal|observ|discover|argu|investigat|stud|explor|analy[sz])\w*"
_WHO = r"(?:we|this (?:paper|work|study|report|article|survey|thesis)|the (?:authors?|paper))"
_CUES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern), points)
    for pattern, points in (
        (rf"\b{_WHO}\b(?:,? \w+){{0,3}}? {_OFFER}\b", 3.0),
        (rf"\b{_WHO}\b(?:,? \w+){{0,3}}? {_FINDING}\b", 1.8),
        (r"\b(?:in|with) this (?:paper|work|study|report|article)\b", 1.0),
        (r"\b(?:called|named|dubbed|termed|coined)\b", 0.5),
        (r"\b(?:novel|first|new)\b", 0.3),
        (r"\b(?:outperform|surpass|improv|achiev|reduc|faster|state-of-the-art|exceed)\w*", 0.7),
        (r"\d(?:[\d.,]*\d)?\s?(?:%|x\b|×|times\b|points?\b)", 0.5),
        # What was there before is not what the paper says.
        (r"^(?:recent(?:ly)?|in recent|(?:over|in) the (?:past|last)|with the (?:rapid|rise|advent))\b", -2.5),
        (r"^(?:existing|previous|prior|current|traditional|conventional|most|many|while|although|despite)\b", -1.5),
        (r"^(?:however|but|unfortunately|yet|nevertheless)\b", -1.0),
        (r"\bha(?:s|ve) (?:shown|achieved|emerged|become|attracted|made|gained|been|received)\b", -0.8),
        (r"\b(?:remains?|challeng\w*|becoming|popular)\b", -0.8),
        (
            r"\b(?:achiev|demonstrat|show|exhibit)\w* (?:impressive|remarkable|strong|great|significant|promising)\b",
            -0.7,
        ),
        # A sentence that leans on the one before it is not understood alone.
        (r"^(?:it|they|these|those|its|their|such|here|this (?:is|allows?|leads?|makes?|enables?))\b", -1.2),
        (r"^(?:additionally|furthermore|moreover|also|finally|besides|then|specifically|for example|thus)\b", -1.0),
        (
            r"\b(?:https?://|github\b|(?:code|models?|data\w*|weights)\b.{0,60}\b(?:available|released|open-sourced)\b)",
            -3.0,
        ),
    )
)
_COMMON = (
    "a an and are as at be by can do for from how in into is it its not of on or that the their to towards via what"
    " when where which why with without you your all using use"
)
_STOP_WORDS = frozenset(_COMMON.split())


def gist(paper: Paper) -> str:
    """The source's own summary of ``paper``, else its abstract's most telling sentence, else an empty string.

    The sentence is chosen, never written: cue phrases, words of the title, place and length each add to a
    sentence's points, the earliest of the best wins. After H. P. Edmundson, "New Methods in Automatic
    Extracting", Journal of the ACM 16(2), 1969 (cue, title and location methods); the cues are our own.
    """
    own = one_line(paper.gist or "")
    if own:
        return shorten(own, SOURCE_LIMIT)
    candidates, points = _weighed(paper.title, paper.abstract)
    return shorten(candidates[points.index(max(points))], LIMIT) if candidates else ""


def telling_sentences(paper: Paper, count: int) -> list[str]:
    """The abstract's most telling sentences, at most ``count``, in its order, each of at most LIMIT characters."""
    candidates, points = _weighed(paper.title, paper.abstract)
    best = sorted(range(len(candidates)), key=lambda place: (-points[place], place))[:count]
    return [shorten(candidates[place], LIMIT) for place in sorted(best)]


@lru_cache(_MOST_REMEMBERED)
def _weighed(title: str, abstract: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The abstract's sentences, and the points of each."""
    candidates = tuple(sentences(one_line(abstract[:_ABSTRACT_LIMIT])))
    words = _content_words(title)
    return candidates, tuple(_points(text, place, len(candidates), words) for place, text in enumerate(candidates))


def _points(sentence: str, place: int, count: int, title: frozenset[str]) -> float:
    lowered = sentence.lower()  # in half the time that patterns take for which case does not matter
    cue = sum(points for pattern, points in _CUES if pattern.search(lowered))
    overlap = len(title & _content_words(sentence)) / len(title) if title else 0.0
    return cue + 2.0 * overlap + _place_points(place, count) + _length_points(len(sentence))


def _place_points(place: int, count: int) -> float:
    """Abstracts open with the topic and close with the outcome; in doubt, the earlier sentence."""
    if place == 0:
        return 0.6
    return 0.3 if place == count - 1 else 0.3 * (1 - place / count)


def _length_points(length: int) -> float:
    """Fragments say too little; what would have to be cut says too much."""
    if length < 40:
        return -1.5
    return 0.0 if length <= LIMIT else -min(1.5, (length - LIMIT) / 100)


def _content_words(text: str) -> frozenset[str]:
    """Words that carry meaning, cut to a stem of six letters so that "transformers" meets "transformer"."""
    return frozenset(word[:6] for word in fold(text).split() if word not in _STOP_WORDS and len(word) > 1)
