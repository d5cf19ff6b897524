"""What a session does to the air of its room, as lines of a table and as plain data."""

from __future__ import annotations

import math
from typing import Any

from cryodose.outcome.tell import Row, number, percent
from cryodose.procedures.room import RoomUse


def room_rows(use: RoomUse) -> list[Row]:
    """Return what the room does with the session, as lines of a table of facts."""
    floor, upper = use.day_lowest
    day = Row(
        "Lowest oxygen, the stated day", f"{percent(upper)} breathing", f"{percent(floor)} floor"
    )
    if use.time_s > 0:
        floor, upper = use.lowest
        rows = [
            Row("Nitrogen of this session", f"{number(use.kg, 2)} kg", ""),
            Row(
                "Lowest oxygen, this session alone",
                f"{percent(upper)} breathing",
                f"{percent(floor)} floor",
            ),
            day,
            Row("Such sessions an hour that keep 19.5 %", f"{use.sessions_per_h}", ""),
        ]
    else:
        rows = [day]
    return rows + [
        Row(
            f"If: {bad.name}",
            f"{percent(bad.breathing_share)} breathing",
            f"{percent(bad.floor_share)} floor",
        )
        for bad in use.worst
    ]


def use_to_dict(use: RoomUse) -> dict[str, Any]:
    """Return plain data, as the JSON schema of a plan has it."""
    return {
        "title": use.file.title,
        "file": use.file.to_dict(),
        "session_s": use.time_s,
        "session_kg": round(use.kg, 6),
        "bears_session": use.bears_it,
        "bears_day": use.bears_the_day,
        "lowest_share": dict(zip(("floor", "breathing"), use.lowest, strict=True)),
        "day_lowest_share": dict(zip(("floor", "breathing"), use.day_lowest, strict=True)),
        "warn_s": use.warn_s if math.isfinite(use.warn_s) else None,
        "sessions_per_h": use.sessions_per_h,
        "worst": [
            {"name": w.name, "floor": w.floor_share, "breathing": w.breathing_share}
            for w in use.worst
        ],
    }
