"""A card as components: its text, and its buttons in rows below."""

from bot.discord.escape import fitted, fitted_prose, link, linkable
from bot.replies import Card
from papers.display import one_line

_LONGEST_TITLE = 900
"""Characters of markdown with the address, and so below."""
_LONGEST_TEXT = 1600
_LONGEST_LINE = 400
_LONGEST_LINKS = 700


def card_text(card: Card) -> str:
    """At most 4,000 characters: the title; a sentence or two; small, who wrote it, where else it is, why it is here."""
    rank = f"{card.rank}. " if card.rank is not None else ""
    lines = [f"**{rank}{link(card.url, one_line(card.title) or '(untitled)', _LONGEST_TITLE)}**"]
    if told := fitted_prose(card.text, _LONGEST_TEXT):
        lines.append(told)
    byline = " · ".join(filter(None, (fitted(card.byline, _LONGEST_LINE), _links(card))))
    small = (byline, fitted(_reasons(card), _LONGEST_LINE))
    return "\n".join([*lines, *(f"-# {line}" for line in small if line)])


def _reasons(card: Card) -> str:
    """``Why it trends: 312 upvotes; 3,140 GitHub stars``"""
    told = "; ".join(filter(None, card.reasons))
    return f"{card.reasons_label}: {told}" if told and card.reasons_label else told


def _links(card: Card) -> str:
    """Links, but for the one that the title leads to already."""
    known = {None, linkable(card.url)}
    told = ""
    for elsewhere in card.links:
        if linkable(elsewhere.url) in known:
            continue
        one = link(elsewhere.url, elsewhere.label, _LONGEST_LINKS)
        more = f"{told} · {one}" if told else one
        told = more if len(more) <= _LONGEST_LINKS else told
    return told
