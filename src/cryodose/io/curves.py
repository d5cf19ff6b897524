"""Curves as CSV in long format."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

from cryodose.outcome import Curve

COLUMNS = ("name", "unit", "time_s", "low", "median", "high")


def curves_csv(curves: Iterable[Curve]) -> str:
    """Return curves as CSV text, one line for each moment of each curve.

    Parameters
    ----------
    curves : iterable of Curve
        `low` and `high` are the 5 and 95 percent points.

    Returns
    -------
    str
        With a header; a value that does not exist is an empty field.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for curve in curves:
        for row in zip(curve.time_s, curve.low, curve.median, curve.high, strict=True):
            writer.writerow([curve.name, curve.unit, *map(_number, row)])
    return out.getvalue()


def _number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""
