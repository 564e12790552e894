"""The shape of rich text: sections, lists, quotes and preformatted text, of texts, links, mentions and emoji."""

from tests.fakes.block_kit_checks import Check, boolean, integer, kinds, listing, mapping, one_of, string, url

_STYLE = mapping({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_STYLED = {"style": _STYLE}
_REFERENCE = string(255)
_INLINE: dict[str, Check] = {
    "text": mapping({"text": string(13_000, least=0)}, _STYLED, type_="text"),
    "link": mapping({"url": url}, _STYLED | {"text": string(3000), "unsafe": boolean}, type_="link"),
    "emoji": mapping({"name": string(255)}, _STYLED | {"unicode": string(255)}, type_="emoji"),
    "user": mapping({"user_id": _REFERENCE}, _STYLED, type_="user"),
    "channel": mapping({"channel_id": _REFERENCE}, _STYLED, type_="channel"),
    "usergroup": mapping({"usergroup_id": _REFERENCE}, _STYLED, type_="usergroup"),
    "broadcast": mapping({"range": one_of("here", "channel", "everyone")}, _STYLED, type_="broadcast"),
    "date": mapping({"timestamp": integer(0, 10**11), "format": string(255)}, {"fallback": string(255)}, type_="date"),
}
_ELEMENTS = listing(kinds(_INLINE, "element of rich text"), most=1000)
_SECTION = mapping({"elements": _ELEMENTS}, type_="rich_text_section")
_PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": mapping(
        {"style": one_of("bullet", "ordered"), "elements": listing(_SECTION, most=1000)},
        {"indent": integer(0, 8), "offset": integer(0, 10_000), "border": integer(0, 1)},
        type_="rich_text_list",
    ),
    "rich_text_quote": mapping({"elements": _ELEMENTS}, {"border": integer(0, 1)}, type_="rich_text_quote"),
    "rich_text_preformatted": mapping(
        {"elements": _ELEMENTS}, {"border": integer(0, 1)}, type_="rich_text_preformatted"
    ),
}
RICH_TEXT = mapping(
    {"elements": listing(kinds(_PARTS, "part of rich text"), most=1000)}, {"block_id": string(255)}, type_="rich_text"
)
