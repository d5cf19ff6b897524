"""Under CRYODOSE_CI=1 a skip for want of a browser, database or broker fails, no other does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = """
import pytest

def test_page():
    pytest.skip("no browser here")

def test_record():
    pytest.skip("no database: not installed")

def test_wire():
    pytest.skip("no broker: not installed")

def test_other():
    pytest.skip("needs a compiler")

@pytest.mark.xfail(reason="browser draws it wrong", strict=True)
def test_known():
    assert False
"""
MODULE_SKIP = 'import pytest\npytest.skip("no Chromium here", allow_module_level=True)\n'


@pytest.fixture
def run_pytest(tmp_path: Path, root: Path):
    """Return a function that runs one test file under our conftest and gives the last line."""

    def run(text: str, ci: str) -> str:
        (tmp_path / "tests").mkdir()
        shutil.copy(root / "tests" / "order.py", tmp_path / "tests")
        shutil.copy(root / "tests" / "conftest.py", tmp_path)
        (tmp_path / "test_skips.py").write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
            env={**os.environ, "CRYODOSE_CI": ci},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip().splitlines()[-1]

    return run


@pytest.mark.parametrize(
    ("text", "ci", "expected"),
    [
        (SKIPS, "0", ["4 skipped", "1 xfailed"]),
        (SKIPS, "1", ["3 failed", "1 skipped", "1 xfailed"]),
        (MODULE_SKIP, "0", ["1 skipped"]),
        (MODULE_SKIP, "1", ["1 error"]),
    ],
)
def test_skip(run_pytest, text: str, ci: str, expected: list[str]) -> None:
    line = run_pytest(text, ci)
    for part in expected:
        assert part in line, line
