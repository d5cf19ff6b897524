"""Which parts of a kept sketch can be drawn: a plan may have come in a bundle from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

_MOST = 5000  # numbers of one row


def sound(sketch: Any) -> dict[str, Any]:
    """Return the parts of a sketch that can be drawn; it may have come from elsewhere."""
    if not isinstance(sketch, Mapping):
        return {}
    found: dict[str, Any] = {k: sketch[k] for k in ("exit_s",) if _is_number(sketch.get(k))}
    found["is_one_sided"] = bool(sketch.get("is_one_sided"))
    if _are_numbers(sketch.get("sites")):
        found["sites"] = dict(sketch["sites"])
    levels = sketch.get("levels")
    if isinstance(levels, list):
        rows = [x for x in levels[:20] if isinstance(x, Mapping) and _is_number(x.get("t_c"))]
        found["levels"] = [{"t_c": x["t_c"], "is_limit": bool(x.get("is_limit"))} for x in rows]
    for name, is_fit in (("depth", _is_depth), ("cut", _is_cut)):
        if is_fit(sketch.get(name)):
            found[name] = sketch[name]
    return found


def is_curve(curve: Any) -> bool:
    """Tell whether a curve can be drawn; where its band ends, it is not a number."""
    if not isinstance(curve, Mapping) or "name" not in curve:
        return False
    time_s, middle = curve.get("time_s"), curve.get("median")
    if not isinstance(time_s, list) or not _row(time_s, middle) or not _row(middle, time_s):
        return False
    return time_s[-1] > time_s[0] >= 0 and all(
        isinstance(band, list) and len(band) == len(time_s) and all(_is_known(v) for v in band)
        for band in (curve.get("low"), curve.get("high"))
    )


def _is_known(value: Any) -> bool:
    return _is_number(value) or (isinstance(value, float) and math.isnan(value))


def _is_depth(shown: Any) -> bool:
    if not isinstance(shown, Mapping) or shown.get("unit") not in ("C", "ug/cm3"):
        return False
    depth, lines = shown.get("depth_mm"), shown.get("lines")
    if not _rising(depth) or not _are_numbers(shown.get("layers_mm"), least=0):
        return False
    return (
        isinstance(lines, list)
        and 1 <= len(lines) <= 4
        and all(
            isinstance(x, Mapping) and _is_number(x.get("after_s")) and _row(x.get("values"), depth)
            for x in lines
        )
    )


def _is_cut(shown: Any) -> bool:
    if not isinstance(shown, Mapping) or not _are_numbers(shown.get("layers_mm"), least=0):
        return False
    r, z = shown.get("r_mm"), shown.get("z_mm")
    sizes = ("spot_mm", "lesion_mm", "target_mm", "depth_mm")
    if not (_rising(r) and _rising(z) and all(_is_number(shown.get(k)) for k in sizes)):
        return False
    fields = [shown.get(k) for k in ("t_min_c", "death")]
    return all(
        isinstance(f, list) and len(f) == len(z or ()) and all(_row(row, r) for row in f)
        for f in fields
    )


def _rising(values: Any) -> bool:
    return _row(values, values) and all(a < b for a, b in pairwise(values))


def _row(values: Any, other: Any) -> bool:
    if not isinstance(values, list) or not isinstance(other, list):
        return False
    return 2 <= len(values) == len(other) <= _MOST and all(_is_number(v) for v in values)


def _are_numbers(found: Any, least: int = 1) -> bool:
    if not isinstance(found, Mapping) or not least <= len(found) <= 100:
        return False
    return all(_is_number(v) for v in found.values())


def _is_number(value: Any) -> bool:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and -1e9 < value < 1e9
