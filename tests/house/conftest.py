"""The sources as the tests of the house see them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("src", "tests", "tools", "benchmarks", "examples")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def python_files() -> list[Path]:
    """Return every Python file of ours."""
    return sorted(p for top in OURS for p in (ROOT / top).rglob("*.py"))


@pytest.fixture(scope="session")
def package_trees() -> dict[str, ast.Module]:
    """Return the parsed modules of the package by their path from the repository."""
    files = sorted((ROOT / "src" / "cryodose").rglob("*.py"))
    assert files, "the package has no module"
    return {str(p.relative_to(ROOT)): ast.parse(p.read_text(encoding="utf-8")) for p in files}


@pytest.fixture(scope="session")
def functions_of() -> Callable[[ast.Module], Iterator[ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Return a walker over all functions of a module, methods and nested ones too."""

    def walk(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    return walk
