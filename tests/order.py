"""Which files of tests begin first, so that no worker is alone with a long one at the end.

`make test` gives whole files to its workers (`--dist loadfile`), in the order of collection: what a
module makes, such as a server of the clinic, is made once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent
# Those above half a minute of a processor, or of waiting for a browser; the longest first.
LONG = (
    "clinic/test_on_postgres.py",
    "pages/test_newcomer.py",
    "pages/test_every_page.py",
    "pages/test_planner.py",
    "cli/test_guides.py",
    "validate/test_freezing_files.py",
    "clinic/test_crash.py",
    "clinic/test_backup.py",
    "pages/test_pages.py",
    "procedures/test_freeze.py",
    "dosing/test_freeze_plan.py",
    "validate/test_run.py",
    "clinic/test_permissions.py",
    "clinic/test_planner.py",
    "pages/test_clinic.py",
    "pages/test_rooms.py",
)


def sort_long_first(items: list[Any]) -> None:
    """Bring the tests of long files to the front; else their order stays."""
    places = {TESTS / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
