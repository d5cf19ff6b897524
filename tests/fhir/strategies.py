"""Records as hypothesis makes them: every field that a clinic could store."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from cryodose.fhir.codes import PROCEDURES
from cryodose.fhir.records import RECORDS, Record

IDS = st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True)
# Any text at all: control characters, lone surrogates, blanks, nothing.
TEXTS = st.text(max_size=30) | st.sampled_from(
    ["", " ", "\x00", "\ud800", " a", "a\n", "-", "<b>", "\u202e", "'", "{{x}}", "=1+1"]
)
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)
OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(-timedelta(hours=9.5)),
                           timezone(timedelta(hours=1, seconds=7))])  # fmt: skip
MOMENTS = st.datetimes(
    datetime(1000, 1, 2), datetime(9000, 1, 1), timezones=OFFSETS
)  # bounds bear no offset
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | NUMBERS | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["findings", "sessions", "warnings", "stop_rules", "format", "answers",
                         "measured", "condition", "medicine", "rule", "effect", "because", "day",
                         "quantity", "value", "pain", "systolic_mmhg", "diastolic_mmhg", "icd10",
                         "text"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
TABLES = st.dictionaries(
    st.text(max_size=8) | st.sampled_from(["findings", "sessions", "format", "condition", "pain"]),
    JSON,
    max_size=4,
)
BY_NAME: dict[str, Any] = {
    "procedure": st.sampled_from(sorted(PROCEDURES)),
    "sex": st.sampled_from(["female", "male", "other", "unknown"]),
    "seed": st.integers(-(2**63), 2**63 - 1),
}
# Fields that name another record.
LINKS = {"person", "screening", "plan", "course", "session", "device", "session_plan"}


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if isinstance(hint, types.UnionType):
        return st.none() | _values(get_args(hint)[0])
    kind = get_origin(hint) or hint
    if kind is tuple:
        return st.lists(records(get_args(hint)[0]), max_size=3).map(tuple)
    if is_dataclass(kind):
        return records(kind)
    return {
        str: TEXTS,
        int: st.integers(-(2**31), 2**31),
        float: NUMBERS,
        bool: st.booleans(),
        date: st.dates(date(1000, 1, 1), date(9000, 1, 1)),
        datetime: MOMENTS,
        dict: TABLES,
        bytes: st.binary(max_size=20),
    }[kind]


def records(kind: type) -> st.SearchStrategy[Any]:
    """Return records of a kind, every field drawn."""
    hints = get_type_hints(kind)
    drawn = {}
    for spec in fields(kind):
        linked = spec.name in LINKS and hints[spec.name] is str
        plain = _values(hints[spec.name])
        if spec.name == "id":
            drawn[spec.name] = IDS
        elif linked and kind in RECORDS.values():
            must = spec.name == "person" and kind.__name__ != "Access"
            drawn[spec.name] = IDS if must else st.just("") | IDS
        else:
            drawn[spec.name] = BY_NAME.get(spec.name, plain)
    return st.builds(kind, **drawn)


ANY_RECORD: st.SearchStrategy[Record] = st.one_of([records(k) for k in RECORDS.values()])
