"""Titles and abstracts as people read them: no TeX, no markup, no line breaks in the middle of a sentence.

Everything that goes to a chat passes here once, so it is also where characters go that could disturb one:
control characters, direction overrides, zero-width characters, lone surrogates.
"""

import html
import re
import unicodedata

from papers import tex

TITLE_LIMIT = 500
TEXT_LIMIT = 20_000
_RAW_LIMIT = 2 * TEXT_LIMIT  # what is looked at: markup is longer than what it says

# Nothing but printable ASCII that means itself: nine abstracts of ten need no more than their lines joined.
_NEEDS_CARE = re.compile(r"[^\n\r\t -~]|[\\$^{}&<~`]|''|--")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNSPOKEN = re.compile(r"<(script|style)\b[^>]{0,500}>.{0,5000}?</\1\s*>|<!--.{0,5000}?-->", re.I | re.S)
_BLOCK = re.compile(
    r"</?(?:br|p|div|ul|ol|li|h[1-6]|tr|table|title|jats:(?:p|title|sec|list|list-item))\b[^<>]*>", re.I
)
# Only what is known to be markup: "<think>", "<EOS>" and "a < b" are what authors write.
_INLINE = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|img|inline-formula|mark|q|s|script|small|span|strike|strong|style|sub|sup|tt"
    r"|u|td|th|jats:[a-z-]+|mml:[a-z-]+)(?:\s[^<>]*)?/?>",
    re.I,
)
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
    # Joiners stay where scripts and emoji need them: between two characters outside ASCII.
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def to_plain(text: str, *, single_line: bool) -> str:
    """``text`` as plain Unicode (NFC), spaces collapsed; paragraphs stay apart unless ``single_line``.

    Cut at a word to TITLE_LIMIT characters if ``single_line``, else to TEXT_LIMIT. Never raises.
    """
    text = text[:_RAW_LIMIT]
    if _NEEDS_CARE.search(text):
        text = unicodedata.normalize("NFC", _REMOVED.sub("", tex.to_text(_without_markup(_clean_ends(text)))))
    if single_line or "\n" not in text:
        return _cut(" ".join(text.split()), TITLE_LIMIT if single_line else TEXT_LIMIT)
    paragraphs = (" ".join(paragraph.split()) for paragraph in _PARAGRAPH.split(_LINE_ENDS.sub("\n", text)))
    return _cut("\n\n".join(paragraph for paragraph in paragraphs if paragraph), TEXT_LIMIT)


def _clean_ends(text: str) -> str:
    return _LINE_ENDS.sub("\n", _REMOVED.sub("", text))


def _without_markup(text: str) -> str:
    for _ in range(2):  # some upstreams escape what was escaped already
        if "<" in text:
            text = _INLINE.sub("", _BLOCK.sub("\n", _UNSPOKEN.sub("", text)))
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_word = kept.rfind(" ", limit // 2)
    return (kept[:at_word] if at_word > 0 else kept).rstrip() + "…"
