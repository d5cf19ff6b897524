"""The tests of records, entry, permissions and live sessions once more, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Files whose outcome could depend on the database.
FILES = sorted(
    p.name
    for p in HERE.glob("test_*.py")
    if p.name
    not in {"test_on_postgres.py", "test_crash.py", "test_room_crash.py", "test_environment.py"}
)


@pytest.mark.skipif(
    bool(os.environ.get("CRYODOSE_TEST_DATABASE_URL")), reason="this is the run on it"
)
def test_the_same_tests_pass(postgres: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-m", "not slow and not pages", *(str(HERE / name) for name in FILES)],
        env={**os.environ, "CRYODOSE_TEST_DATABASE_URL": postgres},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
