"""Thermometers and cabins: readings from files, messages and registers, each with its quality.

A reading that is implausible, stale or missing is kept and marked, and never good. Parsing is pure;
`mqtt.py` and `modbus.py` alone talk to the world, by the extra `sensors`.
"""

from __future__ import annotations

from cryodose.sensors.parse import reading_from_message, readings_from_csv, readings_from_json
from cryodose.sensors.readings import QUANTITIES, Reading, judged, latest

__all__ = [
    "QUANTITIES",
    "Reading",
    "judged",
    "latest",
    "reading_from_message",
    "readings_from_csv",
    "readings_from_json",
]
