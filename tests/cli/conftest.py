"""Runs the command line the way a shell does, and inside this process where that is enough."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cryodose.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "cryodose"]
FAST = ["--members", "32"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the root of the repository, where the examples are."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    return ROOT


@pytest.fixture
def cryodose(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ended]:
    """Return a function that runs a command in this process."""

    def call(*arguments: object) -> Ended:
        code = run([str(a) for a in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return call


@pytest.fixture
def shell(here: Path) -> Callable[..., Ended]:
    """Return a function that runs a command in a process of its own."""

    def call(*arguments: object, stdin: bytes = b"", **environment: str) -> Ended:
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            check=False,
            env={**os.environ, **environment},
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def session_file(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a session file."""

    def write(text: str, name: str = "session.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
