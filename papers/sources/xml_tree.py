"""XML from an upstream to a tree, with everything refused that a feed has no need of."""

import re
from xml.etree.ElementTree import Element, ParseError, fromstring

from papers.errors import SourceMalformed

_MOST_TAGS = 1_500_000  # ten times a page of 2,000 papers: more would fill the memory as a tree
_DECLARATIONS = re.compile(r"(?>(?:\s|<\?(?>[^?]|\?(?!>))*\?>|<!--(?>[^-]|-(?!->))*-->)*)(<!?[A-Za-z]+)?")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def parse_xml(body: bytes, source: str) -> Element:
    """The root element. Find children by ``{*}name``: namespaces differ between arXiv's services.

    Raises SourceMalformed: no UTF-8, HTML, cut short. A document type is refused before parsing, and with it every
    entity but XML's own five: entity bombs and references to files or hosts never reach the parser.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceMalformed(source, "answered something that is no UTF-8 text") from None
    declared = _DECLARATIONS.match(text)
    first = (declared[1] or "").lower() if declared else ""
    if first == "<html" or (first == "<!doctype" and "html" in text[:500].lower()):
        raise SourceMalformed(source, "answered an HTML page where XML was due")
    if first.startswith("<!"):
        raise SourceMalformed(source, "answered XML with a document type, which is refused")
    if not first:
        raise SourceMalformed(source, "answered something that is no XML" if text.strip() else "answered nothing")
    if text.count("<") > _MOST_TAGS:
        raise SourceMalformed(source, "answered more XML than any page of papers has")
    try:
        return fromstring(_ILLEGAL.sub("", text))  # noqa: S314 - no document type, so no entities, gets here
    except ParseError as error:
        raise SourceMalformed(
            source, f"answered XML that is cut short or malformed (line {error.position[0]})"
        ) from None


def child_text(element: Element, name: str) -> str:
    """The text of the first child of that name in any namespace, inner markup's included; "" if there is none."""
    child = element.find(f"{{*}}{name}")
    return "".join(child.itertext()) if child is not None else ""
