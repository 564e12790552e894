"""A card as blocks: title and text, then what is told smaller, then its buttons."""

from bot.replies import Card
from bot.slack.buttons import actions
from bot.slack.escape import link
from bot.slack.texts import LONGEST_CONTEXT, LONGEST_SECTION, Block, lines, linked, rich_text, words
from papers.display import one_line, shorten
from papers.links import web_address

LONGEST_TITLE = 300
_LONGEST_BYLINE = 500


def card_blocks(card: Card) -> list[Block]:
    title = linked(title_of(card), card.url, bold=True)
    rank = [words(f"{card.rank}. ", bold=True)] if card.rank is not None else []
    text = shorten(one_line(card.text), LONGEST_SECTION - LONGEST_TITLE)
    told = [words(f"\n{text}")] if text else []
    return [rich_text([*rank, title, *told]), *small_print(card), *actions(card.buttons)]


def title_of(card: Card) -> str:
    return shorten(one_line(card.title), LONGEST_TITLE) or "(untitled)"


def small_print(card: Card) -> list[Block]:
    """Authors and day; why it is here; where else it can be read."""
    told = [shorten(text, _LONGEST_BYLINE) for text in (one_line(card.byline), reasons_line(card)) if text]
    elements: list[Block] = [lines(told, LONGEST_CONTEXT)] if told else []
    # The title leads to the first of them already.
    elsewhere = [each for each in card.links if web_address(each.url) not in {None, web_address(card.url)}]
    addresses = ""
    for each in elsewhere:
        more = f"{addresses} · " if addresses else ""
        if len(more + link(each.url, each.label)) <= LONGEST_CONTEXT:
            addresses = more + link(each.url, each.label)
    if addresses:
        elements.append({"type": "mrkdwn", "text": addresses, "verbatim": True})
    return [{"type": "context", "elements": elements}] if elements else []


def reasons_line(card: Card) -> str:
    """``Why it trends: 312 upvotes; 41 of them in a day``"""
    told = "; ".join(filter(None, map(one_line, card.reasons)))
    return f"Why it trends: {told}" if told else ""
