"""The app's Home tab, and the card under a link."""

from bot.replies import Card, Home, Reply
from bot.slack.blocks import head_blocks, note_blocks
from bot.slack.buttons import actions
from bot.slack.cards import card_blocks, small_print, title_of
from bot.slack.escape import escape, link
from bot.slack.texts import LONGEST_SECTION, MOST_IN_VIEW, Block, rich_text, size, words
from papers.display import shorten

_LONGEST_VIEW = 100_000
"""Characters as JSON; Slack takes 250 kB (view_too_large)."""
_LONGEST_TITLE = 300
_LONGEST_TEXT = 400


def home(page: Home) -> Block:
    """The view. Of sections that are too long together, the longest are cut."""
    most = max((len(section.cards) for section in page.sections), default=0)
    blocks = _sections(page, most)
    while most and not _fits(blocks):
        most -= 1
        blocks = _sections(page, most)
    if not _fits(blocks):
        blocks = blocks[:10]
    return {"type": "home", "blocks": blocks or [rich_text([words("There is nothing here yet.")])]}


def unfurl(card: Card) -> Block:
    """What chat.unfurl takes for one link: no rich text, which Slack has refused there (java-slack-sdk issue 948)."""
    title = f"*{link(card.url, shorten(title_of(card), _LONGEST_TITLE))}*"
    text = escape(shorten(card.text, _LONGEST_TEXT))
    told = shorten(f"{title}\n{text}" if text else title, LONGEST_SECTION)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": told, "verbatim": True}}
    return {"blocks": [section, *small_print(card), *actions(card.buttons)]}


def _fits(blocks: list[Block]) -> bool:
    return len(blocks) <= MOST_IN_VIEW and sum(map(size, blocks)) <= _LONGEST_VIEW


def _sections(page: Home, most: int) -> list[Block]:
    blocks: list[Block] = []
    for section in page.sections:
        if blocks:
            blocks.append({"type": "divider"})
        blocks += _section(section, most)
    return blocks


def _section(section: Reply, most: int) -> list[Block]:
    cards = [block for card in section.cards[:most] for block in card_blocks(card)]
    left = len(section.cards) - most
    notes = (*section.notes, f"{left} more are not shown here.") if left > 0 else section.notes
    return [*head_blocks(section), *cards, *note_blocks(notes), *actions(section.buttons)]
