"""The locks: hashes for everything, no host in them, and they hold what pyproject.toml asks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = ("demo", "clinic", "dev")


@pytest.fixture(scope="module")
def locks(root: Path) -> dict[str, str]:
    return {name: (root / "requirements" / f"{name}.txt").read_text() for name in LOCKS}


@pytest.fixture(scope="module")
def asked(root: Path) -> dict[str, set[str]]:
    """Return the names that the project asks for, by extra ("" for the base)."""
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    lists = {"": project["project"]["dependencies"], "system": project["build-system"]["requires"]}
    lists |= project["project"]["optional-dependencies"]
    return {extra: {name_of(item) for item in items} for extra, items in lists.items()}


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement).group(0).lower())


def pins_of(lock: str) -> set[str]:
    """Return the pinned requirements with their markers, without hashes."""
    return {line.rstrip(" \\") for line in lock.splitlines() if line[:1].isalnum()}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_host_and_no_path(locks: dict[str, str], name: str) -> None:
    assert "://" not in locks[name]
    pin = r"[a-z0-9-]+==[\w.!+]+( ; [\w\s<>=!.'()]+)? \\"
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    odd = [s for s in locks[name].splitlines() if not re.fullmatch(f"{pin}|{digest}", s)]
    assert odd == []


def test_all_locks_fit_into_one_environment(locks: dict[str, str]) -> None:
    assert pins_of(locks["demo"]) < pins_of(locks["clinic"]) < pins_of(locks["dev"])


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("demo", ("", "system", "report", "build")),
        ("clinic", ("", "report", "clinic", "postgres", "sensors")),
        ("dev", ("", "system", "report", "clinic", "volume", "dev")),
    ],
)
def test_lock_holds_what_is_asked(
    locks: dict[str, str], asked: dict[str, set[str]], name: str, extras: tuple[str, ...]
) -> None:
    pinned = {name_of(pin) for pin in pins_of(locks[name])}
    wanted = set().union(*(asked[extra] for extra in extras)) - {"cryodose"}
    assert len(wanted) > len(extras)
    assert wanted - pinned == set()
