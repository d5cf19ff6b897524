"""Long files of tests begin first, and the list of them is about files that exist."""

from __future__ import annotations

from types import SimpleNamespace

from tests.order import LONG, TESTS, sort_long_first


def test_every_long_file_exists_and_stands_once() -> None:
    assert [name for name in LONG if not (TESTS / name).is_file()] == []
    assert len(set(LONG)) == len(LONG)


def test_long_files_come_first_and_others_keep_their_order() -> None:
    names = ["body/a.py", LONG[1], "body/b.py", LONG[0], "body/a.py", LONG[1]]
    items = [SimpleNamespace(path=TESTS / name, number=n) for n, name in enumerate(names)]
    sort_long_first(items)
    assert [item.number for item in items] == [3, 1, 5, 0, 2, 4]
