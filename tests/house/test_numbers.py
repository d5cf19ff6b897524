"""No physical number is a literal in the rooms of physics: numbers live in evidence/.

Allowed are small whole numbers and halves of mathematics, and powers of ten of 1e-6 and
below as tolerances. A number of the method and not of nature (a relaxation factor, a
share of a step) is a module constant in capitals with a comment that begins
``# numerical:`` and says why, on its line or the line above. Conversions (times 3600,
plus 273.15) belong to units.py, whole numbers included.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("physics", "solve", "body", "procedures", "dosing")
MATHEMATICS = {0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 10.0}  # ten: the definition of Q10
CONVERSIONS = {60, 273, 1000, 3600, 86400, 1_000_000}
MARK = "# numerical:"


def is_tolerance(value: float) -> bool:
    """Tell whether a number is a power of ten, 1e-6 or below."""
    return 0.0 < value <= 1e-6 and math.isclose(math.log10(value) % 1.0, 0.0, abs_tol=1e-9)


def is_marked(node: ast.stmt, lines: list[str]) -> bool:
    """Tell whether a statement is a named number of the method."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    parts = [p for t in targets for p in (t.elts if isinstance(t, ast.Tuple) else [t])]
    named = all(isinstance(p, ast.Name) and p.id.isupper() for p in parts)
    above = lines[node.lineno - 2] if node.lineno > 1 else ""
    marked = MARK in lines[node.end_lineno - 1] or above.strip().startswith(MARK)
    return isinstance(node, ast.Assign | ast.AnnAssign) and named and marked


def whole_number(node: ast.expr) -> int | None:
    """Return the value of a whole number written into the code."""
    is_whole = isinstance(node, ast.Constant) and type(node.value) is int
    return node.value if is_whole else None


def loose_numbers(source: str) -> Iterator[str]:
    """Name each physical number written into a source text."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        if is_marked(statement, lines):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                if node.value not in MATHEMATICS and not is_tolerance(node.value):
                    yield f"line {node.lineno}: {node.value}"
            elif isinstance(node, ast.BinOp):
                for side in (node.left, node.right):
                    if whole_number(side) in CONVERSIONS:
                        yield f"line {side.lineno}: conversion by {whole_number(side)}"


@pytest.mark.parametrize("room", ROOMS)
def test_room_has_no_loose_number(root: Path, room: str) -> None:
    home = root / "src" / "cryodose"
    files = [home / f"{room}.py", *sorted((home / room).rglob("*.py"))]
    found = [
        f"{path.relative_to(root)} {number}"
        for path in files
        if path.exists()
        for number in loose_numbers(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("x = 0.5 * y + 1e-12", 0),
        ("x = 0.21", 1),
        ("def f(a=37.0): return a", 1),
        ("x = y * 3600", 1),
        ("x = 3600 + y / 1000", 2),
        ("x = y + 273.15", 1),
        ("x = 3e-12", 1),
        ("RELAXATION = 0.7  # numerical: damps the outer loop", 0),
        ("# numerical: damps the outer loop\nRELAXATION = 0.7", 0),
        ("RELAXATION = 0.7", 1),
        ("# numerical: cells at both ends\nFINE, COARSE = 0.7, 0.9", 0),
        ("# numerical: one of them is no constant\nFINE, coarse = 0.7, 0.9", 2),
        ("relaxation = 0.7  # numerical: not a constant by its name", 1),
        ("def f():\n    x = 0.7  # numerical: not at the top", 1),
        ("n = 1000\nm = x[60]", 0),
    ],
)
def test_loose_numbers_are_seen(source: str, count: int) -> None:
    assert len(list(loose_numbers(source))) == count
