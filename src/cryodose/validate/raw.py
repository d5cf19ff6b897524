"""Reads raw curves: one reading of one person at one place and moment to a line."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryodose.errors import MISSING, BadInput
from cryodose.files import TOML_BYTES
from cryodose.units import MM_PER_M
from cryodose.validate.curves import Person

__all__ = ["AGENTS", "COLUMNS", "PLACES", "RawArm", "RawStudy", "is_raw_file", "read_raw"]

COLUMNS = (
    "subject",
    "sex",
    "age_yr",
    "weight_kg",
    "height_cm",
    "skinfold_mm",
    "calf_circumference_cm",
    "location",
    "treatment",
    "phase",
    "t_from_ice_on_s",
    "temp_C",
    "suspect",
)
AGENTS = {"cubed": "cubed-ice", "crushed": "crushed-ice", "wet": "wetted-ice"}
PLACES = {"surface": "skin", "intramuscular": "muscle"}
_PHASES = ("B", "T", "R")
_CM_TO_MM = 10.0

Readings = dict[float, float]


@dataclass(frozen=True)
class RawArm:
    """One person under one agent: readings at each place, time since ice on (s) -> degC."""

    person: Person
    agent: str
    readings: Mapping[str, Readings]


@dataclass(frozen=True)
class RawStudy:
    """All arms of a file, sorted by agent and person, and how long the cold was on."""

    file: Path
    arms: tuple[RawArm, ...]
    on_s: float


def is_raw_file(path: Path) -> bool:
    """Tell whether a CSV file has the columns of raw curves."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader([stream.readline(TOML_BYTES)]), [])
    except (OSError, ValueError, csv.Error):
        return False
    return set(COLUMNS) <= set(header)


def read_raw(path: Path) -> RawStudy:
    """Read raw curves; readings marked as suspect are left out.

    Raises
    ------
    BadInput
        For a file that cannot be read, lacks a column, or holds a value that cannot be.
    """
    people: dict[str, Person] = {}
    arms: dict[tuple[str, str], dict[str, Readings]] = {}
    off: list[float] = []
    for line, row in _rows(path):
        name = row["subject"]
        agent = _one_of(path, line, row, "treatment", AGENTS)
        place = _one_of(path, line, row, "location", PLACES)
        if row["phase"] not in _PHASES:
            raise _bad(path, line, "phase", row["phase"], 'one of "B", "T", "R"')
        if name not in people:
            people[name] = _person(path, line, row)
        time_s = _number(path, line, row, "t_from_ice_on_s")
        if row["phase"] == "R":
            off.append(time_s)
        if row["suspect"] != "1":
            curve = arms.setdefault((agent, name), {}).setdefault(place, {})
            curve[time_s] = _number(path, line, row, "temp_C")
    if not arms or not off:
        raise BadInput(path, "", expected="readings of all three phases B, T and R")
    order = sorted(arms, key=lambda key: (key[0], len(key[1]), key[1]))
    return RawStudy(path, tuple(RawArm(people[n], a, arms[a, n]) for a, n in order), min(off))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        size = path.stat().st_size
        if size > TOML_BYTES:
            raise BadInput(path, "size in bytes", size, f"at most {TOML_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise BadInput(path, "", expected=f"a readable CSV file ({error})") from None
    rows = csv.DictReader(text.splitlines(), restval="")
    for column in COLUMNS:
        if column not in (rows.fieldnames or ()):
            raise BadInput(path, column, MISSING, f"a column {column} (columns: README)")
    for row in rows:
        yield rows.line_num, row


def _person(path: Path, line: int, row: Mapping[str, str]) -> Person:
    return Person(
        row["subject"],
        row["sex"],
        _number(path, line, row, "age_yr"),
        _number(path, line, row, "weight_kg"),
        _number(path, line, row, "height_cm") * _CM_TO_MM / MM_PER_M,
        _number(path, line, row, "skinfold_mm"),
        _number(path, line, row, "calf_circumference_cm") * _CM_TO_MM,
    )


def _one_of(
    path: Path, line: int, row: Mapping[str, str], key: str, names: Mapping[str, str]
) -> str:
    if row[key] not in names:
        listed = ", ".join(f'"{name}"' for name in names)
        raise _bad(path, line, key, row[key], f"one of {listed}")
    return names[row[key]]


def _number(path: Path, line: int, row: Mapping[str, str], key: str) -> float:
    try:
        value = float(row[key])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _bad(path, line, key, row[key], "a number")
    return value


def _bad(path: Path, line: int, key: str, value: str, expected: str) -> BadInput:
    return BadInput(path, f"line {line}: {key}", value, expected)
