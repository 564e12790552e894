"""What the documentation says: its files, code, links and example commands."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_COMMENT = re.compile(r"\s{2,}#.*|\s{4,}.*")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Example:
    """A command line as it is shown to people, and where."""

    where: str
    line: str

    @property
    def arguments(self) -> list[str]:
        """What follows ``paperboy``, without redirections and placeholders' ellipses."""
        words = shlex.split(re.split(r"\s[<>|]\s", self.line)[0])
        return [word.rstrip("…") for word in words[1:] if word != "…"]

    def __str__(self) -> str:
        return f"{self.where}: {self.line}"


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def links(page: Path) -> list[str]:
    """The files that a page links to, relative to it."""
    found = (target.partition("#")[0] for target in _LINK.findall(page.read_text(encoding="utf-8")))
    return [target for target in found if target and "://" not in target and not target.startswith("mailto:")]


def code(page: Path) -> list[str]:
    """What stands between backticks, and the lines of code blocks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.M | re.S)
    inline = _CODE.findall(re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return [*inline, *(line for block in blocks for line in block.splitlines())]


def examples(where: str, pieces: list[str]) -> list[Example]:
    """Every piece of code that calls ``paperboy`` with arguments."""
    found = []
    for piece in pieces:
        bare = piece.strip().removeprefix(".venv/bin/").removeprefix("ExecStart=/opt/paperboy/.venv/bin/")
        if bare.startswith("paperboy "):
            found.append(Example(where, _COMMENT.sub("", bare).strip()))
    return found
