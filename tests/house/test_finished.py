"""Nothing half done: no promises in comments, no empty functions, no silenced checker."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROMISES = re.compile(
    r"\b(?:TODO|FIXME|XXX|HACK)\b"
    r"|\b(?:for now|not (?:yet )?implemented|simplified|placeholder)\b"
)
SILENCED = re.compile(r"#\s*(?:noqa\b|type:\s*ignore\b)(?P<rest>.*)")
EXPLAINED = re.compile(r"^(?::\s*[A-Z0-9, ]+|\[[a-z0-9, -]+\])\s*#\s*\w.{3,}")
WITHOUT_BODY = {"overload", "abstractmethod"}


def promises_in(text: str) -> list[str]:
    return [m.group(0) for m in PROMISES.finditer(text)]


def unexplained_in(text: str) -> list[str]:
    """Return the comments that silence a checker without a code and a reason."""
    found = SILENCED.finditer(text)
    return [m.group(0) for m in found if not EXPLAINED.match(m.group("rest").strip())]


def empty_functions(tree: ast.Module) -> Iterator[str]:
    """Name each function without a body, outside protocols and abstract classes."""
    protocols = {
        id(member)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any("Protocol" in ast.unparse(base) for base in node.bases)
        for member in node.body
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or id(node) in protocols:
            continue
        if WITHOUT_BODY & {ast.unparse(d).rpartition(".")[2] for d in node.decorator_list}:
            continue
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        if all(is_nothing(statement) for statement in body):
            yield node.name


def is_nothing(statement: ast.stmt) -> bool:
    """Tell whether a statement only fills a gap."""
    if isinstance(statement, ast.Raise):
        return "NotImplementedError" in ast.unparse(statement)
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is ...
    )


def test_no_promises(root: Path, python_files: list[Path]) -> None:
    core = (root / "src" / "core").glob("*.*")
    pages = (root / "docs").rglob("*.md")
    ours = [p for p in python_files if p != Path(__file__)]  # this file names what it seeks
    texts = [*ours, *core, *pages, *(root / "src").rglob("*.toml"), root / "Makefile"]
    found = {str(p): promises_in(p.read_text(encoding="utf-8")) for p in texts}
    assert {path: words for path, words in found.items() if words} == {}


def test_no_empty_function(package_trees) -> None:
    found = {path: list(empty_functions(tree)) for path, tree in package_trees.items()}
    assert {path: names for path, names in found.items() if names} == {}


def test_silenced_checkers_are_explained(root: Path) -> None:
    sources = sorted((root / "src").rglob("*.py"))
    found = {str(p): unexplained_in(p.read_text(encoding="utf-8")) for p in sources}
    assert {path: comments for path, comments in found.items() if comments} == {}


@pytest.mark.parametrize("text", ["# TODO later", "good enough for now", "a placeholder"])
def test_promises_are_seen(text: str) -> None:
    assert len(promises_in(text)) == 1


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(): pass", ["f"]),
        ('def f():\n    """Say."""', ["f"]),
        ("class A(Protocol):\n    def f(self): ...", []),
        ("class A:\n    @abc.abstractmethod\n    def f(self): ...", []),
        ("def f(): return 1", []),
        ("def f(): raise NotImplementedError", ["f"]),
    ],
)
def test_empty_functions_are_seen(source: str, names: list[str]) -> None:
    assert list(empty_functions(ast.parse(source))) == names


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x = 1  # noqa", 1),
        ("x = 1  # noqa: S101", 1),
        ("x = 1  # type: ignore[arg-type]", 1),
        ("x = 1  # type: ignore[arg-type]  # the stubs miss the overload", 0),
        ("x = 1  # noqa: S101  # a check of our own table", 0),
    ],
)
def test_silence_is_seen(text: str, count: int) -> None:
    assert len(unexplained_in(text)) == count
