"""Parquet: what was written is read by DuckDB, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cryodose.errors import BadInput
from cryodose.io.parquet import write_parquet

COLUMNS = {"who": "text", "n": "whole", 'odd "name"': "number", "is": "flag"}


def read(path: Path) -> list[tuple]:
    return duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()


def test_rows_come_back_with_their_kinds(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    rows = [
        {"who": "a'b", "n": 2**40, 'odd "name"': 1.5, "is": True},
        {"who": None, 'odd "name"': None, "is": False},
        {"who": "\u00e9\U0001f9ca", "n": 0, 'odd "name"': 2, "is": None},
    ]
    write_parquet(path, COLUMNS, rows)
    assert read(path) == [
        ("a'b", 2**40, 1.5, True),
        (None, None, None, False),
        ("\u00e9\U0001f9ca", 0, 2.0, None),
    ]


def test_empty_columns_and_tables_keep_their_kinds(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, COLUMNS, [])
    assert read(path) == []
    write_parquet(path, COLUMNS, [{}])
    assert read(path) == [(None, None, None, None)]
    kinds = duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    assert [k[1] for k in kinds] == ["VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN"]


def test_a_fault_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, {"n": "whole"}, [{"n": 1}])
    with pytest.raises(duckdb.Error):
        write_parquet(path, {"n": "whole"}, [{"n": "no number"}])
    assert read(path) == [(1,)]
    assert [p.name for p in tmp_path.iterdir()] == ["x.parquet"]
    with pytest.raises(BadInput, match="one of text"):
        write_parquet(path, {"n": "date"}, [])
    with pytest.raises(BadInput):
        write_parquet(tmp_path / "none" / "x.parquet", {"n": "whole"}, [])
