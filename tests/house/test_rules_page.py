"""docs/rules.md is what the rules say."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_page_is_up_to_date(root: Path) -> None:
    found = importlib.util.spec_from_file_location("rules_page", root / "tools" / "rules_page.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    written = (root / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == module.page(), "run: make docs"
    assert written.count("\n## ") == 111
