"""Write a map of the code: every room, its modules and what each is for.

Read from the sources, not from imported modules, so it needs no installation.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "cryodose"


def first_line(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> str:
    """Return the first line of a docstring, or nothing."""
    return (ast.get_docstring(node) or "").partition("\n")[0]


def lines_of(path: Path) -> list[str]:
    """Describe one module: its purpose, then its public functions and classes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = [f"- `{path.relative_to(PACKAGE.parent)}`: {first_line(tree)}"]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            lines.append(f"    - `{node.name}`: {first_line(node)}")
    return lines


def code_map() -> str:
    """Return the whole map as Markdown, one heading for each room."""
    lines = ["# Map of the code", ""]
    room = None
    for path in sorted(PACKAGE.rglob("*.py"), key=lambda p: (p.parent, p.name)):
        if path.parent != room:
            room = path.parent
            lines += ["", f"## {room.relative_to(PACKAGE.parent)}", ""]
        lines += lines_of(path)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the map into the file named on the command line."""
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(code_map(), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
