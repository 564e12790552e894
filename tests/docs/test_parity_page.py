"""docs/parity.md is what the code of both chats makes of it, and complete."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from bot.actions import Verb
from bot.slack.manifest import EVENTS
from tests.docs.texts import ROOT

sys.path.insert(0, str(ROOT / "docs"))
parity = import_module("parity")

CORE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").glob("*.py")))


def test_the_page_is_as_the_code_makes_it() -> None:
    assert Path(parity.PAGE).read_text(encoding="utf-8") == parity.page(), "run: python docs/parity.py"


def test_every_button_and_every_event_has_a_row() -> None:
    assert set(parity.BUTTONS) == set(Verb)
    assert set(parity.COUNTERPARTS) == set(EVENTS)


def test_every_row_names_what_is_compared_and_no_two_the_same() -> None:
    for title, text in (part.split("\n", 1) for part in parity.page().split("\n## ")[1:]):
        names = [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| ")]
        if title != "Forms":  # where a form is named once, above all its fields
            assert "" not in names
            assert len(set(names)) == len(names), title


@pytest.mark.parametrize("verb", Verb)
def test_a_button_is_called_so_somewhere(verb: Verb) -> None:
    label, _ = parity.BUTTONS[verb]
    assert f'"{label}"' in CORE
