"""The app's Home tab, and the card under a link."""

from collections.abc import Sequence

from bot.replies import Card, Home
from bot.slack.blocks import head_blocks, note_blocks
from bot.slack.buttons import actions
from bot.slack.cards import card_blocks, small_print, title_of
from bot.slack.escape import ASTERISK, escape, link
from bot.slack.texts import LONGEST_SECTION, LONGEST_VIEW, MOST_IN_VIEW, Block, as_many_as_fit, rich_text, size, words
from papers.display import shorten

_LONGEST_TITLE = 300
_LONGEST_TEXT = 400


def home(page: Home) -> Block:
    """The view. Of sections that are too long together, the longest are cut."""
    cards = [list(map(card_blocks, section.cards)) for section in page.sections]
    most = max(map(len, cards), default=0)
    blocks = _blocks(page, cards, most)
    while most and not _fits(blocks):
        most -= 1
        blocks = _blocks(page, cards, most)
    blocks = as_many_as_fit(blocks, MOST_IN_VIEW, LONGEST_VIEW)  # of a page of which even the texts are too long
    return {"type": "home", "blocks": blocks or [rich_text([words("There is nothing here yet.")])]}


def unfurl(card: Card) -> Block:
    """What chat.unfurl takes for one link: no rich text, which Slack has refused there (java-slack-sdk issue 948)."""
    # Within bold, even a single asterisk would end it.
    title = f"*{link(card.url, shorten(title_of(card), _LONGEST_TITLE).replace('*', ASTERISK))}*"
    text = escape(shorten(card.text, _LONGEST_TEXT))
    told = shorten(f"{title}\n{text}" if text else title, LONGEST_SECTION)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": told, "verbatim": True}}
    return {"blocks": [section, *small_print(card), *actions(card.buttons)]}


def _fits(blocks: list[Block]) -> bool:
    return len(blocks) <= MOST_IN_VIEW and sum(map(size, blocks)) + len(blocks) <= LONGEST_VIEW


def _blocks(page: Home, cards: Sequence[list[list[Block]]], most: int) -> list[Block]:
    blocks: list[Block] = []
    for section, given in zip(page.sections, cards, strict=True):
        if blocks:
            blocks.append({"type": "divider"})
        left = len(given) - most
        notes = (*section.notes, f"{left} more are not shown here.") if left > 0 else section.notes
        blocks += head_blocks(section)
        blocks += [block for card in given[:most] for block in card]
        blocks += [*note_blocks(notes), *actions(section.buttons)]
    return blocks
