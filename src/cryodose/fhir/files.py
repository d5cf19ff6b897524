"""Records as one JSON file of our own, for those who work with them outside a clinic's site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cryodose.errors import MISSING, BadInput
from cryodose.fhir.plain import FORMAT, from_plain, to_plain
from cryodose.fhir.records import RECORDS, Record


def records_data(records: Iterable[Record]) -> dict[str, Any]:
    """Return what a records file holds."""
    listed = [{"record": type(r).__name__, **to_plain(r)} for r in records]
    return {"format": FORMAT, "records": listed}


def records_from(data: object, file: object = None) -> list[Record]:
    """Return the records of a records file.

    Raises
    ------
    BadInput
        Naming file, key, value and expectation.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else data
        raise BadInput(file, "format", found, f'"{FORMAT}"')
    listed = data.get("records")
    if not isinstance(listed, list):
        raise BadInput(file, "records", listed, "a list of records")
    made = []
    for n, one in enumerate(listed):
        place = f"records[{n}]"
        if not isinstance(one, dict):
            raise BadInput(file, place, one, "a table")
        kind = one.get("record", MISSING)
        if not isinstance(kind, str) or kind not in RECORDS:
            raise BadInput(file, f"{place}.record", kind, f"one of {', '.join(RECORDS)}")
        body = {k: v for k, v in one.items() if k != "record"}
        made.append(from_plain(RECORDS[kind], body, file, place))
    return made
