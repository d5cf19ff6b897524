"""Small files, short functions, few parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 60
PARAMETERS = 7


def too_long(path: Path) -> bool:
    return len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES


def faults_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Name what is wrong with the size of one function; a docstring is not counted."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    if lines > FUNCTION_LINES:
        yield f"{function.name}: {lines} lines, at most {FUNCTION_LINES}"
    a = function.args
    names = [arg.arg for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs)]
    count = len(names) - (names[:1] in (["self"], ["cls"]))
    if count > PARAMETERS:
        yield f"{function.name}: {count} parameters, at most {PARAMETERS}"


def test_no_file_is_too_long(root: Path, python_files: list[Path]) -> None:
    core = sorted((root / "src" / "core").glob("*.*"))
    # Migrations are written by Django, one step each, and never edited.
    ours = [p for p in python_files if p.parent.name != "migrations"]
    assert [str(p) for p in (*ours, *core) if too_long(p)] == []


def test_no_function_is_too_large(package_trees, functions_of) -> None:
    faults = [
        f"{path}: {fault}"
        for path, tree in package_trees.items()
        for function in functions_of(tree)
        for fault in faults_of(function)
    ]
    assert faults == []


def test_faults_are_seen(tmp_path: Path) -> None:
    wide = ast.parse("def f(self, a, b, c, d, e, g, h, *, i): pass").body[0]
    body = "\n".join(["    x = 1"] * FUNCTION_LINES)
    long = ast.parse(f"def f():\n{body}").body[0]
    documented = ast.parse(f'def f():\n    """One.\n\n    Two.\n    """\n{body[:-10]}').body[0]
    assert list(faults_of(wide)) == ["f: 8 parameters, at most 7"]
    assert list(faults_of(long)) == ["f: 61 lines, at most 60"]
    assert list(faults_of(documented)) == []
    file = tmp_path / "long.py"
    file.write_text("x = 1\n" * (FILE_LINES + 1))
    assert too_long(file)
