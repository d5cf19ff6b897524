"""The texts: no machine in them, the commands they name exist, changes and decisions in order."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

# Folders of some machine, and names of package registries. DOIs and homepages are sources.
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:root|home|work|opt|mnt|srv|Users|private)/\w"
    r"|(?<![\w.~-])/tmp/\w|\.pyenv|[A-Z]:\\Users"
    r"|\bpypi\.(?:org|io)|pythonhosted|\bconda\.anaconda|\.internal\b|\.local\b"
)
SUFFIXES = {".cpp", ".csv", ".h", ".html", ".md", ".py", ".sh", ".toml", ".txt"}
TYPES = {"feature", "fix", "doc", "misc"}
SKIPPED = {".git", ".venv", "build", "dist", "__pycache__"}


def texts_of(root: Path) -> list[Path]:
    """Return our texts: documents, settings, scripts and sources."""
    found = []
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in SKIPPED]  # os.walk goes only into these
        found += [Path(folder, n) for n in names if Path(n).suffix in SUFFIXES or n == "Makefile"]
    return sorted(path for path in found if path != Path(__file__))


def guides_of(root: Path) -> list[Path]:
    """Return the pages that a newcomer reads."""
    pages = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]
    return [p for p in pages if p.exists()]


def machines_in(text: str) -> list[str]:
    return [m.group(0) for m in MACHINE.finditer(text)]


def make_targets(root: Path) -> set[str]:
    return set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))


def test_no_machine_in_the_texts(root: Path) -> None:
    found = {str(p): machines_in(p.read_text(encoding="utf-8")) for p in texts_of(root)}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("see /home/ann/notes", 1),
        ("in /tmp/x and ~/.pyenv/bin", 2),
        ("https://doi.org/10.1000/1", 0),
        ("https://example.org/work/page", 0),
        ("src/work/x and a/opt/b", 0),
    ],
)
def test_machines_are_seen(text: str, count: int) -> None:
    assert len(machines_in(text)) == count


def test_make_commands_in_the_guides_exist(root: Path) -> None:
    named = {
        command
        for page in guides_of(root)
        for command in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(), re.MULTILINE)
    }
    assert {"demo", "test"} <= named
    assert named <= make_targets(root)


def test_make_help_names_every_target(root: Path) -> None:
    text = (root / "Makefile").read_text()
    listed = set(re.findall(r'@echo "make ([a-z]+)', text))
    assert listed == make_targets(root) - {"help"}


def test_links_between_the_guides_lead_somewhere(root: Path) -> None:
    dead = [
        f"{page.relative_to(root)}: {target}"
        for page in guides_of(root)
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_change_fragments_are_named_and_say_something(root: Path) -> None:
    for path in (root / "changelog").iterdir():
        if path.name in {"README.md", "template.md.jinja"}:
            continue
        match = re.fullmatch(r"[a-z0-9-]+\.([a-z]+)\.md", path.name)
        assert match, path.name
        assert match.group(1) in TYPES, path.name
        assert path.read_text(encoding="utf-8").strip().endswith("."), path.name


def test_decisions_are_numbered_and_complete(root: Path) -> None:
    pages = sorted((root / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [int(p.name[:4]) for p in pages]
    assert numbers[:2] == [0, 1]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in text, f"{page.name}: {heading}"
