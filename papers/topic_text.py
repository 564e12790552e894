"""What a person writes to follow a topic: free words -> what is wanted, and what is not. Pure.

Only where a new clause begins can something be unwanted: after a comma, semicolon or full stop, a dash between spaces,
an opening bracket, or "but". A clause that begins with a negation ("not images", "but without proofs", "except
surveys", "no robots") is unwanted. Within a clause the same words are part of the meaning ("why transformers do not
generalise", "learning without labels"), and taking them out would turn it into its opposite. A word or quoted phrase
with a minus before it (``-images``) is unwanted anywhere, as in every search engine.
"""

import re
from collections.abc import Iterator

from papers.errors import BadInput
from papers.models import Frozen
from papers.query import clean_text
from papers.stopwords import UNASKED

LONGEST = 500
"""Characters; a model reads some 250 words, and a topic that long has no middle."""
MOST_UNWANTED = 10

# A clause begins after this. A dash or hyphen needs space on both sides: "state-of-the-art" is one word.
_BOUNDARY = re.compile(r"\s*(?:[,;(){}\[\]，；、。]|[.!?](?=\s|$)|\s[-–]+(?=\s)|—|(?<!\w)(?=but\b))\s*", re.I)
_LINK = re.compile(r"(?:but|and|or|nor|although|though)\b\s*", re.I)
_NOT = (
    r"not(?:\s+(?:about|on|for|in|interested\s+in|any|the))?|nothing\s+(?:about|on|with)"
    r"|(?:i\s+)?do(?:n['’]t|\s+not)\s+(?:want|care\s+about|show)|except(?:\s+for|\s+in)?|excluding|exclude"
)
_NEGATION = re.compile(rf"(?:{_NOT}|no|without(?:\s+any)?|minus|other\s+than|apart\s+from)\s+(?=\S)", re.I)
# "No regret learning" and "without labels" can be a topic, "not images" cannot.
_NEGATION_AT_FIRST = re.compile(rf"(?:{_NOT})\s+(?=\S)", re.I)
# "not only images", "no more than two": they want more, not less; "no free lunch" is a name.
_NO_NEGATION = re.compile(
    r"not\s+(?:only|just|merely|simply|necessarily|limited|all|every)\b|no\s+(?:more|less|fewer|matter|free|regret)\b",
    re.I,
)
_MINUS = re.compile(r"(?<!\S)[-−–](?:[\"“„«]([^\"“”„«»]+)[\"”“»]|([^\W\d_][^\s,;()]*))")
_LIST = re.compile(r"\s+(?:or|nor)\s+", re.I)
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_EMPTIED = re.compile(r"\s*[(\[{]\s*[)\]}]\s*")
_TRAILING = " \t.,;:!?-–—"
_WORD = re.compile(r"[^\W_]+")


class TopicText(Frozen):
    """What a topic is about, and what it is not about. ``unwanted`` may be empty, ``wanted`` never is."""

    wanted: str
    unwanted: tuple[str, ...] = ()


def parse_topic(text: str) -> TopicText:
    """What the words ask for. Raises BadInput if there is too much of them, or nothing to look for."""
    if len(text) > LONGEST:
        raise BadInput(
            f"the topic has {len(text):,} characters, {LONGEST} is the most: say in a sentence what to look for, "
            "or follow several topics"
        )
    try:
        cleaned = clean_text(text)
    except BadInput:
        raise BadInput(_NOTHING.format("is empty")) from None
    unwanted: list[str] = []

    def take(match: re.Match[str]) -> str:
        unwanted.append((match[1] or match[2]).strip(_TRAILING))
        return " "

    wanted = _cut(_MINUS.sub(take, cleaned), unwanted)
    if not _says_something(wanted):
        only = "says only what is not wanted" if unwanted else "has no word that tells papers apart"
        raise BadInput(_NOTHING.format(only))
    # A phrase that is wanted as well is a slip of the pen: it would take the topic back.
    distinct = dict.fromkeys(u for u in unwanted if _says_something(u) and u.casefold() != wanted.casefold())
    return TopicText(wanted=wanted, unwanted=tuple(distinct)[:MOST_UNWANTED])


def language_hint(text: str) -> str | None:
    """A sentence for who writes a topic mostly in letters that English has not; None if there is nothing to say."""
    letters = [c for c in text if c.isalpha()]
    foreign = sum(not c.isascii() for c in letters)
    if letters and 2 * foreign > len(letters):
        return "Papers are matched by an English model: a topic in English words finds more of them."
    return None


def _cut(text: str, unwanted: list[str]) -> str:
    """The text without its unwanted clauses, which are added to ``unwanted``."""
    kept, negative = "", False
    for before, clause, after in _clauses(text):
        link = _LINK.match(clause)
        bare = clause[link.end() :] if link else clause
        negation = None
        if not _NO_NEGATION.match(bare):
            negation = (_NEGATION if before.strip() or link else _NEGATION_AT_FIRST).match(bare)
        # "not images, or videos": the list goes on.
        goes_on = negative and link is not None and link[0].strip().lower() in {"or", "nor"}
        negative = negation is not None or goes_on
        if negative:
            parts = _LIST.split(bare[negation.end() :] if negation else bare)
            unwanted += [stripped for part in parts if (stripped := part.strip(_TRAILING))]
            kept += " " if before.strip() in _OPENING else after
        else:
            kept += before + clause + after
    return _EMPTIED.sub(" ", " ".join(kept.split())).strip(" ,;:-–—")


def _clauses(text: str) -> Iterator[tuple[str, str, str]]:
    """Each clause, what separates it from the one before, and the bracket that closes it if there is one."""
    before, start = "", 0
    for match in [*_BOUNDARY.finditer(text), None]:
        clause = text[start : match.start() if match else len(text)]
        mark = match[0] if match else ""
        closing = mark if mark.strip() in _CLOSING else ""
        if clause.strip() or closing:
            yield before, clause.strip(), closing
            before = ""
        before += mark.removeprefix(closing)
        start = match.end() if match else start


def _says_something(text: str) -> bool:
    return any(word not in UNASKED for word in _WORD.findall(text.lower()))


_NOTHING = "the topic {}: write a few words of what the papers should be about, as in 'diffusion models for proteins'"
