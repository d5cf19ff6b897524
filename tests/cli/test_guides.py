"""README and guides cannot rot: their examples run, and they name every command and option."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cryodose.cli.main import app
from cryodose.session import goals

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
GUIDE = ROOT / "docs" / "guide"


def blocks(language: str) -> list[tuple[str, str]]:
    pattern = rf"^```{language}\n(.*?)^```"
    return [
        (f"{page.name}-{i}", text)
        for page in PAGES
        for i, text in enumerate(re.findall(pattern, page.read_text(), re.MULTILINE | re.DOTALL))
    ]


def commands() -> list[str]:
    """Return every command of the guides once."""
    found = (c for _, text in blocks("console") for c in re.findall(r"^\$ (.*)$", text, re.M))
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the examples and the experiments, and `cryodose` on its path."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("examples", "experiments"):
        (folder / name).symlink_to(ROOT / name)
    script = folder / "bin" / "cryodose"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cryodose "$@"\n')
    script.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="the guides are written for sh")
@pytest.mark.parametrize("command", commands())
def test_command_of_the_guides(desk: Path, command: str) -> None:
    path = f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=desk,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (3 if "refused.toml" in command else 0), done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("name", "text"), blocks("python"), ids=lambda v: v[:20])
def test_python_of_the_guides(desk: Path, name: str, text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", text],
        cwd=desk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), name


def test_there_is_something_to_run() -> None:
    assert len(commands()) > 10
    assert len(blocks("python")) >= 2


def every_command(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for child_name, child in getattr(command, "commands", {}).items():
        yield from every_command(child, f"{name} {child_name}".strip())
    yield name, command


def test_every_command_and_option_is_in_the_guide() -> None:
    text = (GUIDE / "command-line.md").read_text()
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    missing = []
    for name, command in every_command(typer.main.get_command(app)):
        top = name.partition(" ")[0]
        part = next((p for p in parts if p.startswith(f"`cryodose {top}")), "") if top else parts[0]
        if name not in text:
            missing.append(name)
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help" and option not in part:
                    missing.append(f"{name} {option}")
    assert missing == []


def test_every_goal_and_plan_key_is_in_the_guide() -> None:
    text = (GUIDE / "session-files.md").read_text()
    tables = [*goals.GOALS.values(), goals.PlanOptions]
    keys = {f.alias or n for table in tables for n, f in table.model_fields.items()}
    assert {key for key in keys if f"`{key}`" not in text} == set()
    assert {kind for kind in goals.GOALS if f"`{kind}`" not in text} == set()


def test_every_toml_block_of_the_guides_is_read() -> None:
    import tomllib

    from cryodose.session import session_from_dict

    texts = [text for _, text in blocks("toml")]
    assert texts
    whole: dict[str, Any] = {}
    for text in texts:
        whole |= tomllib.loads(text)
    assert session_from_dict(whole).measured
