"""Help loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"matplotlib", "numpy", "pydantic", "rich", "scipy", "h5netcdf", "xarray"}


# Beyond the bare --help, typer itself may check its options by pydantic.
@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], HEAVY),
        (["--version"], HEAVY - {"pydantic"}),
        (["plan", "--help"], HEAVY - {"pydantic"}),
        (["show", "--help"], HEAVY - {"pydantic"}),
        ([], HEAVY - {"pydantic"}),
    ],
)
def test_nothing_heavy_for_help(arguments: list[str], heavy: set[str]) -> None:
    code = (
        "import sys; from cryodose.cli.main import run; "
        f"code = run({arguments!r}); print(sorted({heavy!r} & set(sys.modules)), file=sys.stderr); "
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
    assert done.stdout.strip()
