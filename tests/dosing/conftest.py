"""Sessions that the dosing tests share."""

from __future__ import annotations

from typing import Any

from cryodose.session import Session, session_from_dict

MEMBERS = 64


def make_session(*, goal: list[dict[str, Any]] | None = None, **changes: Any) -> Session:
    """Return a cold pack on a calf; keys with a section (``subject__adipose_mm``) change others."""
    data: dict[str, Any] = {
        "subject": {"adipose_mm": 8.0},
        "exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"},
    }
    if goal is not None:
        data["goal"] = goal
    for key, value in changes.items():
        section, _, name = key.rpartition("__")
        data.setdefault(section or "exposure", {})[name] = value
    if "measured" in changes:
        data["measured"] = data["exposure"].pop("measured")
    return session_from_dict(data)
