"""Tables as Parquet files, by DuckDB."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from cryodose.errors import BadInput
from cryodose.io.atomic import replacing

_KINDS = {"text": "VARCHAR", "number": "DOUBLE", "whole": "BIGINT", "flag": "BOOLEAN"}


def write_parquet(
    path: str | os.PathLike[str],
    columns: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Write rows to a Parquet file, whole or not at all.

    Parameters
    ----------
    path : path-like
    columns : mapping
        Name -> ``text``, ``number``, ``whole`` or ``flag``, in their order.
    rows : sequence of mapping
        A value that is None or missing is null.

    Raises
    ------
    BadInput
        For an unknown kind of column, or if there is no writing there.
    """
    for name, kind in columns.items():
        if kind not in _KINDS:
            raise BadInput(None, f"columns.{name}", kind, f"one of {', '.join(_KINDS)}")
    spec = ", ".join(f"{_quoted(name)} {_KINDS[kind]}" for name, kind in columns.items())
    with duckdb.connect() as database, replacing(path) as part:
        database.execute(f"CREATE TABLE made ({spec})")
        if rows:
            # Read by DuckDB under its name: a column each, None for null.
            filled = {
                name: np.array([row.get(name) for row in rows] + [None], dtype=object)[:-1]
                for name in columns
            }
            database.register("filled", filled)
            database.execute("INSERT INTO made SELECT * FROM filled")
        target = str(part).replace("'", "''")
        database.execute(f"COPY made TO '{target}' (FORMAT parquet)")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
