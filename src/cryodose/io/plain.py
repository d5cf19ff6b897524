"""Results as JSON text that every reader accepts."""

from __future__ import annotations

import json
import math
from typing import Any


def json_text(data: dict[str, Any], *, is_sorted: bool = False) -> str:
    """Return JSON on one line, with null where a number is not finite.

    Parameters
    ----------
    data : dict
    is_sorted : bool
        Whether keys stand in the order of the alphabet and not in that of `data`.

    Examples
    --------
    >>> json_text({"t_c": float("nan"), "words": "−7 °C"})
    '{"t_c": null, "words": "−7 °C"}'
    """
    return json.dumps(finite(data), ensure_ascii=False, allow_nan=False, sort_keys=is_sorted)


def finite(value: Any) -> Any:
    """Return data with None in the place of numbers that JSON does not know."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
