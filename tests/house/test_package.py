"""The front of the package: one version, names loaded on first use, nothing heavy at start."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import types
from importlib import metadata
from pathlib import Path

import pytest

import cryodose

HEAVY = {"django", "matplotlib", "numpy", "pandas", "pydantic", "rich", "scipy", "xarray"}


def test_version_has_one_source(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        settings = tomllib.load(file)
    assert "version" not in settings["project"]
    assert settings["project"]["dynamic"] == ["version"]
    source = root / settings["tool"]["scikit-build"]["metadata"]["version"]["input"]
    assert source.samefile(cryodose.__file__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", cryodose.__version__)


def test_installed_version_is_this_one() -> None:
    try:
        installed = metadata.version("cryodose")
    except metadata.PackageNotFoundError:
        pytest.skip("run from the sources, not installed")
    assert installed == cryodose.__version__


def test_public_names_are_listed() -> None:
    assert set(cryodose.__all__) <= set(dir(cryodose))
    assert {"plan", "simulate", "Session", "load_session"} <= set(cryodose.__all__)


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("plan", "cryodose.front"),
        ("simulate", "cryodose.front"),
        ("Session", "cryodose.session"),
        ("load_session", "cryodose.session"),
    ],
)
def test_public_name_comes_from_its_room(
    monkeypatch: pytest.MonkeyPatch, name: str, home: str
) -> None:
    room = types.ModuleType(home)
    setattr(room, name, object())
    monkeypatch.setitem(sys.modules, home, room)
    monkeypatch.delitem(cryodose.__dict__, name, raising=False)
    assert getattr(cryodose, name) is getattr(room, name)
    monkeypatch.delitem(cryodose.__dict__, name)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'dose_everything'"):
        _ = cryodose.dose_everything


def test_no_module_hides_a_public_function(root: Path) -> None:
    # A module cryodose/plan.py would take the place of the function `plan` once imported.
    home = root / "src" / "cryodose"
    assert [n for n in cryodose.__all__ if (home / n).exists() or (home / f"{n}.py").exists()] == []


def test_package_is_typed(root: Path) -> None:
    assert (root / "src" / "cryodose" / "py.typed").exists()


def heavy_at_top(tree: ast.Module) -> set[str]:
    """Return the heavy packages that a module imports when it is loaded."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found & HEAVY


def test_nothing_heavy_at_the_top_of_the_front(package_trees: dict[str, ast.Module]) -> None:
    light = {
        path: heavy_at_top(tree)
        for path, tree in package_trees.items()
        if path.endswith("cryodose/__init__.py") or "/cli/" in path
    }
    assert light
    assert {path: names for path, names in light.items() if names} == {}
    assert heavy_at_top(ast.parse("import os\nfrom numpy.linalg import norm")) == {"numpy"}


def test_import_loads_nothing_heavy() -> None:
    code = f"import cryodose, sys; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"
