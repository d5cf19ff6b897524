"""All tests that touch the database of the clinic once more, on PostgreSQL.

The conftest leaves the others out of this run: nothing is different for them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(
    bool(os.environ.get("CRYODOSE_TEST_DATABASE_URL")), reason="this is the run on it"
)
def test_the_same_tests_pass(postgres: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    # Named in the environment, Django would be set up before our conftest tells it the database.
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    environment["CRYODOSE_TEST_DATABASE_URL"] = postgres
    done = subprocess.run(
        [*command, "-m", "not slow and not pages", str(HERE)],
        env=environment,
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
