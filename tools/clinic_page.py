"""Write docs/clinic-permissions.md: who may do what in the clinic, and at which address."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "clinic-permissions.md"
HEAD = """# Who may do what in the clinic

Written by `make docs` from `access.MATRIX` and the table of addresses; do not edit it by hand.
Nobody may do anything in a clinic of which they are no part: to them its records do not exist.

"the person" reads their own data by link and code; "a device" sends readings with its token;
"a system" of the hospital signs its calls of CDS Hooks.
"""


def page() -> str:
    """Return the page."""
    from cryodose.clinic.access import DEVICE, MATRIX, PERSON, SYSTEM, Role
    from cryodose.clinic.checks import routes
    from cryodose.clinic.middleware.gate import rule_for

    columns = [*Role.values, PERSON, DEVICE, SYSTEM]
    titles = [*Role.values, "the person", "a device", "a system"]
    lines = [HEAD, f"| action | {' | '.join(titles)} |", "|---" * (len(columns) + 1) + "|"]
    for action, allowed in MATRIX.items():
        marks = " | ".join("yes" if role in allowed else "" for role in columns)
        lines.append(f"| `{action}` | {marks} |")
    lines += ["", "## Addresses", "", "| address | route | needs | of |", "|---|---|---|---|"]
    for name, address, view in routes():
        rule = rule_for(view, name)
        if rule is None:
            raise SystemExit(f"no rule says who may use {address}")
        of = rule.of.__name__ if rule.of is not None else ""
        lines.append(f"| `/{address}` | `{name}` | `{rule.action}` | {of} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryodose.clinic.settings")
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    sys.exit(main())
