"""The examples in the docstrings are true."""

from __future__ import annotations

import ast
import doctest
import importlib
import types

import pytest

import cryodose

CLINIC = "cryodose.clinic"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def module_names(package_trees) -> list[str]:
    names = []
    for path in package_trees:
        parts = path.removeprefix("src/").removesuffix(".py").split("/")
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    # The clinic needs Django's settings to be imported; its docstrings hold no examples.
    return [n for n in names if not n.endswith("__main__") and not n.startswith(CLINIC)]


def import_or_none(name: str) -> types.ModuleType | None:
    """Import a module, or return nothing if it needs the compiled core and there is none.

    test_core_built.py holds that a build server has the core.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if "_core" not in str(error):
            raise
        return None


def test_docstring_examples(package_trees) -> None:
    failed = {}
    tried = 0
    for name in module_names(package_trees):
        module = import_or_none(name)
        if module is None:
            continue
        result = doctest.testmod(module, verbose=False)
        tried += result.attempted
        if result.failed:
            failed[name] = result.failed
    assert failed == {}
    assert tried > 0


def test_wrong_example_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    example = doctest.DocTestParser().get_doctest(
        ">>> cryodose.__version__\n'no version'\n", {"cryodose": cryodose}, "wrong", None, 0
    )
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 1
    assert "no version" in capsys.readouterr().out


def test_clinic_has_no_examples(package_trees) -> None:
    docs = {
        path: [
            ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, DOCUMENTED)
        ]
        for path, tree in package_trees.items()
        if "/clinic/" in path
    }
    assert docs
    assert [path for path, texts in docs.items() if any(">>>" in text for text in texts)] == []
