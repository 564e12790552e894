"""What the documentation names is there: files, functions, settings, make targets."""

import ast
import re
from pathlib import Path

import pytest

from papers.settings import variables
from tests.docs.texts import PAGES, ROOT, code, links, name

_NAMED = re.compile(r"`([A-Za-z_][\w.]*)`(?:s|'s)?\s+\(([\w/]+\.(?:py|lua))(?:[:)]|, )")
"""`` `search` (paperboy/commands/search.py) `` in docs/architecture.md"""


def _names(path: Path) -> set[str]:
    """Everything a module defines, methods as ``Class.method``, and what it imports."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            methods = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {node.name, *(f"{node.name}.{method.name}" for method in methods)}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


NAMED = sorted({(n, p) for page in PAGES for n, p in _NAMED.findall(page.read_text(encoding="utf-8"))})


def test_the_architecture_names_functions() -> None:
    assert len(NAMED) > 15


@pytest.mark.parametrize(("named", "path"), NAMED, ids=str)
def test_a_function_that_is_named_is_where_it_is_said_to_be(named: str, path: str) -> None:
    defined = _names(ROOT / path)
    module = Path(path).stem
    assert named in defined or named.removeprefix(f"{module}.") in defined


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    paths = set(
        re.findall(
            r"\b(?:papers|paperboy|bot|workers|tests|docs|deploy|bench)/[\w/.-]*\w\.(?:py|lua|md|sh|svg)\b",
            page.read_text("utf-8"),
        )
    )
    assert [path for path in sorted(paths) if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"\bPAPERBOY_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
    assert named - variables() == set()


def test_every_setting_is_in_the_example_file() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert {line.partition("=")[0] for line in lines if line.startswith("PAPERBOY_")} == set(variables())


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {piece.split()[1] for piece in code(page) if re.match(r"make [a-z]+\b", piece)}
    assert named - targets == set()
