"""TeX as it occurs in titles and abstracts, to plain text.

The hard part is what is *not* TeX: "100% of $5 and $10", "x_1", "~90%", "{a, b}" stay as they are. So the
ambiguous characters are decided here, and only text with a command or a formula is given to pylatexenc.
"""

import logging
import re
import threading
from collections.abc import Callable
from functools import cache, lru_cache

_SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_MOST_BRACES = 300  # more is no title or abstract, and would nest deeper than a parser goes
_MARKS = frozenset("\\$^{}~`'-")

_TIE = re.compile(r"(?<=[A-Za-z.,;:)\]}])~(?=[\w(\[\\${])|(?<=\d)~(?=[A-Za-z(\[\\${])")
_EN_DASH = re.compile(r"(?<=\d)--(?=\d)|(?<=\s)--(?=\s)")
# Some upstreams lose the backslashes: "textit{O}bstacles", and links end as "https://…{words}".
_LOST_COMMAND = re.compile(
    r"(?<![\w\\])(?:emph|math(?:bb|bf|cal|rm)|text(?:bf|it|rm|sc|sf|tt)?|underline)\{([^{}]{0,200})\}"
)
_LOST_LINK = re.compile(r"(https?://[^\s{}]{1,300})\{([^{}]{1,300})\}")
_SCRIPT = re.compile(r"([\^_])\{([^{}]{0,200})\}")
_POWER = re.compile(r"\^([+-]?\d{1,9})(?![\w.])|\^(\d)")
_ONE_WORD_GROUP = re.compile(r"\{([\w.:+-]{0,60})\}")
# As pandoc has it: an opening $ has no space after it; a closing one no space before and no digit after.
# A formula that holds a command is one whatever follows ("$\\times$10").
_FORMULA = re.compile(
    r"(?<!\\)\$\$([^$]{1,2000})\$\$"
    r"|(?<!\\)\$(?!\s)((?:\\.|[^$\\]){0,2000}(?:\\.|[^$\\\s]))\$(?!\d)"
    r"|(?<!\\)\$([^$\\]{0,300}\\[A-Za-z][^$]{0,2000})\$",
    re.S,
)
_BARE_DOLLAR = re.compile(r"(?<!\\)\$")
_BARE_SPECIAL = re.compile(r"(?<!\\)([%&#])")
_BARE_TILDE = re.compile(r"(?<!\\)~")
# By far the most common TeX is an escaped sign ("54\\%"), which needs no parser.
_ESCAPE = re.compile(r"\\([%&$#_ ])")
_BEYOND_ESCAPES = re.compile(r"\\(?![%&$#_ ])")
_ESCAPED_DIGIT = re.compile(r"\\(?=\d)")
_COMMAND = re.compile(r"\\([A-Za-z]+)(\s*\{\s*\})?(?:(\s*)(?=\{))?")
_LINK = re.compile(r"\\url\s*\{([^{}]{0,500})\}|\\href\s*\{([^{}]{0,500})\}\s*\{([^{}]{0,500})\}")
_IGNORED = re.compile(
    r"\\(?:color|label|vspace|hspace|cite[pt]?|ref|eqref|thanks)\*?\s*\{[^{}]{0,200}\}"
    r"|\\(?:allowbreak|em|it|bf|rm|sc|sl|sf|tt|small|large|itshape|bfseries)(?![A-Za-z])\s?"
)

# pylatexenc's converter keeps state while it works, and sources parse in threads.
_one_at_a_time = threading.Lock()

_ABBREVIATIONS = {
    "eg": "e.g.", "ie": "i.e.", "etc": "etc.", "vs": "vs.", "etal": "et al.", "wrt": "w.r.t.", "cf": "cf.",
}  # fmt: skip


def to_text(text: str) -> str:
    """``text`` without TeX. Text without TeX comes back as it was, quotes and dashes apart. Never raises."""
    if _MARKS.isdisjoint(text):
        return text
    text = _TIE.sub(" ", text)
    text = text.replace("``", "“").replace("''", "”") if "``" in text else text
    text = _EN_DASH.sub("–", text).replace(" --- ", " — ")
    if text.count("{") > _MOST_BRACES:
        return text
    if "{" in text:
        text = _SCRIPT.sub(_script, _LOST_LINK.sub(r"\1 (\2)", _LOST_COMMAND.sub(r"\1", text)))
    has_formula = "$" in text and _FORMULA.search(text) is not None
    if has_formula or _BEYOND_ESCAPES.search(text):
        text = _convert(text)
    else:
        text = _ESCAPE.sub(r"\1", _ONE_WORD_GROUP.sub(r"\1", text))
    return _POWER.sub(lambda match: (match[1] or match[2]).translate(_SUPERSCRIPT), text)


def _script(match: re.Match[str]) -> str:
    mark, inside = match[1], match[2].strip()
    if len(inside) <= 1 or re.fullmatch(r"[+-]?\d+|\w+|\\[A-Za-z]+", inside):
        return f"{mark}{inside} " if inside.startswith("\\") else f"{mark}{inside}"
    return f"{mark}({inside})"


@lru_cache(512)  # the same papers come back hour after hour
def _convert(text: str) -> str:
    try:
        with _one_at_a_time:
            return _latex_to_text()(_prepared(text))
    except Exception:  # noqa: BLE001 - a hand-written parser on anybody's text: unconverted is better than no paper
        return text


def _prepared(text: str) -> str:
    """``text`` with everything escaped or resolved that pylatexenc would take for what it is not."""
    text = _LINK.sub(_link, _ESCAPED_DIGIT.sub("", _IGNORED.sub("", text)))
    text = _BARE_SPECIAL.sub(r"\\\1", text).replace("--", "-{}-")
    text = _COMMAND.sub(_known_command, _BARE_TILDE.sub(r"\\textasciitilde{}", text))
    parts, end = [], 0
    for match in _FORMULA.finditer(text):
        inside = match[1] or match[2] or match[3]
        parts += [_BARE_DOLLAR.sub(r"\\$", text[end : match.start()]), rf"\({inside}\)"]
        end = match.end()
    return "".join([*parts, _BARE_DOLLAR.sub(r"\\$", text[end:])])


def _link(match: re.Match[str]) -> str:
    bare, target, words = match.groups()
    return bare if bare is not None else words if words == target else f"{words} ({target})"


def _known_command(match: re.Match[str]) -> str:
    """A command pylatexenc knows stays; of an author's own macro its name or its argument is what can be read."""
    name, empty_group, before_group = match.groups()
    if name in _ABBREVIATIONS:
        return _ABBREVIATIONS[name]
    if _is_known(name):
        return match[0]
    return "" if before_group is not None and empty_group is None else name


@cache
def _is_known(name: str) -> bool:
    from pylatexenc.latex2text import get_default_latex_context_db

    if name in ("url", "href"):  # those that are whole are links by now
        return False
    return name in ("begin", "end") or get_default_latex_context_db().get_macro_spec(name) is not None


@cache
def _latex_to_text() -> Callable[[str], str]:
    # Imported on first use: it takes 50 ms, and most commands never meet TeX.
    from pylatexenc.latex2text import LatexNodes2Text

    # It writes a warning a command for malformed text, which is common and nobody's to mend.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    # Spaces as they were written, in formulas too: "P \\le 1" is "P ≤ 1".
    spaces = {"between-macro-and-chars": False, "between-latex-constructs": True, "after-comment": False}
    converter = LatexNodes2Text(math_mode="text", strict_latex_spaces={**spaces, "in-equations": spaces})
    convert: Callable[[str], str] = converter.latex_to_text
    return convert
