"""A card as blocks: title and text, then what is told smaller, then its buttons."""

from collections.abc import Iterable

from bot.replies import Card
from bot.slack.buttons import actions
from bot.slack.escape import link
from bot.slack.texts import LONGEST_CONTEXT, LONGEST_SECTION, Block, lines, linked, rich_text, words
from papers.display import one_line, shorten
from papers.links import web_address

LONGEST_TITLE = 300
_LONGEST_LINE = 500


def card_blocks(card: Card) -> list[Block]:
    title = linked(title_of(card), card.url, bold=True)
    rank = [words(f"{card.rank}. ", bold=True)] if card.rank is not None else []
    text = shorten(one_line(card.text), LONGEST_SECTION - LONGEST_TITLE)
    told = [words(f"\n{text}")] if text else []
    return [rich_text([*rank, title, *told]), *small_print(card), *actions(card.buttons)]


def title_of(card: Card) -> str:
    return shorten(one_line(card.title), LONGEST_TITLE) or "(untitled)"


def small_print(card: Card) -> list[Block]:
    """Authors and day; why it is here; where else it can be read. Nothing stands beside what has two lines."""
    byline = shorten(one_line(card.byline), _LONGEST_LINE)
    reasons = shorten(reasons_line(card), _LONGEST_LINE)
    addresses = _addresses(card)
    first = [byline] if addresses else [byline, reasons]
    rows = [[_told(first), _linked(addresses)], [_told([reasons] if addresses else [])]]
    return [{"type": "context", "elements": shown} for row in rows if (shown := list(filter(None, row)))]


def reasons_line(card: Card) -> str:
    """``Why it trends: 312 upvotes; 3,140 GitHub stars``"""
    told = "; ".join(filter(None, map(one_line, card.reasons)))
    return f"{one_line(card.reasons_label)}: {told}" if told and card.reasons_label else told


def _told(texts: Iterable[str]) -> Block | None:
    shown = [text for text in texts if text]
    return lines(shown, LONGEST_CONTEXT) if shown else None


def _linked(addresses: str) -> Block | None:
    return {"type": "mrkdwn", "text": addresses, "verbatim": True} if addresses else None


def _addresses(card: Card) -> str:
    """Links, but for the one that the title leads to already."""
    known = {None, web_address(card.url)}
    told = ""
    for elsewhere in card.links:
        more = f"{told} · {link(elsewhere.url, elsewhere.label)}" if told else link(elsewhere.url, elsewhere.label)
        if web_address(elsewhere.url) not in known and len(more) <= LONGEST_CONTEXT:
            told = more
    return told
