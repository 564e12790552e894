"""Replies as Discord's messages: a card's buttons stand below it, which only components of version 2 can do.

What does not fit one message is cut into several between its cards; no message is refused for its size.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.discord.cards import card_text
from bot.discord.components import (
    COMPONENTS_V2,
    LONGEST_TEXT,
    MOST_COMPONENTS,
    Component,
    button,
    container,
    rows,
    text,
)
from bot.discord.custom_ids import custom_id, told_apart
from bot.discord.escape import escape, fitted, fitted_prose, whole_sentences
from bot.discord.pieces import Line, Piece, divided
from bot.replies import Button, Card, Reply
from papers.display import one_line

_LONGEST_HEADING = 300
_LONGEST_TOLD = 3000
_LONGEST_NOTE = 600
_ROOM = 40
"""Characters for the line that says how much follows."""
_FRAME = 1
"""The container."""


@dataclass(frozen=True)
class Rendered:
    """A message. A reply that says nothing has no components."""

    components: list[Component] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """What is sent over REST; ``allowed_mentions`` and the rest are the sender's."""
        return {"components": self.components, "flags": COMPONENTS_V2}


NO_KEYS: Mapping[str, str] = MappingProxyType({})


def render(reply: Reply, keys: Mapping[str, str] = NO_KEYS) -> Rendered:
    """One message: what does not fit is left out, the last cards first, and a note says how many.

    ``keys``: of what buttons cannot carry (custom_ids.kept); a button that needs one and has none is left out.
    """
    cards = [_card(number, card, keys) for number, card in enumerate(reply.cards)]
    if len(_parts(_pieces(reply, cards, keys))) > 1:
        fewer = range(len(cards), -1, -1)
        at = bisect_left(fewer, 1, key=lambda count: _fits(_cut(reply, count), cards[:count], keys))
        count = fewer[min(at, len(cards))]
        reply, cards = _cut(reply, count), cards[:count]
    parts = _parts(_pieces(reply, cards, keys))
    return _message(parts[0], framed=_framed(reply)) if parts else Rendered()


def split(reply: Reply, keys: Mapping[str, str] = NO_KEYS, *, side_by_side: int = 0) -> tuple[Rendered, ...]:
    """As many messages as it takes: the heading on the first, which holds as much as it can; buttons on the last.

    None for a reply that says nothing. ``keys``: see ``render``. ``side_by_side``: after so many, the rest stands in
    the thread below, or follows where there can be none; 0: all follow.
    """
    pieces = _pieces(reply, [_card(number, card, keys) for number, card in enumerate(reply.cards)], keys)
    parts = _parts(pieces)
    if len(parts) > 1:
        parts = divided(pieces, MOST_COMPONENTS - _FRAME - 1, LONGEST_TEXT - _ROOM)
    left = len(reply.cards)
    messages = []
    for number, part in enumerate(parts, start=1):
        left -= sum(piece.cards for piece in part)
        more = f"{left} more {'stand' if number == side_by_side else 'follow'}{'' if left > 1 else 's'}"
        more += " below." if number == side_by_side else "."
        follows = [Piece([text(f"-# {more}")])] if left and number < len(parts) else []
        messages.append(_message([*part, *follows], framed=_framed(reply)))
    return tuple(messages)


def pieces_of(reply: Reply, heading: str = "##") -> list[Piece]:
    """All of a reply, without its buttons, to stand in a message of something else."""
    return [
        *_head(reply, heading),
        *(Piece([text(card_text(card))], cards=1) for card in reply.cards),
        *_notes(reply.notes),
    ]


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    return divided(pieces, MOST_COMPONENTS - _FRAME, LONGEST_TEXT)


def _pieces(reply: Reply, cards: Sequence[Piece], keys: Mapping[str, str]) -> list[Piece]:
    rows_of_all = (Piece([row]) for row in rows(_buttons(reply.buttons, keys)))
    foot = [*_notes(reply.notes), *rows_of_all]
    if cards and foot:  # or it would seem to be of the last card
        foot[0] = Piece(foot[0].components, line=Line.FOOT)
    return [*_head(reply), *cards, *foot]


def _head(reply: Reply, mark: str = "##") -> list[Piece]:
    heading = fitted(reply.heading, _LONGEST_HEADING)
    paragraphs = [f"{mark} {heading}"] if heading else []
    paragraphs += filter(None, map(_paragraph, reply.text.split("\n\n")))
    groups: list[str] = []
    for paragraph in paragraphs:
        between = "\n" if groups and groups[-1].startswith("##") and "\n" not in groups[-1] else "\n\n"
        if groups and len(groups[-1]) + len(between) + len(paragraph) <= _LONGEST_TOLD:
            groups[-1] += between + paragraph
        else:
            groups.append(paragraph)
    return [Piece([text(_with_places(group, reply.places))]) for group in groups]


def _with_places(told: str, places: Iterable[str]) -> str:
    """The channels among these places, which stand in the text escaped, as links with their names."""
    for place in places:
        channel = place.removeprefix("discord:")
        if channel != place and channel.isdigit():
            told = told.replace(escape(place), f"<#{channel}>")
    return told


def _paragraph(told: str) -> str:
    lines = list(filter(None, map(one_line, told.split("\n"))))
    shown = "\n".join(map(escape, lines))
    # Lines are kept where they are few; a long text is one paragraph, cut after a sentence.
    return shown if len(shown) <= _LONGEST_TOLD else fitted_prose(" ".join(lines), _LONGEST_TOLD)


def _card(number: int, card: Card, keys: Mapping[str, str]) -> Piece:
    return Piece(
        [text(card_text(card)), *rows(_buttons(card.buttons, keys))], cards=1, line=Line.CARD if number else Line.NONE
    )


def _notes(notes: Iterable[str]) -> list[Piece]:
    lines = [f"-# {note}" for note in (fitted_prose(note, _LONGEST_NOTE) for note in notes) if note]
    groups: list[str] = []
    for line in lines:
        if groups and len(groups[-1]) + 1 + len(line) <= _LONGEST_TOLD:
            groups[-1] += f"\n{line}"
        else:
            groups.append(line)
    return [Piece([text(group)]) for group in groups]


def _buttons(buttons: Sequence[Button], keys: Mapping[str, str]) -> list[Component]:
    """Of two that do the same only the first is shown, and none that Discord could not give back."""
    distinct = {told.action: told for told in reversed(buttons)}
    return [
        button(told.label, carried, told.style)
        for told in reversed(distinct.values())
        if (carried := custom_id(told, keys)) is not None
    ]


def _cut(reply: Reply, count: int) -> Reply:
    """The reply with so many of its cards, and no more text than stands in a piece."""
    left = len(reply.cards) - count
    notes = (*reply.notes, f"{left} more do not fit in a message.") if left else reply.notes
    shorter = whole_sentences(reply.text, _LONGEST_TOLD // 2)
    return reply.model_copy(update={"text": shorter, "cards": reply.cards[:count], "notes": notes})


def _fits(reply: Reply, cards: Sequence[Piece], keys: Mapping[str, str]) -> bool:
    return len(_parts(_pieces(reply, cards, keys))) <= 1


def _framed(reply: Reply) -> bool:
    """A sentence needs no frame."""
    return bool(reply.heading or reply.cards)


def _message(part: Sequence[Piece], *, framed: bool) -> Rendered:
    components: list[Component] = []
    for piece in part:
        components += piece.components
    told_apart(components)
    return Rendered([container(components)] if framed else components)
