"""The columns of the research tables, with what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HIDDEN, UNKNOWN = "hidden", "unknown"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `is_shared`: words that fewer people share than the smallest group are hidden."""

    name: str
    kind: Literal["text", "number", "whole", "flag"]
    words: str
    is_shared: bool = False


_PERSON = Column("person", "text", "keyed hash of the person; another in every export")
_SESSION = Column("session", "text", "keyed hash of the session; empty where there is none")
_DAY = Column("day", "whole", "days since the person's first record")
_PROCEDURE = Column("procedure", "text", "cryosauna, cold-pack and so on", True)

SCHEMA: dict[str, tuple[Column, ...]] = {
    "people": (
        _PERSON,
        Column("age_band", "text", "ten years of age on day 0; 80 and more are one band"),
        Column("sex", "text", "female, male, other or unknown"),
        Column("bmi_band", "text", "body mass index in kg/m2: under 18.5, to 25, to 30, more"),
        Column("skin_type", "text", "Fitzpatrick 1 to 6"),
    ),
    "screenings": (
        _PERSON,
        _DAY,
        _PROCEDURE,
        Column("verdict", "text", "what the rules said", True),
        Column("rule", "text", "a rule that counted, one row for each; empty for none", True),
    ),
    "sessions": (
        _PERSON,
        _SESSION,
        _DAY,
        _PROCEDURE,
        Column("planned_s", "number", "seconds of cold that were set"),
        Column("cold_s", "number", "seconds of cold that it became"),
        Column("ended_how", "text", "how it ended", True),
        Column("plan_verdict", "text", "verdict of the plan; empty without one", True),
        Column("plan_dose_s", "number", "seconds that the plan proposed"),
        Column("pain", "number", "pain that was felt, 0 to 10"),
    ),
    "readings": (
        _PERSON,
        _SESSION,
        Column("second", "number", "seconds since the session started"),
        Column("quantity", "text", "what was measured", True),
        Column("unit", "text", "its unit, UCUM"),
        Column("value", "number", "the value"),
        Column("quality", "text", "good, implausible, stale or missing", True),
    ),
    "scores": (
        _PERSON,
        _SESSION,
        _DAY,
        Column("scale", "text", "name of the scale", True),
        Column("value", "number", "the score; lower is better"),
    ),
    "harm": (
        _PERSON,
        _SESSION,
        _DAY,
        Column("severity", "text", "near-miss, mild, moderate or severe", True),
        Column("closed", "flag", "whether it was closed"),
    ),
}
