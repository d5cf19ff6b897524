"""Tells which numbers of the evidence tables were fitted to which study."""

from __future__ import annotations

from cryodose import evidence
from cryodose.evidence import Quantity
from cryodose.validate.results import Fitted

__all__ = ["evidence_of", "fitted_numbers"]

_CALIBRATED = "calibrated"
_SHOWN = "measured_"


def fitted_numbers() -> tuple[Fitted, ...]:
    """Return every number of confidence ``calibrated``, sorted by source and key."""
    found = [q for q in _all() if q.confidence == _CALIBRATED]
    return tuple(
        Fitted(q.key, q.value, q.unit, q.low, q.high, q.source, q.note)
        for q in sorted(found, key=lambda q: (q.source, q.key))
    )


def evidence_of(experiment: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the keys calibrated on an experiment, and other keys taken from it.

    An experiment ``costello2012-immersion`` is part of the source ``costello2012``.
    """
    mine = [q for q in _all() if any(_is_of(experiment, study) for study in _studies(q.source))]
    fitted = sorted(q.key for q in mine if q.confidence == _CALIBRATED)
    informed = sorted(q.key for q in mine if q.confidence != _CALIBRATED)
    return tuple(fitted), tuple(informed)


def _is_of(experiment: str, study: str) -> bool:
    return experiment == study or experiment.startswith(f"{study}-")


def _studies(source: str) -> tuple[str, ...]:
    """Return the studies behind a source: itself, or those that a fit of several names."""
    key = f"{source}.studies"
    return evidence.words("sources", key) if evidence.has("sources", key) else (source,)


def _all() -> list[Quantity]:
    """Return every number that a prediction may rest on; what was measured of a drug is shown."""
    found = [q for table in evidence.tables() for q in evidence.walk(table)]
    return [q for q in found if not q.key.rsplit(".", 1)[-1].startswith(_SHOWN)]
