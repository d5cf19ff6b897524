"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
import importlib

import pytest

import cryodose


def module_names(package_trees) -> list[str]:
    names = []
    for path in package_trees:
        parts = path.removeprefix("src/").removesuffix(".py").split("/")
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [name for name in names if not name.endswith("__main__")]


def test_docstring_examples(package_trees) -> None:
    failed = {}
    tried = 0
    for name in module_names(package_trees):
        result = doctest.testmod(importlib.import_module(name), verbose=False)
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
